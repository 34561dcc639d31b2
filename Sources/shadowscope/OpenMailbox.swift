import Thing

extension Mailbox {
  /// A mailbox that wakes whoever waits for it.
  ///
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  static func open() throws(CommandFailure) -> Mailbox {
    let mailbox = Mailbox()
    guard mailbox.isOpen else {
      throw CommandFailure(
        status: .failed, what: "Cannot open a pipe.",
        cause: "The system has no descriptor to give.",
        remedy: "Close programs that hold many files open, or raise `ulimit -n`.")
    }
    return mailbox
  }
}
