import ArgumentParser
import Canvas
import Glibc
import Thing

/// Standard output and error: results go to the one, words for people to the other.
enum StandardStreams {
  /// Writes a line to standard output at once.
  ///
  /// - Throws: `CommandFailure`: without words when nobody reads any more, as a filter ends, else
  ///   with the system's.
  static func writeLine(_ text: String) throws(CommandFailure) {
    let error = write(text + "\n", to: STDOUT_FILENO)
    switch error {
    case 0: return
    case EPIPE: throw CommandFailure(status: .closedPipe, what: "", cause: "", remedy: "")
    default:
      throw CommandFailure(
        status: .failed, what: "Standard output cannot be written.",
        cause: "The system says: \(String(cString: strerror(error))).", remedy: "")
    }
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
  static func tell(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    _ = write(
      lines.map { SafeText.escaped(String($0)) }.joined(separator: "\n") + "\n", to: STDERR_FILENO)
  }

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
    _ = write(
      failure.lines.enumerated().map { ($0.offset == 0 ? "shadowscope: " : "  ") + $0.element }
        .joined(separator: "\n") + "\n", to: STDERR_FILENO)
    return ExitCode(failure.status.rawValue)
  }

  /// - Returns: 0, or the system's error.
  private static func write(_ text: String, to descriptor: CInt) -> CInt {
    Files.write(Array(text.utf8), to: descriptor) ?? 0
  }
}
