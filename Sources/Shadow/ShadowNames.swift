/// What a thing and a shadow may be called (device-shadow spec 2.3).
extension ShadowAddress {
  /// The rule that a name of this address breaks, as a sentence for people, or nil if it breaks none.
  package var nameFault: String? {
    if !Self.isName(thing, atMost: 128, dollar: false) {
      return "Invalid thing name: it must be 1 to 128 of the characters a-z A-Z 0-9 : _ -"
    }
    if let shadow, !Self.isName(shadow, atMost: 64, dollar: true) {
      return "Invalid shadow name: it must be 1 to 64 of the characters $ a-z A-Z 0-9 : _ -"
    }
    return nil
  }

  private static func isName(_ text: String, atMost length: Int, dollar: Bool) -> Bool {
    (1...length).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0.isNameByte || dollar && $0 == UInt8(ascii: "$") }
  }
}

extension UInt8 {
  /// Whether it may stand in the name of a thing (device-shadow spec 2.3), or of a job's detail:
  /// `a-z A-Z 0-9 : _ -`.
  package var isNameByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
