import Thing

/// A checkup of a connection, told step by step: what `doctor` does, and `init` before it writes.
struct CheckupRun {
  let subject: CheckupSubject
  /// Where the passphrase of an encrypted key comes from.
  let passphrase: PassphraseSource
  /// Whether the network is left alone.
  var isOffline = false
  /// How a result is told as soon as it is known; nil where all of them make one document.
  var lines: CheckLines?

  /// Takes the steps, on this thread.
  ///
  /// - Parameter write: puts out a line, which is safe to print.
  /// - Returns: the results in their order.
  /// - Throws: `CommandFailure` when a line cannot be put out; the steps are taken all the same.
  func run(_ write: (String) throws(CommandFailure) -> Void) throws(CommandFailure) -> [CheckResult]
  {
    var results: [CheckResult] = []
    var fault: CommandFailure?
    Checkup.run(
      subject, withoutNetwork: isOffline ? "not asked for" : nil, asking: passphrase.answer
    ) { result in
      results.append(result)
      // Where the local checks failed nobody is thrown out.
      if result.step == .endpoint, !isOffline, results.firstFailure == nil, let note = subject.note
      {
        StandardStreams.tell("note: \(note)")
      }
      guard let lines, fault == nil else { return }
      do throws(CommandFailure) {
        for line in lines.lines(for: result) { try write(line) }
      } catch {
        fault = error
      }
    }
    if let fault { throw fault }
    return results
  }
}

extension CheckupSubject {
  /// What a person should know before the network is touched.
  var note: String? {
    guard let knownClientID, let endpoint, !endpoint.isEmpty else { return nil }
    return "it connects as “\(knownClientID)”; who is connected under that id now is thrown out."
  }
}
