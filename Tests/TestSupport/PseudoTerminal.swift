import Glibc

/// Both ends of a pseudo terminal: the program's, and the one where a person would sit.
///
/// What is written to the program's end is collected by ``collect(seconds:until:)``; until then the
/// system holds about 16 KB of it, and more makes the program wait. One thread uses a value.
package final class PseudoTerminal {
  /// The program's end: its standard input and output.
  package let terminal: CInt
  /// Everything the program has written, as far as collected.
  package private(set) var output: [UInt8] = []
  private let person: CInt

  /// Opens a pseudo terminal with the system's usual modes.
  package init(rows: Int = 24, columns: Int = 80) throws {
    var ends: (person: CInt, terminal: CInt) = (-1, -1)
    var size = Self.size(rows: rows, columns: columns)
    guard openpty(&ends.person, &ends.terminal, nil, nil, &size) == 0 else {
      throw ChildProcess.Failure(description: "no pty: \(String(cString: strerror(errno)))")
    }
    (person, terminal) = ends
    for end in [person, terminal] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    close(person)
    close(terminal)
  }

  /// The output as text, escape sequences and all.
  package var outputText: String { String(decoding: output, as: UTF8.self) }

  /// The modes, every byte of them, to compare before and after.
  package var modes: [UInt8] {
    var modes = termios()
    tcgetattr(terminal, &modes)
    return withUnsafeBytes(of: &modes) { Array($0) }
  }

  /// Types text, or whatever bytes a terminal sends for a key.
  ///
  /// The program must read meanwhile when it is more than about 4 KB.
  package func type(_ text: String) { type(Array(text.utf8)) }

  /// Types bytes.
  package func type(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(person, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Changes the window's size; a foreground process group gets SIGWINCH.
  package func resize(rows: Int, columns: Int) {
    var size = Self.size(rows: rows, columns: columns)
    _ = ioctl(person, UInt(TIOCSWINSZ), &size)
  }

  /// Collects output until a condition holds for all of it, or the time is over.
  ///
  /// - Parameters:
  ///   - seconds: the deadline from now; 0 takes what has arrived.
  ///   - condition: asked for the whole output after each piece.
  /// - Returns: whether the condition held.
  @discardableResult
  package func collect(
    seconds: Double = 0, until condition: (String) -> Bool = { _ in false }
  ) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      if condition(outputText) { return true }
      var source = pollfd(fd: person, events: Int16(POLLIN), revents: 0)
      let wait = max(.zero, deadline - .now) / .milliseconds(1)
      guard poll(&source, 1, CInt(wait.rounded(.up))) > 0 else { return condition(outputText) }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(person, &buffer, buffer.count)
      guard count > 0 else { return condition(outputText) }
      output += buffer[..<count]
    }
  }

  /// Forgets the output collected so far.
  package func forgetOutput() { output = [] }

  private static func size(rows: Int, columns: Int) -> winsize {
    winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
  }
}
