import Shadow
import Terminal

extension ResolvedOptions {
  /// Tells what in the file of settings keeps profiles from being found.
  func tellWarnings() { warnings.forEach { StandardStreams.tell("warning: \($0)") } }

  /// Opens the thing that a command is for, and tells what the person should know before it is used.
  ///
  /// - Parameters:
  ///   - signals: those that are taken over already, for a question on the terminal.
  ///   - writes: whether the command changes something, which read-only connections forbid.
  /// - Returns: the thing, ready to connect.
  /// - Throws: `CommandFailure` with the first fault.
  func openThing(
    _ signals: Signals? = nil, toWrite writes: Bool = false
  ) throws(CommandFailure) -> OpenThing {
    tellWarnings()
    try requireThing()
    if writes { try requireWriting() }
    let thing = try choice.open(signals)
    StandardStreams.tell(thing.advice)
    return thing
  }
}
