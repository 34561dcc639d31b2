import Canvas
import Monitor
import Testing

@Suite("The help")
struct HelpTests {
  private func help(_ person: Person) -> [String] {
    guard case .help(let reader)? = person.model.overlay else { return [] }
    return reader.lines.map { $0.map(\.text).joined() }
  }

  @Test(
    "begins with the keys of the pane that has the focus",
    arguments: [
      (Pane.resources, "The table"), (.side, "Move"), (.log, "The log, a message, this help"),
      (.edit, "Change the shadow"),
    ])
  func order(_ pane: Pane, _ heading: String) throws {
    var person = try EditingTests.person()
    if pane == .side { person.type("i") }
    while person.model.focus != pane { person.press(.tab) }
    person.type("?")
    #expect(help(person).first == heading)
    for group in Command.Group.allCases {
      #expect(help(person).filter { $0 == group.rawValue }.count == 1)
    }
  }

  @Test("explains every sign that the program draws")
  func signs() throws {
    var person = try EditingTests.person()
    person.type("?")
    let text = help(person).joined(separator: "\n")
    let signs = "≠*▌▴≈▁▂▃▄▅▆▇▔▸▾~+−!●◌○■→←·↓…—▎"
    for sign in signs { #expect(text.contains(sign), "\(sign)") }
    for word in ["reported", "desired", "backdate", "was eco", "last known", "ours"] {
      #expect(text.contains(word))
    }
  }

  @Test("names the keys that a person chose in its explanations too")
  func remapped() throws {
    var person = try EditingTests.person()
    #expect(person.model.keys.choose([Command.target: [Key.control("t")]]).isEmpty)
    person.type("?")
    #expect(help(person).contains { $0.contains("^T chooses which of the three") })
  }
}
