extension JSONNumber: Comparable {
  /// By the exact decimal value, never through floating point, in time linear in the lexemes.
  package static func < (left: JSONNumber, right: JSONNumber) -> Bool {
    let (left, right) = (ExactDecimal(left.lexeme), ExactDecimal(right.lexeme))
    guard left.sign == right.sign else { return left.sign < right.sign }
    return left.sign < 0
      ? right.hasSmallerMagnitude(than: left) : left.hasSmallerMagnitude(than: right)
  }
}

extension ExactDecimal {
  fileprivate var sign: Int { digits.isEmpty ? 0 : negative ? -1 : 1 }

  /// Compares without regard to the signs; neither may be zero.
  fileprivate func hasSmallerMagnitude(than other: ExactDecimal) -> Bool {
    let (ours, theirs) = (magnitude, other.magnitude)
    guard ours == theirs else { return ours.isBelow(theirs) }
    return digits.lexicographicallyPrecedes(other.digits)
  }

  /// The power of ten just above the value.
  private var magnitude: DecimalInteger {
    DecimalInteger(text: Self.adding(digits.count, to: exponent[...]))
  }
}

/// An integer of any length, as canonical decimal text.
private struct DecimalInteger: Equatable {
  let text: String

  private var isNegative: Bool { text.utf8.first == UInt8(ascii: "-") }

  func isBelow(_ other: DecimalInteger) -> Bool {
    guard isNegative == other.isNegative else { return isNegative }
    let isCloser =
      text.utf8.count == other.text.utf8.count
      ? text.utf8.lexicographicallyPrecedes(other.text.utf8)
      : text.utf8.count < other.text.utf8.count
    return isNegative ? !isCloser && self != other : isCloser
  }
}
