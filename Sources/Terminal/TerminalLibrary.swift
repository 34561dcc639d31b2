import CNcurses

/// The terminal library that this process runs with.
package enum TerminalLibrary {
  /// Name and version, for instance `ncurses 6.4.20221231`.
  package static var version: String { String(cString: curses_version()) }
}
