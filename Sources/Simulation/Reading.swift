import JSON
import Shadow

/// The present value of a source, and how it goes on.
///
/// It has its own chance, so that it is the same for a seed whatever else the device does.
struct Reading: Sendable {
  private let source: ValueSource
  private var generator: SeededGenerator
  /// Units of a number, or of a latitude; an index.
  private var position: Int64
  /// Units of a longitude.
  private var longitude: Int64 = 0
  /// When it began, in ms.
  private let beginning: Int64

  init(_ source: ValueSource, seed: UInt64, now: Int64) {
    self.source = source
    generator = SeededGenerator(seed: seed)
    beginning = now
    switch source {
    case .constant, .cycle, .random, .bands, .ramp, .wave: position = 0
    case .walk(let walk): position = walk.start
    case .count(let count): position = count.start
    case .place(let place): (position, longitude) = (place.latitude.start, place.longitude.start)
    }
  }

  /// Goes on to what is to be reported next.
  mutating func advance() {
    switch source {
    case .constant, .bands, .ramp, .wave: break
    case .cycle(let values): position = (position + 1) % Int64(values.count)
    case .random(let values): position = another(of: values)
    case .walk(let walk): position = next(from: position, of: walk)
    case .count(let count):
      let next = position + count.step
      position = next.magnitude <= Decimals.greatest.magnitude ? next : count.start
    case .place(let place):
      position = next(from: position, of: place.latitude)
      longitude = next(from: longitude, of: place.longitude)
    }
  }

  /// - Parameter now: ms of the clock that it began by.
  /// - Returns: nil for what depends on another resource.
  func value(now: Int64) -> JSONValue? {
    switch source {
    case .constant(let value): value
    case .cycle(let values), .random(let values): values[Int(position)]
    case .walk(let walk): walk.decimals.value(position)
    case .count(let count): count.decimals.value(position)
    case .ramp(let ramp): ramp.decimals.value(ramp.units(after: now - beginning))
    case .wave(let wave): wave.decimals.value(wave.units(after: now - beginning))
    case .place(let place):
      .string(
        place.latitude.decimals.lexeme(position) + ","
          + place.longitude.decimals.lexeme(longitude))
    case .bands: nil
    }
  }

  /// One step, never of size 0, that turns back at the bounds.
  private mutating func next(from position: Int64, of walk: ValueSource.Walk) -> Int64 {
    let size = Int64.random(in: 1...walk.step, using: &generator)
    let step = Bool.random(using: &generator) ? size : -size
    for candidate in [position + step, position - step] where walk.bounds.contains(candidate) {
      return candidate
    }
    // Bounds that are narrower than the step: to the one that is farther.
    let (lower, upper) = (walk.bounds.lowerBound, walk.bounds.upperBound)
    return position - lower > upper - position ? lower : upper
  }

  private mutating func another(of values: [JSONValue]) -> Int64 {
    let others = values.indices.filter { values[$0] != values[Int(position)] }
    return Int64(others.randomElement(using: &generator) ?? Int(position))
  }
}

extension ValueSource.Ramp {
  /// Units so many ms after the beginning.
  func units(after elapsed: Int64) -> Int64 {
    let share: Double
    let passed = max(0, elapsed)
    let (turns, rest) = passed.quotientAndRemainder(dividingBy: milliseconds)
    switch ending {
    case .hold: share = turns > 0 ? 1 : Double(rest) / Double(milliseconds)
    case .saw: share = Double(rest) / Double(milliseconds)
    case .triangle:
      let along = Double(rest) / Double(milliseconds)
      share = turns % 2 == 0 ? along : 1 - along
    }
    return from + Int64((Double(to - from) * share).rounded())
  }
}

extension ValueSource.Wave {
  /// Units so many ms after the beginning.
  func units(after elapsed: Int64) -> Int64 {
    let phase = Double(max(0, elapsed) % milliseconds) / Double(milliseconds)
    return mean + Int64((Double(amplitude) * Self.sine(ofTurns: phase)).rounded())
  }

  /// The sine of a part of a turn, 0..<1, by its series: the same on every machine, and exact to nine
  /// digits.
  static func sine(ofTurns turns: Double) -> Double {
    // Into the quarter around 0, where the series is short.
    let half = turns < 0.25 ? turns : turns < 0.75 ? 0.5 - turns : turns - 1
    let angle = half * 2 * Double.pi
    var (term, sum) = (angle, angle)
    for power in stride(from: 3.0, through: 17, by: 2) {
      term *= -angle * angle / (power * (power - 1))
      sum += term
    }
    return sum
  }
}
