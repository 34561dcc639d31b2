/// A typed text to look for, by code points.
///
/// It is looked for without regard to case unless it has an upper-case letter itself.
struct SearchWord: Sendable {
  /// The code points, lower-case unless ``isExact``.
  let scalars: [Unicode.Scalar]
  /// Whether upper and lower case differ.
  let isExact: Bool
  /// For each length of a part found, the length of the shorter one to go on with.
  private let shorter: [Int]

  init(_ text: some StringProtocol) {
    isExact = text.unicodeScalars.contains { $0.properties.isUppercase }
    let isExact = isExact
    scalars = text.unicodeScalars.map { isExact ? $0 : $0.lowered }
    shorter = fallBacks(of: scalars)
  }

  var isEmpty: Bool { scalars.isEmpty }

  /// The code points of a text as this word compares them.
  func compared(_ text: String) -> [Unicode.Scalar] {
    isExact ? Array(text.unicodeScalars) : text.unicodeScalars.map(\.lowered)
  }

  /// The first place at which the word stands whole, in time linear in the text.
  ///
  /// - Parameters:
  ///   - text: code points that ``compared(_:)`` gave.
  ///   - start: the place to begin at.
  /// - Returns: the place of its first code point; nil if it is not there, or empty.
  func place(in text: [Unicode.Scalar], from start: Int = 0) -> Int? {
    guard !scalars.isEmpty, start < text.count else { return nil }
    var found = 0
    for place in max(0, start)..<text.count {
      while found > 0, scalars[found] != text[place] { found = shorter[found - 1] }
      if scalars[found] == text[place] { found += 1 }
      if found == scalars.count { return place - found + 1 }
    }
    return nil
  }

  /// The places in a text where the word stands whole, none overlapping another.
  func places(in text: String) -> [Int] { places(in: compared(text)) }

  /// The same of code points that ``compared(_:)`` gave.
  func places(in text: [Unicode.Scalar]) -> [Int] {
    var places: [Int] = []
    var start = 0
    while let place = place(in: text, from: start) {
      places.append(place)
      start = place + scalars.count
    }
    return places
  }

  /// Whether the word stands whole in a text.
  func isWhole(in text: String) -> Bool {
    var found = 0
    for shown in text.unicodeScalars where found < scalars.count {
      let scalar = isExact ? shown : shown.lowered
      while found > 0, scalars[found] != scalar { found = shorter[found - 1] }
      if scalars[found] == scalar { found += 1 }
    }
    return found == scalars.count
  }

  /// Whether the letters occur in their order.
  func isSpread(over text: String) -> Bool {
    var next = 0
    for scalar in text.unicodeScalars {
      guard next < scalars.count else { return true }
      if scalars[next] == (isExact ? scalar : scalar.lowered) { next += 1 }
    }
    return next == scalars.count
  }
}

extension Unicode.Scalar {
  /// The lower-case letter that stands for both cases; one code point stays one.
  var lowered: Unicode.Scalar {
    switch value {
    case 0x41...0x5A: return Unicode.Scalar(UInt8(value + 0x20))
    case ..<0x80: return self
    // Both small sigmas are one letter.
    case 0x3C2: return "\u{3C3}"
    default:
      guard properties.changesWhenLowercased else { return self }
      return properties.lowercaseMapping.unicodeScalars.first ?? self
    }
  }
}
