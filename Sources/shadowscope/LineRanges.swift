/// Numbers of lines, told as ranges: `1 to 11, 14, 17 to 20`.
struct LineRanges {
  /// Ranges that are told; further numbers are only counted.
  private static let most = 12

  private(set) var count = 0
  private var ranges: [ClosedRange<Int>] = []
  private var leftOut = 0

  init() {}

  /// - Parameter numbers: in their order.
  init(_ numbers: some Sequence<Int>) { for number in numbers { add(number) } }

  /// Adds a number, larger than all so far.
  mutating func add(_ number: Int) {
    count += 1
    if leftOut == 0, let last = ranges.last, last.upperBound + 1 == number {
      ranges[ranges.count - 1] = last.lowerBound...number
    } else if leftOut == 0, ranges.count < Self.most {
      ranges.append(number...number)
    } else {
      leftOut += 1
    }
  }

  /// For people; empty for none.
  var text: String {
    let told = ranges.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)"
    }
    .joined(separator: ", ")
    return leftOut > 0 ? "\(told) and \(leftOut) more" : told
  }
}
