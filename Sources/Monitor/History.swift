/// Where in the log the shadow's documents are, from the oldest on.
///
/// It holds no document: one that is looked at is read from its message again.
package struct History: Sendable {
  /// A document that was taken in.
  package struct Moment: Hashable, Sendable {
    /// The number of its message in the log.
    package let number: Int
    package let version: Int64
    /// When it arrived, in ms since 1970.
    package let time: Int64
    /// The client token of the update that made it; nil where that is not known.
    package let token: String?
    /// Versions before it that nobody here has seen.
    package let unseen: ClosedRange<Int64>?
  }

  package private(set) var moments: [Moment] = []

  mutating func note(_ moment: Moment) { moments.append(moment) }

  /// Forgets the documents whose messages the log has dropped.
  mutating func forget(before number: Int) {
    guard let first = moments.first, first.number < number else { return }
    moments.removeFirst(end(of: number))
  }

  /// The place of the newest document that had come with a message, or before it.
  func place(at number: Int) -> Int? {
    let end = end(of: number + 1)
    return end > 0 ? end - 1 : nil
  }

  /// How many moments come before a message: they are sorted by number.
  private func end(of number: Int) -> Int {
    var range = 0..<moments.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      if moments[middle].number < number {
        range = middle + 1..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    return range.lowerBound
  }
}

/// For instance `v41 to v47 were not seen`.
func unseenText(_ versions: ClosedRange<Int64>) -> String {
  versions.count == 1
    ? "v\(versions.lowerBound) was not seen"
    : "v\(versions.lowerBound) to v\(versions.upperBound) were not seen"
}
