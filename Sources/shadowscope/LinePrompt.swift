import Glibc
import Terminal

/// Questions that are answered by a line each, with the terminal's own keys for editing.
struct LinePrompt {
  private let signals: Signals
  /// What it means to end it.
  private let ifEnded: String
  /// What was read behind the last line.
  private var rest: [UInt8] = []

  /// A person to ask; nil if standard input is no terminal.
  ///
  /// - Parameter ifEnded: what it means that the person ends it.
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  init?(ifEnded: String = "Nothing was written.") throws(CommandFailure) {
    guard isatty(STDIN_FILENO) == 1 else { return nil }
    self.ifEnded = ifEnded
    signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
  }

  /// Asks, and waits for the line.
  ///
  /// - Parameters:
  ///   - question: outside text in it is made safe.
  ///   - standard: what an empty line stands for; shown behind the question. nil if there is none.
  /// - Returns: the line without white space around.
  /// - Throws: `CommandFailure` when the person ends it: Control-C, Control-D.
  mutating func line(
    _ question: String, standard: String? = nil
  ) throws(CommandFailure) -> String {
    StandardStreams.ask(question + (standard.map { " [\($0)]:" } ?? ":"))
    let line = try line()
    return line.isEmpty ? standard ?? "" : line
  }

  /// Asks for a yes or a no until it is one.
  ///
  /// - Parameters:
  ///   - question: ends in a question mark.
  ///   - standard: what an empty line stands for.
  /// - Returns: whether it is a yes.
  /// - Throws: `CommandFailure` when the person ends it.
  mutating func yes(_ question: String, standard: Bool) throws(CommandFailure) -> Bool {
    while true {
      StandardStreams.ask("\(question) [\(standard ? "Y/n" : "y/N")]")
      switch try line().lowercased() {
      case "": return standard
      case "y", "yes": return true
      case "n", "no": return false
      default: StandardStreams.tell("y for yes, n for no.")
      }
    }
  }

  private mutating func line() throws(CommandFailure) -> String {
    while true {
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        defer { rest.removeFirst(end + 1) }
        return String(decoding: rest[..<end], as: UTF8.self).trimmed
      }
      var sources = [STDIN_FILENO, signals.descriptor].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      poll(&sources, nfds_t(sources.count), -1)
      if let signal = signals.collect().first {
        StandardStreams.tell("")
        throw CommandFailure(endedBy: signal, what: ifEnded, cause: "It was interrupted.")
      }
      guard sources[0].revents != 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      // Nobody types as much.
      guard count > 0, rest.count < 1 << 16 else { throw ended("The input ended.") }
      rest += buffer[..<count]
    }
  }

  private func ended(_ cause: String) -> CommandFailure {
    StandardStreams.tell("")
    return CommandFailure(status: .failed, what: ifEnded, cause: cause, remedy: "")
  }
}

extension String {
  /// Without white space around.
  fileprivate var trimmed: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
