import CNcurses

/// What is switched on and off besides what curses does itself.
enum LeaveSequences {
  /// Bracketed paste on (DEC private mode 2004), and no reordering of right-to-left letters (ECMA-48
  /// BDSM), which would move whole columns; terminals that know neither ignore both.
  static let enter = "\u{1B}[?2004h\u{1B}[8l"
  static let leave = "\u{1B}[?2004l\u{1B}[8h"

  /// All that makes the terminal leave the screen, for a handler that cannot ask curses.
  ///
  /// It needs an open terminal.
  static func all() -> [UInt8] {
    var bytes = Array((SynchronisedOutput.fromTerminfo()?.end ?? "").utf8)
    bytes += Array(((MouseReport.isUnderstood ? MouseReport.off : "") + leave).utf8)
    for name in ["sgr0", "op", "rmkx", "cnorm", "rmcup"] {
      guard let text = cnc_tigetstr(name) else { continue }
      bytes += withoutPadding(Array(String(cString: text).utf8))
    }
    // Where there is no second screen to leave, what follows starts on a line of its own.
    if cnc_tigetstr("rmcup") == nil { bytes += Array("\r\n".utf8) }
    return bytes
  }

  /// Takes the delays (`$<5>`) out of a terminfo text; only real terminals of glass need them.
  static func withoutPadding(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text[...]
    while let first = rest.first {
      if rest.starts(with: Array("$<".utf8)), let end = rest.firstIndex(of: UInt8(ascii: ">")) {
        rest = rest[(end + 1)...]
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}
