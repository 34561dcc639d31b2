import CNcurses
import Glibc

/// Opens a terminal in curses, with true colours where they are announced.
enum NewTerminal {
  private static let jobSignals = [SIGINT, SIGTERM, SIGTSTP, SIGWINCH, SIGQUIT, SIGTTOU]

  /// Calls `newterm`, and leaves the process's signals and environment as they were.
  ///
  /// - Parameters:
  ///   - type: the type of the terminal.
  ///   - output: where curses writes.
  ///   - input: where curses would read.
  ///   - environment: what ``TrueColour/terminfo(_:)`` looks at.
  /// - Returns: the terminal and whether true colours were put into its description; nil when the
  ///   type is not known.
  static func open(
    _ type: String, _ output: UnsafeMutablePointer<FILE>, _ input: UnsafeMutablePointer<FILE>,
    _ environment: [String: String]
  ) -> (handle: OpaquePointer, hasTrueColour: Bool)? {
    // newterm puts handlers of its own where there are none, and they end the process.
    let handlers = jobSignals.map { number in
      var action = sigaction()
      sigaction(number, nil, &action)
      return (number, action)
    }
    defer {
      for (number, action) in handlers {
        var action = action
        sigaction(number, &action, nil)
      }
    }
    if let entry = TrueColour.terminfo(environment) {
      // curses asks the process's environment only. No other thread runs yet that could.
      let earlier = getenv("TERMINFO").map { String(cString: $0) }
      setenv("TERMINFO", entry, 1)
      defer {
        if let earlier { setenv("TERMINFO", earlier, 1) } else { unsetenv("TERMINFO") }
      }
      if let handle = newterm(type, output, input) { return (handle, true) }
    }
    return newterm(type, output, input).map { ($0, false) }
  }
}
