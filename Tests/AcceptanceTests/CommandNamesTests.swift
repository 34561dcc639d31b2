import ArgumentParser
import Testing

@testable import shadowscope

@Suite("The list of commands")
struct CommandNamesTests {
  @Test(
    "names each as it names itself, since it is found by that name", arguments: Shadowscope.commands
  )
  func names(_ entry: Shadowscope.Entry) {
    #expect(entry.name == entry.type()._commandName)
    #expect(entry.type().configuration._superCommandName == "shadowscope")
  }
}
