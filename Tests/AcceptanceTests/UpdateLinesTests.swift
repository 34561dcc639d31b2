import Glibc
import JSON
import Sandbox
import TestSupport
import Testing
@testable import shadowscope

@Suite("update --lines")
struct UpdateLinesTests {
  /// The third update is applied, but its answer is lost with the connection.
  private static let cut = [
    "drop kind=accepted operation=update after=2 next=1",
    "disconnect kind=documents operation=update after=2 next=1",
  ]

  /// Runs `update --lines` on these lines.
  private func update(
    _ sandbox: borrowing TestSandbox, _ arguments: [String] = [], lines: [String]
  ) throws -> (status: ChildProcess.Ending, results: [JSONValue], errors: String) {
    let child = try ChildProcess(
      [Program.path, "update", "--lines"] + sandbox.options + arguments,
      environment: Program.ours, input: .pipe)
    try child.send(lines.map { $0 + "\n" }.joined())
    child.closeInput()
    let ending = try child.waitForEnd(seconds: 60)
    return (ending, try Self.results(child.outputText), child.errorText)
  }

  private static func results(_ output: String) throws -> [JSONValue] {
    try output.split(separator: "\n").map { try JSONParser.parse($0.utf8) }
  }

  /// Line and outcome of each.
  private func words(_ results: [JSONValue]) -> [String] {
    results.map { result in
      let line = result.object?["line"]?.integer ?? 0
      return "\(line) \(result.object?["outcome"]?.string ?? "")"
    }
  }

  private func numbers(_ range: ClosedRange<Int>) -> [String] { range.map { #"{"n":\#($0)}"# } }

  @Test("sends them in their order, and tells each in that order with its version")
  func order() throws {
    let sandbox = try TestSandbox()
    let run = try update(sandbox, ["--rate", "0"], lines: numbers(1...300))
    #expect(run.status == .exited(0), "\(run.errors)")
    #expect(words(run.results) == (1...300).map { "\($0) accepted" })
    let versions = run.results.compactMap { $0.object?["version"]?.integer }
    #expect(versions == (1...300).map { Int64($0) })
    #expect(run.errors.isEmpty, "no bar where standard error is no terminal: \(run.errors)")
    let last = try Program.run(
      ["get", "--section", "reported", "--path", "n"] + sandbox.options)
    #expect(last.output == "300\n")
  }

  @Test("a signal ends it also while nobody reads its results")
  func stuckReader() throws {
    let sandbox = try TestSandbox()
    var ends: [CInt] = [-1, -1]
    #expect(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    // A pipe of a page is full after some dozens of results.
    #expect(fcntl(ends[1], 1031, 4096) == 4096)
    let folder = try TemporaryFolder()
    try folder.write(
      numbers(1...500).map { $0 + "\n" }.joined(), to: "lines.ndjson")
    let child = try ChildProcess(
      [Program.path, "update", "--lines", "--json", folder.path("lines.ndjson"), "--rate", "0"]
        + sandbox.options, environment: Program.ours, output: .descriptor(ends[1]))
    close(ends[1])
    var unread: CInt = 0
    try child.wait(seconds: 20, for: "a full pipe") { _ in
      ioctl(ends[0], UInt(FIONREAD), &unread) == 0 && unread > 2000
    }
    child.signal(SIGTERM)
    #expect(try child.waitForEnd(seconds: 10) == .exited(128 + SIGTERM))
    #expect(child.errorText.contains("Interrupted."))
  }

  @Test("tells each as soon as its answer is there, while the input is still open")
  func stream() throws {
    let sandbox = try TestSandbox()
    let child = try ChildProcess(
      [Program.path, "update", "--lines"] + sandbox.options, environment: Program.ours,
      input: .pipe)
    for number in 1...3 {
      try child.send("{\"n\":\(number)}\n")
      try child.wait(seconds: 20, for: "result \(number)") {
        $0.outputText.split(separator: "\n").count == number
      }
    }
    child.closeInput()
    #expect(try child.waitForEnd(seconds: 20) == .exited(0))
  }

  @Test("takes whole requests and sections, from a file too, and skips empty lines")
  func documents() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let text =
      #"{"a":1}"# + "\r\n\n  \n" + #"{"state":{"desired":{"b":2}},"clientToken":"mine"}"# + "\n"
      + #"{"state":{"reported":{"c":3}},"version":2,"clientToken":"mine"}"#
    try folder.write(text, to: "lines.ndjson")
    let run = try Program.run(
      ["update", "--lines", "--json", folder.path("lines.ndjson")] + sandbox.options)
    #expect(run.status == 0, "\(run.errors)")
    let results = try Self.results(run.output)
    #expect(words(results) == ["1 accepted", "4 accepted", "5 accepted"])
    #expect(results.last?.object?["clientToken"] == "mine")
    let state = try Program.run(["get", "--compact", "--path", "state"] + sandbox.options).output
    #expect(
      state == #"{"desired":{"b":2},"reported":{"a":1,"c":3},"delta":{"b":2}}"# + "\n")
  }

  @Test("ends at the first failure with its status, and says what became of the lines")
  func failure() throws {
    let sandbox = try TestSandbox()
    let lines =
      numbers(1...2) + [#"{"state":{"reported":{"n":3}},"version":9}"#] + numbers(4...40)
    let run = try update(sandbox, ["--in-flight", "1"], lines: lines)
    #expect(run.status == .exited(5))
    #expect(words(run.results) == ["1 accepted", "2 accepted", "3 rejected"])
    #expect(run.results.last?.object?["code"] == 409)
    #expect(run.errors.contains("Line 3 was rejected: 409 Version conflict."))
    #expect(run.errors.contains("What comes after line 3 was not sent."))
    #expect(
      run.errors.contains("Lines accepted: 1 to 2; rejected: 3."), "\(run.errors)")
  }

  @Test("names a line that is no document, and sends nothing behind it")
  func malformed() throws {
    let sandbox = try TestSandbox()
    let run = try update(sandbox, lines: numbers(1...2) + [#"{"n":}"#] + numbers(4...9))
    #expect(run.status == .exited(65))
    #expect(words(run.results) == ["1 accepted", "2 accepted", "3 malformed"])
    #expect(run.errors.contains("Line 3 is malformed JSON."))
    #expect(run.errors.contains("Column 6: expected a value after ':', found '}'."))
    let long = try update(
      sandbox, lines: ["{\"a\":\"" + String(repeating: "x", count: 400_000) + "\"}", #"{"n":1}"#])
    #expect(long.status == .exited(65))
    #expect(words(long.results) == ["1 malformed"])
    #expect(long.errors.contains("Line 1 is longer than 131072 bytes."))
  }

  @Test("--keep-going tries every line, and the status is that of the first that failed")
  func keepsGoing() throws {
    let sandbox = try TestSandbox()
    let lines = [
      #"{"n":1}"#, "[]", #"{"state":{"reported":{"n":3}},"version":9}"#,
      "{\"a\":\"" + String(repeating: "x", count: 200_000) + "\"}", #"{"n":5}"#,
    ]
    let run = try update(sandbox, ["--keep-going"], lines: lines)
    #expect(run.status == .exited(65))
    #expect(
      words(run.results) == [
        "1 accepted", "2 malformed", "3 rejected", "4 malformed", "5 accepted",
      ])
    #expect(run.errors.contains("Lines accepted: 1, 5; rejected: 3; malformed: 2, 4."))
  }

  @Test("what a lost connection takes along is unknown, and sent by nobody again")
  func lost() throws {
    let sandbox = try TestSandbox(faults: Self.cut)
    let run = try update(sandbox, ["--in-flight", "1"], lines: numbers(1...9))
    #expect(run.status == .exited(75), "\(run.errors)")
    #expect(words(run.results) == ["1 accepted", "2 accepted", "3 unknown"])
    #expect(run.errors.contains("It is not known whether line 3 was applied."))
    #expect(run.errors.contains("unknown: 3. What comes after line 3 was not sent."))
  }

  @Test("--keep-going goes on over the next connection with what was never sent")
  func comesBack() throws {
    let sandbox = try TestSandbox(faults: Self.cut)
    let run = try update(
      sandbox, ["--in-flight", "1", "--keep-going"], lines: numbers(1...6))
    #expect(run.status == .exited(75), "\(run.errors)")
    #expect(words(run.results)[2...] == ["3 unknown", "4 accepted", "5 accepted", "6 accepted"])
    #expect(run.errors.contains("Connected again"))
    let versions = run.results.compactMap { $0.object?["version"]?.integer }
    #expect(Set(versions).count == versions.count)
  }

  @Test("keeps to the rate that AWS IoT takes for a thing, and never has 429")
  func rate() throws {
    let sandbox = try TestSandbox(strict: true)
    let start = ContinuousClock.now
    let run = try update(sandbox, lines: numbers(1...30))
    #expect(run.status == .exited(0), "\(run.errors)")
    #expect(ContinuousClock.now - start > .seconds(1))
  }

  @Test("--backdate has each acknowledged by the broker")
  func backdate() throws {
    let sandbox = try TestSandbox()
    let lines = (1...3).map {
      #"{"state":{"reported":{"n":\#($0)}},"timestamp":170000000000\#($0)}"#
    }
    let run = try update(sandbox, ["--backdate"], lines: lines)
    #expect(run.status == .exited(0), "\(run.errors)")
    #expect(words(run.results) == (1...3).map { "\($0) acknowledged" })
    #expect(try Program.run(["get"] + sandbox.options).status == 4)
  }

  @Test("Control-C waits for what is in flight and says how far it came")
  func interrupted() throws {
    let sandbox = try TestSandbox()
    let child = try ChildProcess(
      [Program.path, "update", "--lines"] + sandbox.options, environment: Program.ours,
      input: .pipe)
    try child.send("{\"n\":1}\n")
    try child.wait(seconds: 20, for: "result") { !$0.outputText.isEmpty }
    child.signal(SIGINT)
    #expect(try child.waitForEnd(seconds: 20) == .exited(130))
    #expect(child.errorText.contains("Interrupted."))
    #expect(child.errorText.contains("Lines accepted: 1. What comes after line 1 was not sent."))
  }

  @Test("an empty input sends nothing")
  func empty() throws {
    let sandbox = try TestSandbox()
    let run = try update(sandbox, lines: [])
    #expect(run.status == .exited(0), "\(run.errors)")
    #expect(run.results.isEmpty)
  }

  @Test("has a bar on a terminal, which leaves no trace in the results")
  func bar() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    try folder.write(numbers(1...5).map { $0 + "\n" }.joined(), to: "lines.ndjson")
    let terminal = try PseudoTerminal(rows: 24, columns: 80)
    let child = try ChildProcess(
      [Program.path, "update", "--lines", "--json", folder.path("lines.ndjson")]
        + sandbox.options, environment: Program.ours.merging(["TERM": "xterm"]) { $1 },
      errors: .descriptor(terminal.terminal))
    #expect(try child.waitForEnd(seconds: 20) == .exited(0))
    #expect(words(try Self.results(child.outputText)) == (1...5).map { "\($0) accepted" })
    terminal.collect(seconds: 5) { $0.contains("Lines accepted: 1 to 5.") }
    #expect(terminal.outputText.contains("% "), "\(terminal.outputText)")
    #expect(terminal.outputText.contains("Lines accepted: 1 to 5."))
  }

  @Test("the bar is as long as the part of the input that is done")
  func share() {
    #expect(ProgressBar.bar(0, of: 10) == String(repeating: "░", count: 24) + "    0 %  ")
    #expect(
      ProgressBar.bar(5, of: 10) == String(repeating: "█", count: 12)
        + String(repeating: "░", count: 12) + "   50 %  ")
    #expect(ProgressBar.bar(10, of: 10) == String(repeating: "█", count: 24) + "  100 %  ")
    #expect(ProgressBar.bar(0, of: 0).contains("100 %"))
  }

  @Test("memory does not grow with the input")
  func memory() throws {
    let child = try ChildProcess(
      [Program.path, "update", "--thing", "lamp1", "--lines", "--dry-run"],
      environment: Program.ours, input: .pipe, output: .collected)
    let line = "{\"a\":\"" + String(repeating: "x", count: 100_000) + "\"}\n"
    var sent = 0
    func take(_ count: Int) throws -> Int {
      for _ in 0..<count {
        try child.send(line)
        sent += 1
        // Its output must not fill the pipe while nobody reads it.
        try child.wait(seconds: 20, for: "line \(sent)") {
          $0.output.count > sent * line.utf8.count
        }
      }
      return Memory.peak(of: child.identifier)
    }
    let before = try take(10)
    let after = try take(50)
    #expect(after - before < 4 << 20, "\(before >> 10) KB, then \(after >> 10) KB after 6 MB")
    child.closeInput()
    #expect(try child.waitForEnd(seconds: 20) == .exited(0))
  }
}

@Suite("Ranges of lines")
struct LineRangesTests {
  @Test("join what follows each other, and stay short")
  func ranges() {
    #expect(LineRanges().text == "")
    #expect(LineRanges([1, 2, 3, 5, 7, 8]).text == "1 to 3, 5, 7 to 8")
    let odd = LineRanges(stride(from: 1, to: 101, by: 2))
    #expect(odd.count == 50)
    #expect(odd.text.hasSuffix("21, 23 and 38 more"))
  }
}

@Suite("Lines of an input")
struct InputLinesTests {
  @Test("come whole however they are cut, with their numbers; one that is too long is skipped")
  func pieces() throws {
    let folder = try TemporaryFolder()
    let long = String(repeating: "y", count: InputLines.limit + 1)
    let exact = String(repeating: "z", count: InputLines.limit)
    try folder.write("a\n\n\(long)\nb\r\n\(exact)\n\(long)", to: "input")
    var input = try InputLines(folder.path("input"))
    #expect(input.size == 6 + 3 * InputLines.limit + 4)
    var told: [String] = []
    reading: while true {
      switch input.next() {
      case .line(let number, let text): told.append("\(number) \(text.count)")
      case .tooLong(let number): told.append("\(number) too long")
      case .nothing: try input.fill()
      case .end: break reading
      }
    }
    #expect(told == ["1 1", "3 too long", "4 1", "5 \(InputLines.limit)", "6 too long"])
    #expect(input.bytesRead == input.size)
  }
}
