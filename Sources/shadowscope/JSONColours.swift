/// Written JSON with colours for a terminal: keys, texts, numbers, and the three words.
///
/// It looks at the text alone, so that it fits any layout.
enum JSONColours {
  private static let key = "\u{1B}[34;1m"
  private static let text = "\u{1B}[32m"
  private static let number = "\u{1B}[36m"
  private static let word = "\u{1B}[33m"
  private static let end = "\u{1B}[0m"

  /// - Parameter json: well-formed, with nothing in it that a terminal would act on.
  /// - Returns: the same text with SGR sequences around its parts.
  static func coloured(_ json: String) -> String {
    let bytes = Array(json.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count * 2)
    var start = 0
    while start < bytes.count {
      let end = partEnd(bytes, from: start)
      let colour = colour(of: bytes, start..<end)
      if let colour { result += colour.utf8 }
      result += bytes[start..<end]
      if colour != nil { result += Self.end.utf8 }
      start = end
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The end of the text, number or word that begins here, or of what is none of them.
  private static func partEnd(_ bytes: [UInt8], from start: Int) -> Int {
    guard bytes[start] != UInt8(ascii: "\"") else {
      var place = start + 1
      while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
        place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
      }
      return min(place + 1, bytes.count)
    }
    guard isScalarPart(bytes[start]) else { return start + 1 }
    return bytes[start...].firstIndex { !isScalarPart($0) } ?? bytes.count
  }

  private static func colour(of bytes: [UInt8], _ part: Range<Int>) -> String? {
    switch bytes[part.lowerBound] {
    case UInt8(ascii: "\""):
      return part.upperBound < bytes.count && bytes[part.upperBound] == UInt8(ascii: ":")
        ? key : text
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number
    case UInt8(ascii: "a")...UInt8(ascii: "z"): return word
    default: return nil
    }
  }

  /// Whether a byte belongs to a number or a word.
  private static func isScalarPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
