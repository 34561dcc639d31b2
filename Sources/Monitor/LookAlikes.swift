/// Names that a person would take for each other.
///
/// A small part of what Unicode lists as confusable: the letters of other alphabets that look like
/// Latin ones in nearly every font. What is invisible is shown as an escape anyway.
enum LookAlikes {
  /// The places of names that look like another of them, or mix alphabets to look Latin.
  ///
  /// - Parameter names: siblings, no two the same.
  /// - Returns: their indices.
  static func places(in names: [String]) -> Set<Int> {
    // Nearly always all names are ASCII, and then none is meant.
    guard !names.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) else { return [] }
    // By text: two spellings of é, one code point or two, are the same look.
    var looks: [String: Int] = [:]
    var places: Set<Int> = []
    for (place, name) in names.enumerated() {
      if isMixed(name) { places.insert(place) }
      if let other = looks.updateValue(place, forKey: look(of: name)) {
        places.formUnion([other, place])
      }
    }
    return places
  }

  /// Whether letters that look Latin stand among Latin ones.
  private static func isMixed(_ name: String) -> Bool {
    let scalars = name.unicodeScalars
    return scalars.contains { latin[$0] != nil }
      && scalars.contains { $0.isASCII && $0.properties.isAlphabetic }
  }

  /// The name in the letters that it seems to have.
  private static func look(of name: String) -> String {
    var look = ""
    for scalar in name.unicodeScalars {
      look.unicodeScalars.append(latin[scalar] ?? fullWidth(scalar) ?? scalar)
    }
    return look
  }

  private static func fullWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    guard (0xFF01...0xFF5E).contains(scalar.value) else { return nil }
    return Unicode.Scalar(scalar.value - 0xFEE0)
  }

  /// Cyrillic, Greek and Armenian letters by the Latin one they look like; not the small Greek ones
  /// that stand for quantities, as in `ρ_air`.
  private static let latin: [Unicode.Scalar: Unicode.Scalar] = {
    let groups: [(Unicode.Scalar, String)] = [
      ("a", "а"), ("c", "с"), ("d", "ԁ"), ("e", "е"), ("h", "һհ"), ("i", "і"), ("j", "ј"),
      ("l", "ӏ"), ("n", "ո"), ("o", "оοօ"), ("p", "р"), ("q", "ԛ"), ("s", "ѕ"), ("u", "ս"),
      ("v", "ѵ"), ("w", "ԝ"), ("x", "х"), ("y", "у"), ("A", "АΑ"), ("B", "ВΒ"), ("C", "С"),
      ("E", "ЕΕ"), ("H", "НΗ"), ("I", "ІΙӀ"), ("J", "Ј"), ("K", "КΚ"), ("M", "МΜ"), ("N", "Ν"),
      ("O", "ОΟՕ"), ("P", "РΡ"), ("S", "ЅՏ"), ("T", "ТΤ"), ("X", "ХΧ"), ("Y", "ҮΥ"), ("Z", "Ζ"),
    ]
    var table: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (letter, others) in groups {
      for scalar in others.unicodeScalars { table[scalar] = letter }
    }
    return table
  }()
}
