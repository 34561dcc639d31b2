import JSON
import TestSupport
import Testing

@Suite("The state in a recording")
struct RecordedStateTests {
  /// A recording of lamp1: t is 1 after 1 s, 2 after 2 s; its shadow night has n 7 after 3 s.
  private func recording(_ folder: borrowing TemporaryFolder, ending: String = "") throws -> String
  {
    func line(_ seconds: Int, _ topic: String, _ payload: String) -> String {
      #"{"time":\#(1_700_000_000_000 + seconds * 1000),"direction":"in","#
        + #""topic":"$aws/things/lamp1/shadow/\#(topic)","qos":1,"#
        + #""payload":\#(JSONValue.string(payload).compact)}"#
    }
    let lines = [
      #"{"format":"shadowscope-recording","version":1,"thing":"lamp1","shadows":[null,"night"],"#
        + #""start":1700000000000}"#,
      line(1, "get/accepted", #"{"state":{"reported":{"t":1}},"version":1}"#),
      line(
        2, "update/documents",
        #"{"previous":null,"current":{"state":{"reported":{"t":2}},"version":2}}"#),
      line(3, "name/night/get/accepted", #"{"state":{"reported":{"n":7}},"version":1}"#),
    ]
    try folder.write(lines.joined(separator: "\n") + "\n" + ending, to: "run.ndjson")
    try folder.write(#"{"state":{"reported":{"t":1}},"version":1}"#, to: "one.json")
    return folder.path("run.ndjson")
  }

  private func diff(
    _ folder: borrowing TemporaryFolder, _ recording: String, _ options: [String] = []
  ) throws -> (status: CInt?, output: String, errors: String) {
    try Program.run(["diff", folder.path("one.json"), recording] + options)
  }

  @Test("is that at the end, or at a moment")
  func moments() throws {
    let folder = try TemporaryFolder()
    let file = try recording(folder)
    let end = try diff(folder, file)
    #expect(end.status == 1, "\(end.errors)")
    #expect(end.output.contains("~ reported  /t  1 → 2"))
    #expect(end.output.contains("+++ \(file): lamp1, version 2, 2023-11-14T22:13:22Z"))
    #expect(try diff(folder, file, ["--at", "1500ms"]).status == 0)
    #expect(try diff(folder, file, ["--at", "2023-11-14T22:13:21Z"]).status == 0)
    let early = try diff(folder, file, ["--at", "500ms"])
    #expect(early.status == 4)
    #expect(early.errors.contains("holds no document of lamp1 by 2023-11-14T22:13:20.500Z"))
  }

  @Test("is that of the shadow which is named")
  func named() throws {
    let folder = try TemporaryFolder()
    let run = try diff(folder, try recording(folder), ["--shadow", "night"])
    #expect(run.output.contains("+ reported  /n  7"))
    #expect(try diff(folder, try recording(folder), ["--shadow", "day"]).status == 4)
  }

  @Test("counts up to where the file is damaged, which is told")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let run = try diff(folder, try recording(folder, ending: #"{"time":17"#))
    #expect(run.status == 1)
    #expect(run.errors.contains("Line 5 is damaged"))
    #expect(run.output.contains("~ reported  /t  1 → 2"))
  }

  @Test("of a recording that a newer program wrote is not guessed, and --at is for recordings")
  func refused() throws {
    let folder = try TemporaryFolder()
    try folder.write(#"{"format":"shadowscope-recording","version":2}"# + "\n", to: "new.ndjson")
    _ = try recording(folder)
    let newer = try diff(folder, folder.path("new.ndjson"))
    #expect(newer.status == 65)
    #expect(newer.errors.contains("version 2 of the format"))
    let snapshot = try diff(folder, folder.path("one.json"), ["--at", "1s"])
    #expect(snapshot.status == 64)
    #expect(snapshot.errors.contains("--at names a moment of a recording"))
    #expect(try diff(folder, folder.path("one.json"), ["--at", "soon"]).status == 64)
  }

  @Test("can be put back")
  func restored() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let file = try recording(folder)
    let run = try Program.run(["restore"] + sandbox.options + ["--yes", "--at", "1s", file])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try Program.run(["diff", folder.path("one.json")] + sandbox.options).status == 0)
  }
}
