import ArgumentParser
import Canvas
import Glibc
import Thing

/// Standard output and error: results go to the one, words for people to the other.
enum StandardStreams {
  /// Writes a line to standard output at once.
  ///
  /// - Throws: `ExitCode` when nobody reads any more, as after `| head`: a filter ends quietly then.
  static func writeLine(_ text: String) throws(ExitCode) {
    guard write(text + "\n", to: STDOUT_FILENO) else { throw ExitCode(128 + SIGPIPE) }
  }

  /// Tells the person something; the text may hold words from outside, which are made safe.
  static func tell(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    _ = write(
      lines.map { SafeText.escaped(String($0)) }.joined(separator: "\n") + "\n", to: STDERR_FILENO)
  }

  /// Tells what the person should know, and what to do about it.
  static func tell(_ advice: [Advice]) {
    for advice in advice { tell("warning: \(advice.what) \(advice.remedy)") }
  }

  /// Tells why a command ends and gives its exit status.
  static func report(_ failure: CommandFailure) -> ExitCode {
    _ = write(
      failure.lines.enumerated().map { ($0.offset == 0 ? "shadowscope: " : "  ") + $0.element }
        .joined(separator: "\n") + "\n", to: STDERR_FILENO)
    return ExitCode(failure.status.rawValue)
  }

  /// - Returns: whether everything was written.
  private static func write(_ text: String, to descriptor: CInt) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
