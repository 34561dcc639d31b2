/// How a file of observations is to be read.
package struct ObservationRule: Sendable {
  /// When it is read, in ms since 1970.
  package var now: Int64
  /// Seconds that local time is ahead of UTC at a moment in ms since 1970, for times without a zone.
  package var utcOffsetSeconds: @Sendable (Int64) -> Int
  /// Whether numbers count seconds rather than milliseconds.
  package var countsSeconds = false
  /// Whether moments that are yet to come are taken.
  package var allowsFuture = false
  /// Whether observations are put in the order of time.
  package var sorts = false
  /// The column of a table that has the times; nil for the one named `timestamp` or `time`.
  package var timeColumn: String?
  /// Columns of a table whose cells are texts whatever they look like.
  package var textColumns: [String] = []
  /// What parts the fields of a table, one ASCII character.
  package var separator = UInt8(ascii: ",")

  /// Milliseconds, in order, from a table with commas.
  package init(now: Int64, utcOffsetSeconds: @escaping @Sendable (Int64) -> Int) {
    (self.now, self.utcOffsetSeconds) = (now, utcOffsetSeconds)
  }
}
