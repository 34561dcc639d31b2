import Terminal

/// Takes signals over for a command, with the command's words if that fails.
enum CommandSignals {
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  static func take(
    _ signals: [Signals.Signal] = Signals.Signal.allCases
  ) throws(CommandFailure) -> Signals {
    do throws(ScreenError) { return try Signals(signals) } catch { throw CommandFailure(error) }
  }
}
