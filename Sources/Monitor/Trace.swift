import Canvas
import JSON
import Shadow

/// What is remembered of one resource's past: when it changed here, and its recent values.
struct Trace: Sendable {
  /// Values kept for the trend.
  static let kept = 32

  enum Sample: Sendable {
    case number(Double)
    case truth(Bool)
  }

  /// Changes that are remembered of one resource.
  static let keptChanges = 256
  /// What one section had here: never mixed with the other's, since what is desired was not
  /// reported for that.
  fileprivate struct Past: Sendable {
    var samples: [Sample] = []
    /// The value that was noted last, and the other one that it had before.
    var latest: JSONValue?
    var previous: JSONValue?
  }

  private var reportedPast = Past()
  private var desiredPast = Past()
  /// Changes of both sections, the oldest first.
  private(set) var changes: [ValueChange] = []
  /// Changes that made room for newer ones.
  private(set) var forgotten = 0
  /// About what the changes take in memory.
  private(set) var bytes = 0
  private var reportedChange: Int64?
  private var desiredChange: Int64?

  /// When a section's value last changed before our eyes, in ms since 1970.
  subscript(change section: Section) -> Int64? {
    get { section == .desired ? desiredChange : reportedChange }
    set {
      switch section {
      case .desired: desiredChange = newValue
      case .reported: reportedChange = newValue
      }
    }
  }

  /// When either section's value last changed, in ms since 1970.
  var lastChange: Int64? {
    guard let reportedChange, let desiredChange else { return reportedChange ?? desiredChange }
    return max(reportedChange, desiredChange)
  }

  /// Remembers what a section had when it was written; a kind that makes no trend starts it anew.
  mutating func note(_ value: JSONValue?, _ section: Section) {
    switch section {
    case .reported: reportedPast.note(value)
    case .desired: desiredPast.note(value)
    }
  }

  /// The last values of either section, each once, the newest first.
  ///
  /// - Parameter most: values that are wanted.
  /// - Returns: at most so many.
  func past(_ most: Int) -> [JSONValue] {
    var values: [JSONValue] = []
    for change in changes.reversed() {
      for case let value? in [change.new, change.old]
      where values.count < most && !values.contains(value) {
        values.append(value)
      }
      if values.count >= most { break }
    }
    return values
  }

  /// Remembers a change.
  ///
  /// - Returns: the bytes that all its changes take more now, or with a minus less.
  mutating func remember(_ change: ValueChange) -> Int {
    let before = bytes
    changes.append(change)
    bytes += change.cost
    // Some at a time, so that not every change moves all of them.
    if changes.count > Self.keptChanges + 32 { forget(changes.count - Self.keptChanges) }
    return bytes - before
  }

  /// Forgets what is no younger than a time in ms since 1970.
  mutating func forget(upTo time: Int64) {
    forget(changes.firstIndex { $0.time > time } ?? changes.count)
  }

  private mutating func forget(_ count: Int) {
    bytes -= changes.prefix(count).reduce(0) { $0 + $1.cost }
    changes.removeFirst(count)
    forgotten += count
  }

  /// A section's last values as a line of blocks; the value before where blocks cannot tell, as
  /// `was eco`; empty while there was no other.
  func trend(_ section: Section, width: Int) -> [Span] {
    let past = section == .desired ? desiredPast : reportedPast
    guard past.samples.isEmpty else {
      return [Span(Self.blocks(past.samples, width: width), .plotLine)]
    }
    return past.previous.map { [Span("was ", .textDim), Span(ValueText.line($0), .textDim)] } ?? []
  }

  private static func blocks(_ samples: [Sample], width: Int) -> String {
    let shown = samples.suffix(width)
    guard shown.count > 1 else { return "" }
    let numbers = shown.compactMap { sample -> Double? in
      guard case .number(let number) = sample else { return nil }
      return number
    }
    let low = numbers.min() ?? 0
    let high = numbers.max() ?? 0
    return String(
      shown.map { sample -> Character in
        switch sample {
        case .truth(let value): return value ? "▔" : "▁"
        case .number(let number): return block(number, low: low, high: high)
        }
      })
  }

  private static func block(_ number: Double, low: Double, high: Double) -> Character {
    let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"]
    // Halved, so that the distance of two huge numbers is finite.
    let range = high / 2 - low / 2
    guard range > 0 else { return "▄" }
    let part = (number / 2 - low / 2) / range
    return blocks[min(blocks.count - 1, Int(part * Double(blocks.count)))]
  }
}

extension Trace.Past {
  mutating func note(_ value: JSONValue?) {
    if let value, value != latest { (previous, latest) = (latest, value) }
    switch value {
    case .number(let number) where number.approximate.isFinite:
      if case .truth? = samples.last { samples.removeAll() }
      samples.append(.number(number.approximate))
    case .bool(let value):
      if case .number? = samples.last { samples.removeAll() }
      samples.append(.truth(value))
    default: samples.removeAll()
    }
    if samples.count > Trace.kept { samples.removeFirst() }
  }
}

/// How a value that changed draws the eye: changed, fading, and plain again after two seconds.
enum Glow {
  /// Ends of the first two steps, in ms after the change.
  private static let steps: [(end: Int64, role: Role)] = [
    (700, .valueChanged), (2000, .valueFading),
  ]

  /// The role of a value that changed at some time, or nil when it is as calm as any.
  static func role(changed: Int64?, now: Int64) -> Role? {
    guard let changed, now >= changed else { return nil }
    return steps.first { now - changed < $0.end }?.role
  }

  /// When the next step comes, or nil if none does.
  static func nextStep(changed: Int64?, now: Int64) -> Int64? {
    guard let changed, now >= changed else { return nil }
    return steps.lazy.map { changed + $0.end }.first { $0 > now }
  }
}
