import Glibc
import TestSupport
import Testing
@testable import shadowscope

@Suite("--log-file")
struct CommandLogTests {
  @Test("a log that was there is its owner's alone from then on")
  func mode() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "log")
    let path = folder.path("log")
    #expect(chmod(path, 0o644) == 0)
    _ = try CommandLog(isVerbose: false, path: path)
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test("one that cannot be made ends the command with 73")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: CommandFailure.self) {
      try CommandLog(isVerbose: false, path: folder.path("none/log"))
    }
    #expect(error?.status == .cannotCreate)
  }
}
