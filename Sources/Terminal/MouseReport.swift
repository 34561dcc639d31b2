import CNcurses
import Canvas

/// What terminals send for the mouse, after xterm's control sequences, "Mouse Tracking".
enum MouseReport {
  /// Presses, releases and drags (DEC private mode 1002; 1000 for those that know no drags), in
  /// decimal numbers (1006), without which columns beyond 223 have no code.
  static let on = "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h"
  static let off = "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"

  /// Whether the open terminal reports its mouse, by terminfo: `kmous` is what reports begin with,
  /// `XM` is ncurses's own name for the modes.
  static var isUnderstood: Bool { cnc_tigetstr("kmous") != nil || cnc_tigetstr("XM") != nil }

  /// No screen has more rows or columns; a report of a place beyond is nonsense.
  private static let furthest = 10_000

  /// What `ESC [ < code ; column ; row`, ended by `M` or `m`, reports.
  ///
  /// - Parameters:
  ///   - numbers: the three parameters, column and row from 1.
  ///   - isRelease: whether the last byte is `m`.
  /// - Returns: nil when it is malformed, or tells of a button that means nothing here.
  static func event(_ numbers: [Int], isRelease: Bool) -> MouseEvent? {
    guard numbers.count == 3, (0..<128).contains(numbers[0]),
      (1...furthest).contains(numbers[1]), (1...furthest).contains(numbers[2])
    else { return nil }
    let code = numbers[0]
    guard let action = action(code, isRelease: isRelease) else { return nil }
    return MouseEvent(
      action, at: Position(row: numbers[2] - 1, column: numbers[1] - 1), shift: code & 4 != 0,
      alt: code & 8 != 0, control: code & 16 != 0)
  }

  /// What the three bytes after `ESC [ M` report: what a terminal sends that knows no mode 1006.
  static func legacyEvent(_ bytes: some Collection<UInt8>) -> MouseEvent? {
    let numbers = bytes.map { Int($0) - 32 }
    guard let code = numbers.first, code >= 0 else { return nil }
    // Code 3 is any button's release.
    let isRelease = code & 0b110_0011 == 3
    return event(numbers, isRelease: isRelease)
  }

  private static func action(_ code: Int, isRelease: Bool) -> MouseEvent.Action? {
    let (number, isMotion, isWheel) = (code & 3, code & 32 != 0, code & 64 != 0)
    if isWheel {
      // A wheel is not released, nor dragged.
      guard !isRelease, !isMotion else { return nil }
      return [.wheelUp, .wheelDown, .wheelLeft, .wheelRight][number]
    }
    if isRelease { return .release }
    guard number < 3 else { return nil }
    let button: MouseEvent.Button = [.left, .middle, .right][number]
    return isMotion ? .drag(button) : .press(button)
  }
}
