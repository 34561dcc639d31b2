import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("The monitor, on a broker with others")
struct MonitorTests {
  private func monitor(
    _ sandbox: borrowing TestSandbox, rows: Int = 24, columns: Int = 80
  ) throws -> TmuxSession {
    try Program.inTerminal(
      ["monitor"] + sandbox.options, rows: rows, columns: columns)
  }

  /// Acts as the thing, as a device on the same certificate does.
  private func report(_ state: String, _ sandbox: borrowing TestSandbox) throws {
    try MosquittoClient.publish(
      "{\"state\":{\"reported\":\(state)}}", to: "$aws/things/lamp1/shadow/update",
      as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
  }

  @Test("sees what mosquitto_pub causes, and mosquitto_sub sees what it causes")
  func sameThings() async throws {
    let sandbox = try TestSandbox()
    let screen = try monitor(sandbox)
    try await screen.wait(seconds: 20, for: "This thing has no shadow")
    try report(#"{"temperature":21.5}"#, sandbox)
    try await screen.wait(seconds: 20, for: "the reported value") { shown in
      shown.rows.contains { $0.contains("temperature") && $0.contains("21.5") }
        && shown.version == 1
    }
    let listener = try Subscription(
      to: ["$aws/things/lamp1/shadow/update/accepted"], as: sandbox.batch.thing("lamp1"),
      of: sandbox.batch, port: sandbox.port)
    try screen.press("e", "C-u")
    try screen.type("22")
    try screen.press("Enter")
    let staged = try await screen.wait(seconds: 20, for: "1 staged")
    #expect(staged.contains("21.5 → 22"))
    try screen.press("P")
    let accepted = try await screen.wait(seconds: 20, for: "accepted v2")
    #expect(accepted.version == 2)
    try listener.wait(for: "acceptance") {
      $0.contains(#""state":{"reported":{"temperature":22}}"#)
    }
    // What the preview showed is what was sent, token included.
    let preview = try #require(staged.rows.first { $0.contains(#""clientToken":""#) })
    let token = try #require(preview.split(separator: "\"clientToken\":\"").last?.prefix(8))
    #expect(listener.messages.contains { $0.contains("\"clientToken\":\"\(token)\"") })
  }

  @Test("keeps staged edits while the broker is killed and comes back, and publishes them then")
  func brokerKilled() async throws {
    let sandbox = try TestSandbox()
    try report(#"{"temperature":21.5}"#, sandbox)
    let screen = try monitor(sandbox)
    try await screen.wait(seconds: 20, for: "21.5")
    try screen.press("e", "C-u")
    try screen.type("22")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "1 staged")

    let brokers = processes(mentioning: "\(sandbox.batch.path)/broker/")
    #expect(brokers.count == 1)
    for broker in brokers { kill(broker, SIGKILL) }
    let offline = try await screen.wait(seconds: 20, for: "words about the end") {
      $0.contains("disconnected: ")
    }
    #expect(offline.contains("1 staged"))
    // The sandbox starts the broker again; the shadow service has kept its documents.
    let back = try await screen.wait(seconds: 40, for: "the connection and the document") { shown in
      // The newest message stands on top; the outage may have had two causes.
      let got = shown.rows.firstIndex { $0.contains("get/accepted") && $0.contains("v1") }
      let lost = shown.rows.firstIndex {
        $0.contains("disconnected: ") || $0.contains("tried again: ")
      }
      guard let got, let lost else { return false }
      return shown.contains("● connected") && got < lost
    }
    #expect(back.contains("1 staged"))
    #expect(back.contains("21.5 → 22"))
    try screen.press("P")
    try await screen.wait(seconds: 20, for: "accepted v2")
  }

  @Test("tells a rejection's code and words, and keeps the edit")
  func rejected() async throws {
    let sandbox = try TestSandbox()
    try report(#"{"temperature":21.5}"#, sandbox)
    let screen = try monitor(sandbox)
    try await screen.wait(seconds: 20, for: "21.5")
    try screen.press("e", "C-u")
    try screen.type(#"{"1":{"2":{"3":{"4":{"5":{"6":{"7":1}}}}}}}"#)
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "1 staged")
    try screen.press("P")
    let refused = try await screen.wait(seconds: 20, for: "too many levels of nesting")
    #expect(refused.contains("400"))
    #expect(refused.contains("1 staged"))
  }

  @Test("shows hostile text escaped, clipped and in its columns")
  func hostile() async throws {
    let sandbox = try TestSandbox()
    let long = String(repeating: "long ", count: 800)
    try report(
      #"{"a":"x\u001b[2J\u001b]52;c;aGk=\u0007","b":"\u009b31m","c":"one\ntwo","#
        + #""d":"abc\u202edef","e":"日本語 👨‍👩‍👧","f":"\#(long)","g":"end"}"#, sandbox)
    let screen = try monitor(sandbox)
    let shown = try await screen.wait(seconds: 20, for: "the last row") { shown in
      shown.rows.contains { $0.contains("  g ") && $0.contains("end") }
    }
    #expect(shown.contains("x␛[2J␛]52;c;"))
    #expect(shown.contains(#"\u{9B}31m"#))
    #expect(shown.contains("one␊two"))
    #expect(shown.contains(#"abc\u{202E}"#))
    #expect(shown.contains("日本語"))
    #expect(shown.rows.contains { $0.contains("  f ") && $0.contains("…") })
    #expect(shown.rows.first?.hasPrefix(" shadowscope  lamp1") == true)
    // The right border of every row of the table stands in the last column.
    let borders = shown.rows[2..<9].filter { $0.hasSuffix("│") }
    #expect(borders.count == 7)
  }

  @Test("asks before it quits with staged edits")
  func quitting() async throws {
    let sandbox = try TestSandbox()
    let screen = try monitor(sandbox)
    try await screen.wait(seconds: 20, for: "This thing has no shadow")
    try screen.press("a")
    try screen.type("mode")
    try screen.press("Enter")
    try screen.type("eco")
    try await screen.wait(seconds: 20, for: "document then")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "1 staged")
    try screen.press("q")
    try await screen.wait(seconds: 20, for: "1 staged edit")
    try screen.press("n")
    try await screen.wait(seconds: 20, for: "the question gone") { !$0.contains("y yes") }
    try screen.press("q", "y")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
  }

  @Test("says so when a signal ends it with staged edits")
  func toldToEnd() async throws {
    let sandbox = try TestSandbox()
    let screen = try Program.inLastingTerminal(["monitor"] + sandbox.options)
    try await screen.wait(seconds: 20, for: "This thing has no shadow")
    try screen.press("a")
    try screen.type("mode")
    try screen.press("Enter")
    try screen.type("eco")
    try await screen.wait(seconds: 20, for: "> eco")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "1 staged")
    for process in children(of: try screen.identifier()) { kill(process, SIGTERM) }
    let last = try await screen.wait(seconds: 20, for: "ended 0")
    #expect(last.contains("1 staged edit was not published"))
  }

  @Test("takes keys of several bytes one by one, also while typing")
  func arrows() async throws {
    let sandbox = try TestSandbox()
    let screen = try monitor(sandbox)
    try await screen.wait(seconds: 20, for: "This thing has no shadow")
    try screen.press("a")
    try screen.type("abc")
    for key in ["Left", "X", "Home", "Y", "End", "Z", "Left", "Left", "W"] { try screen.press(key) }
    try await screen.wait(seconds: 20, for: "> YabXWcZ")
  }

  @Test("follows the terminal's size, also while a line is being typed")
  func resized() async throws {
    let sandbox = try TestSandbox()
    let screen = try monitor(sandbox)
    try await screen.wait(seconds: 20, for: "This thing has no shadow")
    try screen.press("a")
    try screen.type("half")
    for (rows, columns) in [(12, 40), (5, 20), (100, 300), (5, 19), (24, 80)] {
      try screen.resize(rows: rows, columns: columns)
      try await screen.wait(seconds: 20, for: "a frame of \(rows)x\(columns)") { shown in
        // Without room for panes the line is all of it that there must be.
        columns <= 20
          ? shown.contains(columns < 20 ? "too small" : "> half")
          : shown.rows.first?.contains("lamp1") == true
            && shown.rows.contains { $0.hasSuffix("┘") && $0.count == columns }
      }
    }
    try screen.type("-done")
    try await screen.wait(seconds: 20, for: "half-done")
  }

  @Test("stops on Control-Z and goes on where it was", .timeLimit(.minutes(2)))
  func suspended() async throws {
    let sandbox = try TestSandbox()
    try report(#"{"temperature":21.5}"#, sandbox)
    let shell = try TmuxSession(["bash", "--norc", "-i"])
    try await shell.wait(seconds: 20, for: "bash")
    let command = ([try Program.path, "monitor"] + sandbox.options).joined(separator: " ")
    try shell.type(command)
    try shell.press("Enter")
    try await shell.wait(seconds: 20, for: "21.5")
    #expect(try shell.mouseModes() == "0 1 1")
    try shell.press("C-z")
    try await shell.wait(seconds: 20, for: "Stopped")
    #expect(try !shell.usesSecondScreen())
    #expect(try shell.mouseModes() == "0 0 0")
    try report(#"{"temperature":23}"#, sandbox)
    try shell.resize(rows: 30, columns: 100)
    try shell.type("fg")
    try shell.press("Enter")
    let back = try await shell.wait(seconds: 20, for: "the value that came meanwhile") {
      $0.rows.contains { $0.contains("temperature") && $0.contains("23") }
    }
    #expect(back.rows.contains { $0.hasSuffix("┘") && $0.count == 100 })
    #expect(try shell.mouseModes() == "0 1 1")
  }

  @Test(
    "leaves the terminal as it was on every way out",
    arguments: [
      [SIGTERM], [SIGHUP], [SIGINT], [SIGQUIT], [SIGSEGV], [SIGABRT], [SIGSTOP, SIGCONT, SIGTERM],
    ])
  func restored(signals: [CInt]) async throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    // A shell that reads a script leaves the terminal's modes alone, unlike one that edits lines.
    let script = """
      stty -a > \(folder.path)/before
      \(try Program.path) monitor \(sandbox.options.joined(separator: " "))
      stty -a > \(folder.path)/after
      echo ended
      read line
      """
    let shell = try TmuxSession(
      ["sh", "-c", script], environment: ["SWIFT_BACKTRACE": "enable=no"])
    try await shell.wait(seconds: 20, for: "This thing has no shadow")
    let thing = sandbox.batch.thing("lamp1").path
    let monitors = processes(mentioning: "monitor\0--thing-dir\0\(thing)\0")
    #expect(monitors.count == 1)
    #expect(try shell.mouseModes() == "0 1 1")
    for signal in signals { for process in monitors { kill(process, signal) } }
    try await shell.wait(seconds: 30, for: "ended")
    #expect(try !shell.usesSecondScreen())
    #expect(try shell.mouseModes() == "0 0 0")
    #expect(try shell.cursor().isVisible)
    let modes = try ["before", "after"].map {
      try ChildProcess.run(["cat", folder.path($0)]).output
    }
    #expect(modes[0].contains("icanon"))
    #expect(modes[0] == modes[1])
  }
}
