import ArgumentParser
import Canvas
import Glibc
import JSON
import Terminal
import Thing

/// Standard output and error: results go to the one, words for people to the other.
enum StandardStreams {
  /// Writes a line to standard output at once.
  ///
  /// - Throws: `CommandFailure`: without words when nobody reads any more, as a filter ends, else
  ///   with the system's.
  static func writeLine(_ text: String) throws(CommandFailure) {
    let error = write(text + "\n", to: STDOUT_FILENO)
    if error != 0 { throw failure(ofOutput: error) }
  }

  /// Why standard output cannot be written.
  ///
  /// - Parameter error: the system's number.
  /// - Returns: the failure: without words when nobody reads any more, as a filter ends, else with
  ///   the system's.
  static func failure(ofOutput error: CInt) -> CommandFailure {
    error == EPIPE
      ? CommandFailure(status: .closedPipe, what: "", cause: "", remedy: "")
      : CommandFailure(
        status: .failed, what: "Standard output cannot be written.",
        cause: "The system says: \(String(cString: strerror(error))).", remedy: "")
  }

  /// Writes JSON on lines of its own, with colours where they are wanted.
  ///
  /// - Parameter json: written so that nothing in it acts on a terminal.
  /// - Throws: `CommandFailure` as ``writeLine(_:)`` does.
  static func writeJSON(_ json: String) throws(CommandFailure) {
    try writeLine(showsColours ? JSONColours.coloured(json) : json)
  }

  /// Writes what the service accepted.
  ///
  /// - Parameters:
  ///   - body: as it answered.
  ///   - words: what has happened, for whoever reads only standard error where it cannot be written:
  ///     it must not be taken for undone.
  /// - Throws: `CommandFailure` as ``writeLine(_:)`` does.
  static func writeAccepted(_ body: JSONValue, _ words: String) throws(CommandFailure) {
    do throws(CommandFailure) {
      try writeJSON(body.pretty(escaping: .invisible))
    } catch {
      tell(words)
      throw error
    }
  }

  /// Writes a text from outside as it is, and a line feed; on a terminal only what does no harm.
  ///
  /// - Throws: `CommandFailure` as ``writeLine(_:)`` does.
  static func writeAsItIs(_ text: String) throws(CommandFailure) {
    try writeLine(isatty(STDOUT_FILENO) == 1 ? harmless(text) : text)
  }

  /// Columns of the terminal that standard output is; nil if it is none.
  static var outputColumns: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Whether standard output is a terminal that should show colours.
  static var showsColours: Bool {
    isatty(STDOUT_FILENO) == 1 && !Environment.wantsNoColour
      && ![nil, "", "dumb"].contains(Environment.terminal["TERM"])
  }

  /// Tells the person something; the text may hold words from outside, which are made safe.
  ///
  /// Once signals are taken over, nothing would end a wait for a reader who does not read: words that
  /// find no room within ``patience``, or before a signal, are left out.
  static func tell(_ text: String) { put(harmless(text) + "\n") }

  /// Tells the person a line that is safe to print already, its colours with it.
  static func tellStyled(_ line: String) { put(line + "\n") }

  /// Ms that words wait for room on standard error.
  private static let patience: Int64 = 1000

  private static func put(_ words: String) {
    guard let signals = Signals.pending else {
      _ = write(words, to: STDERR_FILENO)
      return
    }
    let output = StreamOutput(to: STDERR_FILENO)
    output.append { $0 += words.utf8 }
    let end = Clock.monotonicMilliseconds + patience
    while true {
      // Where nobody reads there is nobody to tell.
      do throws(CommandFailure) { try output.flush() } catch { return }
      let rest = end - Clock.monotonicMilliseconds
      guard output.isBehind, rest > 0 else { return }
      var sources = [
        output.source, pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
      ]
      poll(&sources, nfds_t(sources.count), CInt(rest))
      if sources[0].revents == 0, sources[1].revents != 0 { return }
    }
  }

  /// The lines of a text, made safe.
  private static func harmless(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { SafeText.escaped(String($0)) }.joined(separator: "\n")
  }

  /// Draws on the terminal that standard error is.
  ///
  /// - Parameter sequence: our own alone, with nothing from outside in it.
  static func draw(_ sequence: String) { put(sequence) }

  /// Puts a question, which the answer is typed behind; outside text in it is made safe.
  static func ask(_ question: String) {
    _ = write(SafeText.escaped(question) + " ", to: STDERR_FILENO)
  }

  /// Tells what the person should know, and what to do about it.
  static func tell(_ advice: [Advice]) {
    for advice in advice { tell("warning: \(advice.what) \(advice.remedy)") }
  }

  /// Tells why a command ends and gives its exit status.
  static func report(_ failure: CommandFailure) -> ExitCode {
    guard !failure.lines.isEmpty else { return ExitCode(failure.status.rawValue) }
    put(
      failure.lines.enumerated().map { ($0.offset == 0 ? "shadowscope: " : "  ") + $0.element }
        .joined(separator: "\n") + "\n")
    return ExitCode(failure.status.rawValue)
  }

  /// - Returns: 0, or the system's error.
  private static func write(_ text: String, to descriptor: CInt) -> CInt {
    Files.write(Array(text.utf8), to: descriptor) ?? 0
  }
}
