/// The range that a plot shows of its values, and the round numbers in it that are labelled.
struct PlotScale {
  /// A labelled number.
  struct Tick {
    let value: Double
    let text: String
  }

  let low: Double
  let high: Double
  /// From the lowest up.
  let ticks: [Tick]

  /// Takes the range of values, widened to round numbers.
  ///
  /// - Parameters:
  ///   - low: the least value, finite.
  ///   - high: the greatest value, finite.
  ///   - steps: labelled steps between the ends at most, 1 or more.
  init(from low: Double, to high: Double, steps: Int) {
    guard low < high else {
      // A flat line stands in the middle and is labelled with its value.
      let margin = max(abs(low) / 10, .leastNormalMagnitude)
      (self.low, self.high) = (low - margin, high + margin)
      ticks = [Tick(value: low, text: Decimal(near: low).text(unit: Decimal(near: low).unit))]
      return
    }
    guard let round = RoundNumbers(from: low, to: high, steps: max(1, steps)) else {
      (self.low, self.high) = (low, high)
      ticks = [low, high].map { Tick(value: $0, text: Decimal(near: $0).text(unit: 0)) }
      return
    }
    let decimals = round.numbers.map { Decimal(digits: $0, exponent: round.exponent) }
    // All labels have the unit that suits the widest of them.
    let unit = decimals.filter { $0.digits != 0 }.map(\.unit).min() ?? 0
    ticks = zip(round.values, decimals).map { Tick(value: $0, text: $1.text(unit: unit)) }
    self.low = round.values.first ?? low
    self.high = round.values.last ?? high
  }

  /// How far up a value stands, 0 at the low end and 1 at the high end.
  func height(of value: Double) -> Double {
    // Halves, since the range itself may be beyond what a number can hold.
    let range = high / 2 - low / 2
    return range > 0 ? min(1, max(0, (value / 2 - low / 2) / range)) : 0.5
  }
}

/// Multiples of 1, 2 or 5 times a power of ten that enclose a range.
private struct RoundNumbers {
  /// What each number is a multiple of: ten to this.
  let exponent: Int
  /// The numbers, in units of that power.
  let numbers: [Int]
  let values: [Double]

  /// nil where the range is too narrow or too wide for floating point to tell the numbers apart.
  init?(from low: Double, to high: Double, steps: Int) {
    let range = high - low
    guard range.isFinite else { return nil }
    var power = PowerOfTen(notAbove: range / Double(steps))
    var factor = 1
    // At most: 1, 2 and 5 of this power, and 1 and 2 of the next.
    for _ in 0..<8 {
      let step = power.value * Double(factor)
      let (first, last) = ((low / step).rounded(.down), (high / step).rounded(.up))
      guard step > 0, abs(first) < 1e15, abs(last) < 1e15 else { return nil }
      if Int(last) - Int(first) <= steps {
        let values = (Int(first)...Int(last)).map { Double($0) * step }
        guard values.allSatisfy(\.isFinite) else { return nil }
        let factor = factor
        numbers = (Int(first)...Int(last)).map { $0 * factor }
        self.values = values
        exponent = power.exponent
        return
      }
      switch factor {
      case 1: factor = 2
      case 2: factor = 5
      default: (factor, power) = (1, power.next)
      }
    }
    return nil
  }
}

/// Ten to some power.
private struct PowerOfTen {
  private(set) var exponent = 0
  private(set) var value = 1.0

  /// The greatest that is not above a number greater than 0; beyond any of them for a subnormal.
  init(notAbove number: Double) {
    while value <= number / 10 {
      value *= 10
      exponent += 1
    }
    while value > number, value > 0 {
      value /= 10
      exponent -= 1
    }
  }

  var next: PowerOfTen {
    var next = self
    next.value *= 10
    next.exponent += 1
    return next
  }
}

/// An integer times a power of ten, written exactly.
private struct Decimal {
  private(set) var digits: Int
  private(set) var exponent: Int

  init(digits: Int, exponent: Int) {
    (self.digits, self.exponent) = (digits, exponent)
    while self.digits != 0, self.digits % 10 == 0 {
      self.digits /= 10
      self.exponent += 1
    }
  }

  /// The six leading digits of a finite number.
  init(near value: Double) {
    guard value != 0 else {
      self.init(digits: 0, exponent: 0)
      return
    }
    let power = PowerOfTen(notAbove: abs(value))
    guard power.value > 0 else {
      self.init(digits: 0, exponent: 0)
      return
    }
    self.init(
      digits: Int((value / power.value * 100_000).rounded()), exponent: power.exponent - 5)
  }

  /// Digits before the decimal point, 0 or less for numbers below 1.
  private var magnitude: Int { "\(abs(digits))".utf8.count + exponent }

  /// The power of the greatest unit (k, M, G, T) in which it has at most one decimal; 0 for none.
  var unit: Int { [12, 9, 6, 3].first { magnitude > $0 && $0 - exponent <= 1 } ?? 0 }

  /// For instance `21.5`, `1.2k` or `3e-7`; the unit is 0, 3, 6, 9 or 12.
  func text(unit: Int) -> String {
    let sign = digits < 0 ? "−" : ""
    let digits = "\(abs(digits))"
    if self.digits == 0 { return "0" }
    if magnitude > 15 || magnitude < -3 {
      let rest = digits.dropFirst()
      return sign + digits.prefix(1) + (rest.isEmpty ? "" : ".\(rest)") + "e\(magnitude - 1)"
    }
    let names = [3: "k", 6: "M", 9: "G", 12: "T"]
    return sign + Self.plain(digits, exponent: exponent - unit) + (names[unit] ?? "")
  }

  private static func plain(_ digits: String, exponent: Int) -> String {
    if exponent >= 0 { return digits + String(repeating: "0", count: exponent) }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.utf8.count)) + digits
    return "\(padded.dropLast(-exponent)).\(padded.suffix(-exponent))"
  }
}
