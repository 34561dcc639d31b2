import CNcurses

/// What keeps the terminal from showing half a frame (DEC private mode 2026).
struct SynchronisedOutput: Hashable {
  let begin: String
  let end: String

  /// The mode itself, for a terminal that says that it has it.
  static let mode = SynchronisedOutput(begin: "\u{1B}[?2026h", end: "\u{1B}[?2026l")
  /// Asks the terminal whether it has the mode (DECRQM).
  static let question = "\u{1B}[?2026$p"

  /// What terminfo has for it, as the extension `Sync`; needs an open terminal.
  static func fromTerminfo() -> SynchronisedOutput? {
    guard let text = cnc_tigetstr("Sync"), let begin = cnc_expand(text, 1) else { return nil }
    // Each call uses the same buffer.
    let first = String(cString: begin)
    guard let end = cnc_expand(text, 2), !first.isEmpty else { return nil }
    return SynchronisedOutput(begin: first, end: String(cString: end))
  }

  /// Whether the terminal may be asked: one of a kind that answers, or that passes over a question
  /// which it does not know.
  ///
  /// Old ones print a part of the question.
  ///
  /// - Parameter environment: `TERM`, `COLORTERM` and `TERM_PROGRAM` are looked at.
  /// - Returns: false for every terminal that nothing is known of.
  static func mayAsk(_ environment: [String: String]) -> Bool {
    guard environment["TERM_PROGRAM"] != "Apple_Terminal", let type = environment["TERM"] else {
      return false
    }
    let families = ["foot", "alacritty", "xterm-kitty", "xterm-ghostty", "wezterm", "contour"]
    if families.contains(where: type.hasPrefix) { return true }
    // GNU screen hands COLORTERM on from the terminal that it runs in.
    return TrueColour.isAnnounced(environment)
      && ["xterm", "tmux"].contains(where: type.hasPrefix)
  }
}
