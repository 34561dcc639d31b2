import Glibc

/// A program in a real terminal emulator: tmux, on a server of its own that dies with this value.
///
/// The pane stays when the program ends, so that its last words can be read. One thread uses a
/// value.
package final class TmuxSession {
  /// What the pane shows.
  package struct Screen: Hashable, Sendable, CustomStringConvertible {
    /// The rows from the top, without trailing spaces.
    package let rows: [String]

    /// The rows, one a line.
    package var text: String { rows.joined(separator: "\n") }

    package var description: String { text }

    /// Whether the text stands somewhere on the screen, within one row.
    package func contains(_ text: String) -> Bool { rows.contains { $0.contains(text) } }

    /// The first row that holds all of these texts, from 0; nil for none.
    package func row(with texts: String...) -> Int? {
      rows.firstIndex { row in texts.allSatisfy { row.contains($0) } }
    }
  }

  private let socket: String
  private let environment: [String: String]

  /// Starts a program in a new terminal.
  ///
  /// - Parameters:
  ///   - arguments: the program and its arguments, without a shell in between.
  ///   - rows: rows of the terminal.
  ///   - columns: columns of the terminal.
  ///   - type: `TERM` inside; tmux understands `tmux-256color`, `screen-256color`, `screen` and
  ///     most of `xterm-256color`.
  ///   - environment: variables that the program gets besides tmux's own; the locale is `C.UTF-8`
  ///     unless `LC_ALL` says otherwise here.
  ///   - folder: the working folder.
  /// - Throws: `ChildProcess.Failure` when tmux is missing or refuses.
  package init(
    _ arguments: [String], rows: Int = 24, columns: Int = 80, type: String = "tmux-256color",
    environment: [String: String] = [:], in folder: String = "/tmp"
  ) throws {
    socket = "shadowscope-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    // Nothing of the person's own session: the server must not take it for its client.
    self.environment = [
      "PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin",
      "HOME": getenv("HOME").map { String(cString: $0) } ?? "/tmp",
      "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "SHELL": "/bin/sh",
    ]
    var command = [
      "start-server", ";", "set-option", "-g", "default-terminal", type, ";",
      "set-option", "-g", "remain-on-exit", "on", ";", "set-option", "-g", "status", "off", ";",
      // Else the news of the end scrolls the last screen.
      "set-option", "-g", "remain-on-exit-format", "", ";",
      // "window-size manual" here would end tmux 3.3a; resize-window sets it later.
      "set-option", "-s", "escape-time", "0", ";",
      "new-session", "-d", "-s", "main", "-x", "\(columns)", "-y", "\(rows)", "-c", folder,
    ]
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
      command += ["-e", "\(name)=\(value)"]
    }
    // One argument would go through a shell; env makes it two or more.
    try run(command + ["--", "env"] + arguments.map(Self.literal))
  }

  deinit { _ = try? run(["kill-server"]) }

  /// What the pane shows now.
  package func screen() throws -> Screen {
    let text = try run(["capture-pane", "-p", "-t", "main"])
    return Screen(
      rows: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  /// What the pane shows now, with the colours and attributes as escape sequences.
  package func styledScreen() throws -> String {
    try run(["capture-pane", "-p", "-e", "-t", "main"])
  }

  /// Waits until the screen satisfies a condition.
  ///
  /// - Parameters:
  ///   - seconds: the deadline from now.
  ///   - what: what is waited for, for the failure's words.
  ///   - condition: asked again and again until it answers true.
  /// - Returns: the screen that satisfied it.
  /// - Throws: `ChildProcess.Failure` with the last screen when the time is over.
  @discardableResult
  package func wait(
    seconds: Double = 10, for what: String, _ condition: (Screen) throws -> Bool
  ) async throws -> Screen {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      let screen = try screen()
      if try condition(screen) { return screen }
      guard ContinuousClock.now < deadline else {
        throw ChildProcess.Failure(
          description: "no \(what) after \(seconds) s; the screen shows:\n\(screen.text)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Waits until the text stands on the screen, within one row.
  @discardableResult
  package func wait(seconds: Double = 10, for text: String) async throws -> Screen {
    try await wait(seconds: seconds, for: "\"\(text)\"") { $0.contains(text) }
  }

  /// Waits for the program's end.
  ///
  /// - Parameter seconds: the deadline from now.
  /// - Returns: its exit status; nil when a signal ended it.
  /// - Throws: `ChildProcess.Failure` with the last screen when it still runs then.
  @discardableResult
  package func waitForEnd(seconds: Double = 10) async throws -> Int? {
    var status = ""
    try await wait(seconds: seconds, for: "end of the program") { _ in
      guard try self.format("#{pane_dead}") == "1" else { return false }
      status = try self.format("#{pane_dead_status}")
      if try status != "" || self.format("#{pane_dead_signal}") != "" { return true }
      // tmux 3.3a now and then misses that its child has ended, until it is told again.
      if let server = pid_t(try self.format("#{pid}")) { kill(server, SIGCHLD) }
      return false
    }
    return Int(status)
  }

  /// Presses keys by tmux's names: `Enter`, `Escape`, `Up`, `C-c`, `M-b`, `BTab`, `F1`, or a
  /// character.
  package func press(_ keys: String...) throws {
    try run(["send-keys", "-t", "main"] + keys.map(Self.literal))
  }

  /// Types text as it is.
  package func type(_ text: String) throws {
    try run(["send-keys", "-t", "main", "-l", "--", Self.literal(text)])
  }

  /// Pastes text, bracketed when the program asked for that.
  package func paste(_ text: String) throws {
    try run(["load-buffer", "-"], input: text)
    try run(["paste-buffer", "-p", "-t", "main"])
  }

  /// Presses the mouse's left button at a place, from 0, and lets go of it.
  package func click(row: Int, column: Int) throws {
    try type(Self.report(0, row, column, "M") + Self.report(0, row, column, "m"))
  }

  /// Turns the mouse's wheel by one notch at a place, from 0.
  package func wheel(down: Bool, row: Int, column: Int) throws {
    try type(Self.report(down ? 65 : 64, row, column, "M"))
  }

  /// Drags with the left button from a row to another, from 0.
  package func drag(from row: Int, to other: Int, column: Int) throws {
    try type(
      Self.report(0, row, column, "M") + Self.report(32, other, column, "M")
        + Self.report(0, other, column, "m"))
  }

  /// A report as xterm's mode 1006 has it, which counts from 1.
  private static func report(_ button: Int, _ row: Int, _ column: Int, _ end: String) -> String {
    "\u{1B}[<\(button);\(column + 1);\(row + 1)\(end)"
  }

  /// Gives the terminal another size.
  package func resize(rows: Int, columns: Int) throws {
    try run(["resize-window", "-t", "main", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// The row and column of the cursor, from 0, and whether it is shown.
  package func cursor() throws -> (row: Int, column: Int, isVisible: Bool) {
    let parts = try format("#{cursor_y} #{cursor_x} #{cursor_flag}").split(separator: " ")
      .compactMap { Int($0) }
    guard parts.count == 3 else { throw ChildProcess.Failure(description: "no cursor: \(parts)") }
    return (parts[0], parts[1], parts[2] == 1)
  }

  /// The process that tmux started.
  package func identifier() throws -> Int32 {
    guard let identifier = pid_t(try format("#{pane_pid}")) else {
      throw ChildProcess.Failure(description: "no process in the pane")
    }
    return identifier
  }

  /// The terminal's device, for instance `/dev/pts/3`, to ask `stty` about.
  package func device() throws -> String { try format("#{pane_tty}") }

  /// Whether the program has the terminal's second screen.
  package func usesSecondScreen() throws -> Bool { try format("#{alternate_on}") == "1" }

  /// Which mouse modes the program has switched on, as 0 or 1: 1000, 1002, 1006.
  package func mouseModes() throws -> String {
    try format("#{mouse_standard_flag} #{mouse_button_flag} #{mouse_sgr_flag}")
  }

  /// Lets programs copy, which tmux by itself does not.
  package func acceptCopies() throws { try run(["set-option", "-s", "set-clipboard", "on"]) }

  /// What was copied last, empty when nothing was.
  package func copied() throws -> String {
    let buffers = try run(["list-buffers"])
    return buffers.isEmpty ? "" : try run(["show-buffer"])
  }

  private func format(_ format: String) throws -> String {
    let text = try run(["display-message", "-p", "-t", "main", format])
    return text.last == "\n" ? String(text.dropLast()) : text
  }

  @discardableResult
  private func run(_ command: [String], input: String? = nil) throws -> String {
    let child = try ChildProcess(
      ["tmux", "-u", "-L", socket, "-f", "/dev/null"] + command, environment: environment,
      input: input == nil ? .nothing : .pipe)
    if let input {
      try child.send(input)
      child.closeInput()
    }
    guard try child.waitForEnd(seconds: 20) == .exited(0) else {
      throw ChildProcess.Failure(
        description: "tmux \(command.joined(separator: " ")): \(child.errorText)")
    }
    return child.outputText
  }

  /// A semicolon at the end of an argument ends tmux's command unless it is escaped.
  private static func literal(_ argument: String) -> String {
    argument.hasSuffix(";") ? argument.dropLast() + "\\;" : argument
  }
}
