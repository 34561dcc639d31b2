import JSON
import Sandbox
import TestSupport
import Testing
@testable import shadowscope

@Suite("get and its parts")
struct GetTests {
  /// A sandbox whose thing has reported and wishes.
  private func filled() throws -> TestSandbox {
    let sandbox = try TestSandbox()
    let written = try Program.run(
      ["update"] + sandbox.options + [
        "temperature=21.50", "mode=eco", "/pump1/flow=11", "list=[1,2]", "odd=\"\\u202e\"",
      ])
    #expect(written.status == 0, "\(written.errors)")
    let wish = try Program.run(["update", "--desired"] + sandbox.options + ["/pump1/flow=12"])
    #expect(wish.status == 0, "\(wish.errors)")
    return sandbox
  }

  @Test("prints a section, its metadata, or a value in it")
  func parts() throws {
    let sandbox = try filled()
    func get(_ arguments: String...) throws -> String {
      let run = try Program.run(["get", "--compact"] + sandbox.options + arguments)
      #expect(run.status == 0, "\(run.errors)")
      return run.output
    }
    #expect(try get("--section", "delta") == #"{"pump1":{"flow":12}}"# + "\n")
    #expect(try get("--section", "desired", "--path", "/pump1/flow") == "12\n")
    #expect(try get("--path", "/state/reported/list/1") == "2\n")
    #expect(try get("--section", "reported", "--path", "temperature") == "21.50\n")
    #expect(
      try get("--section", "desired", "--metadata", "--path", "/pump1/flow")
        .hasPrefix(#"{"timestamp":"#))
    #expect(try get("--metadata").hasPrefix(#"{"desired":"#))
    #expect(try get("--section", "reported", "--path", "odd") == #""\u202e""# + "\n")
  }

  @Test("--raw prints the message byte for byte with its token, and of a part a text bare")
  func raw() throws {
    let sandbox = try filled()
    let all = try Program.run(["get", "--raw"] + sandbox.options)
    #expect(all.status == 0)
    let document = try JSONParser.parse(all.output.utf8)
    #expect(document.compact + "\n" == all.output)
    #expect(document.object?["clientToken"]?.string?.count == 8)
    #expect(all.output.contains(#""odd":"\#u{202e}""#))
    let part = ["get", "--raw", "--section", "reported", "--path"] + ["mode"] + sandbox.options
    #expect(try Program.run(part).output == "eco\n")
  }

  @Test("--pretty is the usual form, and --compact the same on one line")
  func forms() throws {
    let sandbox = try filled()
    let usual = try Program.run(["get", "--section", "reported"] + sandbox.options).output
    #expect(
      try Program.run(["get", "--pretty", "--section", "reported"] + sandbox.options).output
        == usual)
    let line = try Program.run(["get", "--compact", "--section", "reported"] + sandbox.options)
      .output
    #expect(try JSONParser.parse(usual.utf8) == JSONParser.parse(line.utf8))
    #expect(usual.hasPrefix("{\n  \"temperature\": 21.50,\n"))
    #expect(line.split(separator: "\n").count == 1)
  }

  @Test(
    "answers 6 in words for what the shadow does not have",
    arguments: [
      (["--path", "mode"], "/state/reported/"),
      (["--section", "reported", "--path", "/pump1/level"], "holds flow"),
      (["--section", "reported", "--path", "/list/2"], "There is nothing at /list/2 in reported."),
      (["--section", "delta"], "Nothing differs: the classic shadow of lamp1 has no delta."),
    ])
  func missing(arguments: [String], words: String) throws {
    let sandbox = try filled()
    // Without a wish there is no delta.
    #expect(
      try Program.run(["update", "--desired", "--delete", "pump1"] + sandbox.options).status == 0)
    let (status, output, errors) = try Program.run(["get"] + sandbox.options + arguments)
    #expect(status == 6)
    #expect(output.isEmpty)
    #expect(errors.contains(words), "\(errors)")
  }

  @Test(
    "answers 64 for options that it does not know or that contradict each other",
    arguments: [
      ["--section", "state"], ["--path", ""], ["--path", "/a~2"], ["--raw", "--compact"], ["extra"],
    ])
  func usage(arguments: [String]) throws {
    let (status, output, _) = try Program.run(["get", "--thing-dir", "/nowhere"] + arguments)
    #expect(status == 64)
    #expect(output.isEmpty)
  }

  @Test("is coloured on a terminal, unless NO_COLOR is set, and never does what a text says")
  func colours() throws {
    let sandbox = try filled()
    func screen(_ arguments: [String], _ environment: [String: String]) throws -> String {
      let terminal = try PseudoTerminal(rows: 40, columns: 200)
      let child = try ChildProcess(
        [Program.path, "get", "--section", "reported"] + sandbox.options + arguments,
        environment: Program.ours.filter { $0.key != "NO_COLOR" }.merging(
          ["TERM": "xterm"].merging(environment) { $1 }
        ) { $1 },
        output: .descriptor(terminal.terminal))
      #expect(try child.waitForEnd(seconds: 20) == .exited(0))
      // All of it is there by now.
      terminal.collect()
      return terminal.outputText
    }
    let coloured = try screen([], [:])
    #expect(coloured.contains("\u{1B}[34;1m\"mode\"\u{1B}[0m: \u{1B}[32m\"eco\"\u{1B}[0m"))
    #expect(coloured.contains("\u{1B}[36m21.50\u{1B}[0m"))
    #expect(!(try screen([], ["NO_COLOR": "1"]).contains("\u{1B}")))
    let raw = try screen(["--path", "odd", "--raw"], [:])
    #expect(raw.contains("\\u{202E}") && !raw.unicodeScalars.contains("\u{202E}"), "\(raw)")
  }

  @Test("colours leave the text as it is, and tell keys from texts")
  func colouring() {
    let json = #"{"a\":":"b:\"c","n":-1e+5,"t":[true,null,""]}"#
    let coloured = JSONColours.coloured(json)
    #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == json)
    #expect(coloured.contains("\u{1B}[34;1m\"a\\\":\"\u{1B}[0m:\u{1B}[32m\"b:\\\"c\"\u{1B}[0m"))
    #expect(coloured.contains("\u{1B}[36m-1e+5\u{1B}[0m"))
    #expect(coloured.contains("\u{1B}[33mtrue\u{1B}[0m,\u{1B}[33mnull\u{1B}[0m"))
  }
}
