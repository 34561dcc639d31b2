/// What a signed URL of the invoke service permits: one operation on one file (mic-thing-api 1.7).
package struct FileGrant: Hashable, Sendable {
  package enum Operation: String, CaseIterable, Hashable, Sendable {
    case get = "getObject"
    case put = "putObject"

    /// The only HTTP method that such a URL is good for.
    package var method: String { self == .get ? "GET" : "PUT" }
  }

  /// Seconds for which a URL is good: MIC's five minutes.
  package static let lifetime: Int64 = 300
  /// Bytes of UTF-8 in a key, as S3 takes them.
  static let longestKey = 1024

  package let thing: String
  /// Relative to the thing; without empty levels, `.` or `..`, so it leads to no other thing's file.
  package let key: String
  package let operation: Operation
  /// Seconds since 1970 from which the URL is good.
  package let issuedAt: Int64

  /// - Returns: nil for a key that names no file of the thing.
  package init?(thing: String, key: String, operation: Operation, issuedAt: Int64) {
    let levels = key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let leadsAway = levels.contains { level in
      level.isEmpty || level.elementsEqual(".".utf8) || level.elementsEqual("..".utf8)
    }
    guard !leadsAway, key.utf8.count <= Self.longestKey else { return nil }
    self.thing = thing
    self.key = key
    self.operation = operation
    self.issuedAt = issuedAt
  }
}
