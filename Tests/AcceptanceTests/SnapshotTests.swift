import Glibc
import JSON
import Shadow
import TestSupport
import Testing
import Thing

@Suite("shadowscope snapshot")
struct SnapshotTests {
  @Test("saves the shadow in a file of the owner's alone, every number as it was")
  func saved() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let file = folder.path("before.json")
    #expect(
      try Program.run(["update"] + sandbox.options + ["t=21.50", "big=12345678901234567890"]).status
        == 0)
    let (status, output, errors) = try Program.run(["snapshot"] + sandbox.options + [file])
    #expect(status == 0, "\(errors)")
    #expect(output.isEmpty)
    #expect(errors.contains("Saved lamp1, version 1, "))
    let text = try #require(PlainFile.text(of: file))
    let snapshot = try Snapshot(json: JSONParser.parse(text))
    #expect(snapshot.address == ShadowAddress(thing: "lamp1"))
    #expect(snapshot.endpoint == "localhost:\(sandbox.port)")
    #expect(snapshot.document.version == 1)
    #expect(
      snapshot.document.reported.map { JSONValue.object($0).compact }
        == #"{"t":21.50,"big":12345678901234567890}"#)
    #expect(PlainFile.mode(of: file) == 0o600)
    #expect(entries(of: folder.path) == ["before.json"])
  }

  @Test("stands on standard output without a file, under the name of the shadow")
  func standardOutput() throws {
    let sandbox = try TestSandbox()
    let named = sandbox.options + ["--shadow", "night"]
    #expect(try Program.run(["update"] + named + ["a=1"]).status == 0)
    let (status, output, errors) = try Program.run(["snapshot"] + named)
    #expect(status == 0, "\(errors)")
    let snapshot = try Snapshot(json: JSONParser.parse(output))
    #expect(snapshot.address == ShadowAddress(thing: "lamp1", shadow: "night"))
  }

  @Test("replaces a file that is there with --force only")
  func replacing() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let file = folder.path("before.json")
    try folder.write("mine", to: "before.json")
    #expect(try Program.run(["update"] + sandbox.options + ["a=1"]).status == 0)
    let refused = try Program.run(["snapshot"] + sandbox.options + [file])
    #expect(refused.status == 73)
    #expect(refused.errors.contains("is there already"))
    #expect(refused.errors.contains("--force"))
    #expect(PlainFile.text(of: file) == "mine")
    #expect(try Program.run(["snapshot"] + sandbox.options + ["--force", file]).status == 0)
    #expect(PlainFile.text(of: file)?.contains("\"shadowscope\": \"snapshot\"") == true)
  }

  @Test("writes no file for a thing without a shadow, and answers 4")
  func missing() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let (status, output, errors) = try Program.run(
      ["snapshot"] + sandbox.options + [folder.path("a.json")])
    #expect(status == 4)
    #expect(output.isEmpty)
    #expect(errors.contains("No shadow exists with name: 'lamp1'"))
    #expect(entries(of: folder.path).isEmpty)
  }

  @Test("says that a folder is missing or a file is a folder before it connects")
  func places() throws {
    let folder = try TemporaryFolder()
    let thing = ["--thing-dir", folder.path("none"), "--endpoint", "localhost:1"]
    let isFolder = try Program.run(["snapshot"] + thing + [folder.path])
    #expect(isFolder.status == 73)
    #expect(isFolder.errors.contains("This is a folder"))
    let sandbox = try TestSandbox()
    #expect(try Program.run(["update"] + sandbox.options + ["a=1"]).status == 0)
    let missing = try Program.run(["snapshot"] + sandbox.options + [folder.path("x/y.json")])
    #expect(missing.status == 73)
    #expect(missing.errors.contains("The folder does not exist"))
  }
}

/// What the file system tells of a file.
enum PlainFile {
  /// Its text; nil where there is none.
  static func text(of path: String) -> String? {
    Files.bytes(of: path, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Permission bits.
  static func mode(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }
}
