import Canvas
import Glibc
import Terminal
import Thing

/// Where the passphrase of an encrypted key comes from: a descriptor that was named, else the person
/// at the terminal; never the arguments or the environment, which others can read.
struct PassphraseSource {
  /// Bytes that a passphrase may have, OpenSSL's bound.
  private static let longest = 1024

  /// Read to the end of its first line; nil to ask on the terminal.
  let descriptor: CInt?
  /// Those that are taken over already; nil to take them while the question stands.
  let signals: Signals?

  /// Answers the question that a key puts.
  func answer(_ question: PassphraseQuestion) -> PassphraseAnswer {
    guard let descriptor else { return ask(question) }
    return question.attempt == 1 ? Self.read(descriptor) : .noOther
  }

  private func ask(_ question: PassphraseQuestion) -> PassphraseAnswer {
    guard let (outcome, bytes) = prompt(question) else {
      return .none(
        cause: "It needs a passphrase, and the process has no descriptor left to ask for it.",
        remedy: "Close other programs, or raise the limit: ulimit -n.")
    }
    switch outcome {
    case .line, .end: break
    case .tooLong:
      return .none(
        cause: "What was typed is longer than \(Self.longest) bytes, which no passphrase is.",
        remedy: "Try again.")
    case .interrupted(let signal):
      // Without handlers of ours it does what it always does; with them it goes to whoever has
      // them, but for Control-C, which means the question.
      if signals == nil || signal != .interrupt { signal.follow() }
    case .noTerminal(let words):
      return .none(
        cause: "It needs a passphrase, and there is no terminal to ask for it (\(words)).",
        remedy: "Run it in a terminal, or hand the passphrase over: --passphrase-fd 3 3< FILE.")
    }
    guard let bytes else {
      return .none(cause: "No passphrase was given.", remedy: "Try again, with its passphrase.")
    }
    return .given(bytes)
  }

  /// Asks on the terminal; signals that were taken for this are given back at the end.
  ///
  /// - Returns: what came of it, with the line if that is what came; nil where signals cannot be
  ///   taken.
  private func prompt(
    _ question: PassphraseQuestion
  ) -> (outcome: SecretPrompt.Outcome, bytes: SecretBytes?)? {
    guard let signals = signals ?? (try? CommandSignals.take()) else { return nil }
    let again =
      question.attempt == 1
      ? "" : "That does not open it (try \(question.attempt) of \(PassphraseQuestion.attempts)).\n"
    let words = "\(again)Passphrase for \(SafeText.escaped(question.key)): "
    var outcome = SecretPrompt.Outcome.end
    let bytes = SecretBytes(capacity: Self.longest) { buffer in
      outcome = SecretPrompt(signals: signals).ask(words, into: buffer)
      guard case .line(let count) = outcome, count > 0 else { return nil }
      return count
    }
    return (outcome, bytes)
  }

  /// The first line, without its end.
  private static func read(_ descriptor: CInt) -> PassphraseAnswer {
    var code: CInt = 0
    var isTooLong = false
    let bytes = SecretBytes(capacity: longest) { buffer in
      var count = 0
      while true {
        // Byte by byte: what follows the line is not ours.
        var byte: UInt8 = 0
        let got = Glibc.read(descriptor, &byte, 1)
        if got < 0, errno == EINTR { continue }
        if got < 0 {
          code = errno
          return nil
        }
        if got == 0 || byte == UInt8(ascii: "\n") { return count }
        guard count < longest else {
          isTooLong = true
          return nil
        }
        buffer[count] = byte
        count += 1
      }
    }
    if let bytes, bytes.count > 0 { return .given(bytes) }
    let why =
      isTooLong
      ? "gives a line of more than \(longest) bytes"
      : code == 0 ? "gives an empty line" : "cannot be read: \(String(cString: strerror(code)))"
    return .none(
      cause: "It needs a passphrase, and descriptor \(descriptor) \(why).",
      remedy: "Open it for reading, for instance: --passphrase-fd 3 3< FILE.")
  }
}
