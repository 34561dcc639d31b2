/// What is wrong with a line of a file of observations.
package struct ObservationFault: Error, Hashable, Sendable {
  /// From 1.
  package let line: Int
  /// What, and what to do about it, without a capital at its beginning.
  package let words: String

  package init(line: Int, words: String) { (self.line, self.words) = (line, words) }
}

/// All that is wrong with a file of observations: the first faults, and how many there are.
package struct ObservationFaults: Error, Hashable, Sendable {
  /// Faults that are told.
  package static let most = 20

  /// The first ones, in the order in which they were found.
  package private(set) var told: [ObservationFault] = []
  package private(set) var count = 0

  mutating func add(_ fault: ObservationFault) {
    count += 1
    if told.count < Self.most { told.append(fault) }
  }
}

/// Why a line cannot be taken, by a reader that does not know which line it is.
struct Unreadable: Error {
  let words: String

  init(_ words: String) { self.words = words }
}
