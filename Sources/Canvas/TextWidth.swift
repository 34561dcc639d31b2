/// How many columns text takes on a terminal.
package enum TextWidth {
  /// Measures text as ``SafeText`` shows it, escapes included.
  ///
  /// - Parameters:
  ///   - text: text from anywhere.
  ///   - limit: measuring stops when it is passed, so that long text costs no more than needed.
  /// - Returns: the columns, or some number above `limit`.
  package static func columns(_ text: String, limit: Int = .max) -> Int {
    var columns = 0
    for piece in SafeText(text) where columns <= limit { columns += piece.width }
    return columns
  }

  /// Measures spans as ``Frame/draw(_:row:column:width:selected:)`` draws them.
  package static func columns(_ spans: [Span], limit: Int = .max) -> Int {
    var total = 0
    for span in spans where total <= limit { total += columns(span.text, limit: limit - total) }
    return total
  }

  /// Safe text of exactly so many columns: cut with `…`, or padded with spaces.
  ///
  /// - Parameters:
  ///   - text: text from anywhere.
  ///   - width: columns, 0 or more.
  ///   - trailing: whether the text stands at the right end.
  /// - Returns: text for one line, of the width asked for.
  package static func fitted(_ text: String, width: Int, trailing: Bool = false) -> String {
    guard width > 0 else { return "" }
    var pieces: [SafeText.Piece] = []
    var used = 0
    for piece in SafeText(text) {
      if used + piece.width > width {
        while used > width - 1, let last = pieces.popLast() { used -= last.width }
        pieces.append(SafeText.Piece(text: "…", width: 1, isEscaped: false))
        used += 1
        break
      }
      pieces.append(piece)
      used += piece.width
    }
    let padding = String(repeating: " ", count: width - used)
    let shown = pieces.map(\.text).joined()
    return trailing ? padding + shown : shown + padding
  }

  /// Whether a visible scalar takes two columns: East Asian Wide or Fullwidth, or an emoji shown as
  /// one by default.
  ///
  /// Ranges reach over unassigned code points, which are never shown.
  static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    guard value >= 0x1100 else { return false }
    var low = 0
    var high = wide.count
    while low < high {
      let middle = (low + high) / 2
      if wide[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < wide.count && wide[low].contains(value)
  }

  /// Unicode 14, as glibc 2.36 has it, and the emoji and ideographs added up to Unicode 16.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0,
    0x23F3...0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F,
    0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5,
    0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26F3, 0x26F5...0x26F5,
    0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728,
    0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55,
    0x2E80...0x303E, 0x3041...0x4DBF, 0x4DC0...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF,
    0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320, 0x1F32D...0x1F335,
    0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3,
    0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440,
    0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567,
    0x1F57A...0x1F57A, 0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F,
    0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6DF,
    0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0, 0x1F90C...0x1F93A,
    0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
  ]
}
