extension JSONSyntaxError {
  /// The faulty line with a caret under the fault, and what was expected there.
  ///
  ///     "power" "on"
  ///             ^ expected ':'
  ///
  /// A long line is cut around the fault, each cut shown as `…`. What has no glyph of its own
  /// (controls, tabs, format and bidi characters, bytes that are no UTF-8) is shown as one cell,
  /// so that making the text safe afterwards moves nothing. Wide characters count two columns.
  ///
  /// - Parameters:
  ///   - text: the text that was parsed.
  ///   - width: columns that the line may take, 20 or more; the words after the caret may exceed it.
  /// - Returns: two lines, no newline at the end.
  package func excerpt(of text: String, width: Int = 76) -> String {
    excerpt(of: Array(text.utf8), width: width)
  }

  /// The faulty line of a payload with a caret; see `excerpt(of:width:)` for texts.
  package func excerpt(of bytes: [UInt8], width: Int = 76) -> String {
    let room = max(width, 20)
    let fault = min(max(offset, 0), bytes.count)
    // A glyph of one cell has at most four bytes but for combining marks, which are cut short.
    let before = bytes[..<fault].suffix(4 * room)
    let after = bytes[fault...].prefix(4 * room)
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? before.startIndex
    let lineEnd = after.firstIndex(of: 0x0A) ?? after.endIndex
    var head = Glyph.glyphs(of: bytes[lineStart..<fault])
    var tail = Glyph.glyphs(of: bytes[fault..<lineEnd])
    var cutHead = lineStart > 0 && bytes[lineStart - 1] != 0x0A
    var cutTail = lineEnd < bytes.count && bytes[lineEnd] != 0x0A

    // The tail gets a third, or what the head leaves.
    let headNeeds = head.columns + (cutHead ? 1 : 0)
    let tailNeeds = tail.columns + (cutTail ? 1 : 0)
    let tailRoom = min(tailNeeds, max(room / 3, room - headNeeds))
    if headNeeds > room - tailRoom {
      cutHead = head.keepLast(columns: room - tailRoom - 1) || cutHead
    }
    if tailNeeds > tailRoom { cutTail = tail.keepFirst(columns: tailRoom - 1) || cutTail }
    let shown = (cutHead ? "…" : "") + head.text
    let indent = String(repeating: " ", count: head.columns + (cutHead ? 1 : 0))
    return shown + tail.text + (cutTail ? "…" : "") + "\n" + indent + "^ expected \(expected)"
  }
}

/// What a terminal draws as one: a character, and the columns it takes.
private struct Glyph {
  let text: String
  let columns: Int

  static func glyphs(of bytes: ArraySlice<UInt8>) -> [Glyph] {
    // A carriage return before the line's end belongs to the line break.
    let line = bytes.last == 0x0D ? bytes.dropLast() : bytes
    var safe = ""
    for scalar in String(decoding: line, as: UTF8.self).unicodeScalars {
      safe.unicodeScalars.append(shown(scalar))
    }
    return safe.map { character in
      Glyph(
        text: String(character),
        columns: character.unicodeScalars.contains(where: isWide) ? 2 : 1)
    }
  }

  /// A stand-in of one column for what has no glyph.
  private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.properties.generalCategory {
    case .control: scalar == "\t" ? " " : "\u{FFFD}"
    case .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
      "\u{FFFD}"
    default: scalar
    }
  }

  /// Whether terminals give this two columns, to the precision of whole blocks.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF,
      0x20000...0x3FFFD:
      true
    default: scalar.properties.isEmojiPresentation
    }
  }
}

extension [Glyph] {
  fileprivate var columns: Int { reduce(0) { $0 + $1.columns } }
  fileprivate var text: String { map(\.text).joined() }

  /// Drops from the front what does not fit; answers whether anything was dropped.
  fileprivate mutating func keepLast(columns: Int) -> Bool {
    var room = columns
    let kept = reversed().prefix { glyph in
      room -= glyph.columns
      return room >= 0
    }.count
    defer { self = suffix(kept) }
    return kept < count
  }

  /// Drops from the end what does not fit; answers whether anything was dropped.
  fileprivate mutating func keepFirst(columns: Int) -> Bool {
    var room = columns
    let kept = prefix { glyph in
      room -= glyph.columns
      return room >= 0
    }.count
    defer { self = Array(prefix(kept)) }
    return kept < count
  }
}
