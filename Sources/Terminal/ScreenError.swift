import Canvas

/// Why a screen cannot be opened; the terminal is as it was.
package enum ScreenError: Error, Hashable, Sendable, CustomStringConvertible {
  case inputIsNoTerminal
  case outputIsNoTerminal
  /// `TERM` is unset or empty.
  case typeUnset
  /// No terminfo entry for the type.
  case typeUnknown(String)
  /// The type cannot move its cursor, as `dumb`.
  case typeTooPlain(String)
  /// The system refused; its words.
  case refused(String)

  package var description: String {
    switch self {
    case .inputIsNoTerminal:
      "Standard input is not a terminal, so no key could be read. Start it from a terminal "
        + "without redirecting input."
    case .outputIsNoTerminal:
      "Standard output is not a terminal, so no screen could be drawn. Start it from a terminal "
        + "without redirecting output."
    case .typeUnset:
      "The terminal's type is not known: TERM is not set. Most terminals work with "
        + "TERM=xterm-256color."
    case .typeUnknown(let type):
      "This machine has no description of the terminal type \(quoted(type)) that TERM names. "
        + "Install it (Debian: ncurses-term), or try TERM=xterm-256color."
    case .typeTooPlain(let type):
      "The terminal type \(quoted(type)) that TERM names cannot move its cursor, so no screen "
        + "can be drawn. Use another terminal; if this one is better than TERM says, try "
        + "TERM=xterm-256color."
    case .refused(let words):
      "The terminal cannot be set up: \(SafeText.escaped(words, limit: 200))."
    }
  }

  private func quoted(_ type: String) -> String { "\"\(SafeText.escaped(type, limit: 60))\"" }
}
