import Thing

extension Mailbox {
  /// A mailbox that wakes whoever waits for it.
  ///
  /// - Parameters:
  ///   - bound: bytes of what may be dropped that may wait.
  ///   - weigh: bytes of a value that may be dropped when too much waits, 0 for one that may not;
  ///     nil where nothing comes from strangers.
  /// - Returns: the mailbox, empty.
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  static func open(
    bound: Int = ThingEvent.mostWaiting, weighing weigh: (@Sendable (Element) -> Int)? = nil
  ) throws(CommandFailure) -> Mailbox {
    let mailbox = Mailbox(bound: weigh.map { Bound(bytes: bound, weigh: $0) })
    guard mailbox.isOpen else {
      throw CommandFailure(
        status: .failed, what: "Cannot open a pipe.",
        cause: "The system has no descriptor to give.",
        remedy: "Close programs that hold many files open, or raise `ulimit -n`.")
    }
    return mailbox
  }
}
