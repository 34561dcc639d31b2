import JSON
import Testing

@Suite("The order of JSON numbers")
struct NumberOrderTests {
  /// From the smallest up; those of one row are equal.
  private static let rows: [[String]] = [
    ["-1e99999999999999999999"], ["-1e400", "-10e399"], ["-12345678901234567891"],
    ["-12345678901234567890", "-1234567890123456789e1"], ["-10"], ["-9.99"], ["-1", "-1.0"],
    ["-0.5"], ["-1e-400"], ["-1e-99999999999999999999"], ["0", "-0", "0.00", "0e999"],
    ["1e-99999999999999999999"], ["1e-10000000000000000000"], ["1e-400"], ["0.05"],
    ["0.5", "5e-1"],
    ["0.51"], ["1", "10e-1"], ["9.99"], ["10", "1e1"], ["10.000000000000000000001"],
    ["9007199254740992"], ["9007199254740993"], ["1e400"], ["1.0000001e400"],
    ["9e9223372036854775807"], ["1e9223372036854775808", "10e9223372036854775807"],
    ["9e9223372036854775808"], ["1e99999999999999999999"],
  ]

  @Test("is that of their exact values, however large or close they are")
  func order() throws {
    let numbers = try Self.rows.map { row in
      try row.map { try #require(JSONNumber(lexeme: $0)) }
    }
    for (place, row) in numbers.enumerated() {
      for (other, others) in numbers.enumerated() {
        for left in row {
          for right in others {
            #expect((left < right) == (place < other), "\(left.lexeme) < \(right.lexeme)")
          }
        }
      }
    }
  }
}
