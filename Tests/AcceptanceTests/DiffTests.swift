import JSON
import TestSupport
import Testing

@Suite("shadowscope diff")
struct DiffTests {
  private struct Pair: ~Copyable {
    let folder: TemporaryFolder
    var files: [String] { [folder.path("a.json"), folder.path("b.json")] }

    init(_ old: String, _ new: String) throws {
      let folder = try TemporaryFolder()
      try folder.write(#"{"state":\#(old),"version":1,"timestamp":1700000000}"#, to: "a.json")
      try folder.write(
        #"{"shadowscope":"snapshot","format":1,"thing":"lamp1","shadow":null,"#
          + #""taken":"2026-11-24T14:53:19Z","document":{"state":\#(new),"version":2}}"#,
        to: "b.json")
      self.folder = folder
    }
  }

  private static let old =
    #"{"desired":{"m":"eco","gone":1},"reported":{"t":21.5,"on":true,"in":{"x":1}}}"#
  private static let new =
    #"{"desired":{"m":"eco"},"reported":{"t":22,"on":true,"in":{"x":1,"y":[1]}}}"#

  @Test("prints a line for each resource that differs, and answers 1")
  func text() throws {
    let pair = try Pair(Self.old, Self.new)
    let (status, output, errors) = try Program.run(["diff"] + pair.files)
    #expect(status == 1)
    #expect(errors.isEmpty)
    #expect(
      output == """
        --- \(pair.files[0]): version 1, 2023-11-14T22:13:20Z
        +++ \(pair.files[1]): lamp1, version 2, 2026-11-24T14:53:19Z
        - desired   /gone  1
        ~ reported  /t     21.5 → 22
        + reported  /in/y  [1]

        """)
  }

  @Test("prints nothing and answers 0 where only versions, times and spellings differ")
  func same() throws {
    let pair = try Pair(#"{"reported":{"t":1}}"#, #"{"desired":{},"reported":{"t":1.0}}"#)
    for (format, expected) in [("text", ""), ("patch", "[]\n"), ("merge", "{}\n")] {
      let run = try Program.run(["diff", "--format", format] + pair.files)
      #expect(run.status == 0)
      #expect(run.output == expected)
      #expect(run.errors.isEmpty)
    }
  }

  @Test("prints patches that turn the one state into the other")
  func patches() throws {
    let pair = try Pair(Self.old, Self.new)
    let (old, new) = (try JSONParser.parse(Self.old), try JSONParser.parse(Self.new))
    let patch = try Program.run(["diff", "--format", "patch"] + pair.files)
    #expect(patch.status == 1)
    #expect(try JSONPatch(json: JSONParser.parse(patch.output)).applied(to: old) == new)
    let merge = try Program.run(["diff", "--format", "merge"] + pair.files)
    #expect(merge.status == 1)
    #expect(
      try JSONParser.parse(merge.output).compact
        == #"{"desired":{"gone":null},"reported":{"t":22,"in":{"y":[1]}}}"#)
    #expect(try JSONMergePatch(json: JSONParser.parse(merge.output)).applied(to: old) == new)
  }

  @Test("counts only the section and path that are asked for")
  func narrowed() throws {
    let pair = try Pair(Self.old, Self.new)
    let one = try Program.run(["diff", "--section", "desired"] + pair.files)
    #expect(one.status == 1)
    #expect(one.output.split(separator: "\n").dropFirst(2) == ["- desired  /gone  1"])
    let inner = try Program.run(["diff", "--path", "/in/y"] + pair.files)
    #expect(inner.output.split(separator: "\n").dropFirst(2) == ["+ reported  /in/y  [1]"])
    #expect(try Program.run(["diff", "--path", "on"] + pair.files).status == 0)
  }

  @Test("compares a snapshot with the thing as it is, either way round, and standard input")
  func live() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let file = folder.path("before.json")
    #expect(try Program.run(["update"] + sandbox.options + ["t=1"]).status == 0)
    #expect(try Program.run(["snapshot"] + sandbox.options + [file]).status == 0)
    #expect(try Program.run(["diff", file] + sandbox.options).status == 0)
    #expect(try Program.run(["update"] + sandbox.options + ["t=2"]).status == 0)
    let forth = try Program.run(["diff", file] + sandbox.options)
    #expect(forth.status == 1)
    #expect(forth.output.contains("~ reported  /t  1 → 2"))
    #expect(forth.output.contains("+++ live: lamp1, version 2, "))
    let back = try Program.run(["diff", "live", file] + sandbox.options)
    #expect(back.output.contains("~ reported  /t  2 → 1"))
    let child = try ChildProcess.run(
      ["sh", "-c", "\"$0\" diff - '\(file)' < '\(file)'", try Program.path])
    #expect(child.ending == .exited(0), "\(child.errors)")
  }

  @Test("answers 4 where there is no live shadow, and no 1 for any trouble")
  func trouble() throws {
    let sandbox = try TestSandbox()
    let pair = try Pair(#"{"reported":{"a":1}}"#, #"{"reported":{"a":null}}"#)
    #expect(try Program.run(["diff", pair.files[0]] + sandbox.options).status == 4)
    let both = try Program.run(["diff", "live", "live"] + sandbox.options)
    #expect(both.status == 64)
    #expect(both.errors.contains("Both sides are live."))
    let null = try Program.run(["diff", "--format", "merge"] + pair.files)
    #expect(null.status == 65)
    #expect(null.errors.contains("/reported/a becomes null"))
    #expect(null.output.isEmpty)
    let missing = try Program.run(["diff", "/dev/null/none", pair.files[0]])
    #expect(missing.status == 66)
    let full = try ChildProcess.run([
      "sh", "-c", "\"$0\" diff \"$1\" \"$2\" > /dev/full", try Program.path, pair.files[0],
      pair.files[1],
    ])
    #expect(full.ending == .exited(2))
    #expect(full.errors.contains("No space left on device"))
  }

  @Test(
    "says what is wrong with a file",
    arguments: [
      ("", "is no well-formed JSON"), ("{\"state\"", "is no well-formed JSON"),
      ("[]", "holds no shadow"), (#"{"reported":{"a":1}}"#, "'version' is missing"),
      (#"{"shadowscope":"snapshot","format":9}"#, "it is of format 9"),
      (#"{"state":{"desired":7},"version":1}"#, "'state.desired' is not an object"),
    ])
  func badFiles(_ text: String, _ words: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "a.json")
    let (status, output, errors) = try Program.run(
      ["diff", folder.path("a.json"), folder.path("a.json")])
    #expect(status == 65)
    #expect(output.isEmpty)
    #expect(errors.contains(words), "\(errors)")
  }

  @Test("lets nothing through that a terminal would act on, and has colours on a terminal")
  func harmless() throws {
    let pair = try Pair("{}", "{\"reported\":{\"\u{202E}k\":\"\\u009b31m\"}}")
    let plain = try Program.run(["diff"] + pair.files).output
    #expect(plain.contains(#"+ reported  /\u{202E}k  "\u009b31m""#), "\(plain)")
    let terminal = try PseudoTerminal()
    let child = try ChildProcess(
      [try Program.path, "diff"] + pair.files,
      environment: Program.ours.merging(["TERM": "xterm"]) { $1 }.filter { $0.key != "NO_COLOR" },
      output: .descriptor(terminal.terminal))
    #expect(try child.waitForEnd(seconds: 30) == .exited(1))
    terminal.collect()
    #expect(terminal.outputText.contains("\u{1B}[32m+\u{1B}[0m reported"))
  }
}
