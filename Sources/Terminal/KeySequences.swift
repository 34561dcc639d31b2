import CNcurses
import Canvas
import Glibc

/// What the terminal's keys send, as terminfo says; needs an open terminal.
enum KeySequences {
  static func fromTerminfo() -> [[UInt8]: Key] {
    var named: [(String, Key)] = [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home),
      ("kend", .end), ("kpp", .pageUp), ("knp", .pageDown), ("kdch1", .delete), ("kcbt", .backTab),
      ("kent", .enter),
    ]
    named += (1...20).map { ("kf\($0)", .function($0)) }
    var sequences: [[UInt8]: Key] = [:]
    for (name, key) in named {
      guard let text = cnc_tigetstr(name) else { continue }
      let bytes = LeaveSequences.withoutPadding(Array(String(cString: text).utf8))
      // A single byte is a control key, which has a meaning already.
      if bytes.count > 1, bytes.first == 0x1B { sequences[bytes] = key }
    }
    return sequences
  }

  /// Whether Control-H is the backspace key, by terminfo or by the modes of the line.
  static func controlHErases(modes: termios) -> Bool {
    if let text = cnc_tigetstr("kbs"), String(cString: text) == "\u{8}" { return true }
    var modes = modes
    return withUnsafeBytes(of: &modes.c_cc) { $0[Int(VERASE)] == 8 }
  }
}
