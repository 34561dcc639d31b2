import JSON
import Testing

@Suite("A JSON number")
struct NumberTests {
  static let lexemes = [
    "0", "-0", "1.0", "1e3", "1E+3", "12345678901234567890", "1e400", "-1e-400", "0.10",
    "123456789012345678901234567890", "1.50000000000000000000000000000000000001",
    "1e99999999999999999999",
  ]

  @Test("keeps its lexeme through reading and writing", arguments: lexemes)
  func lexeme(_ lexeme: String) throws {
    let value = try JSONParser.parse(lexeme)
    #expect(value.number?.lexeme == lexeme)
    #expect(value.compact == lexeme)
    #expect(JSONNumber(lexeme: lexeme)?.lexeme == lexeme)
  }

  @Test(
    "is made of no other text",
    arguments: [
      "", "-", "+1", "01", "-01", ".5", "1.", "1.e1", "1e", "1e+", "1e+-1", "0x1", "NaN",
      "Infinity",
      " 1", "1 ", "1,0", "1_000", "١", "１", "1e1.5", "--1",
    ])
  func noLexeme(_ text: String) { #expect(JSONNumber(lexeme: text) == nil) }

  @Test(
    "equals another with the same decimal value, however written, and hashes alike",
    arguments: [
      ("1", "1.0"), ("1", "10e-1"), ("1", "0.1e1"), ("1", "1E0"), ("1", "1e-0"), ("0", "-0"),
      ("0", "0.00"), ("0", "0e99999999999999999999"), ("1000", "1e3"), ("1000", "1e+03"),
      ("-1.50", "-15e-1"), ("1e400", "10e399"), ("0.0001", "1E-4"),
      ("1e9223372036854775807", "10e9223372036854775806"),
      ("1e9223372036854775808", "10e9223372036854775807"),
      ("10e99999999999999999999", "1e100000000000000000000"),
      ("0.01e100000000000000000001", "1e99999999999999999999"),
      ("1e-100000000000000000000", "10e-100000000000000000001"),
      ("0.1e-99999999999999999999", "1e-100000000000000000000"),
      ("1e+000099999999999999999999", "1e99999999999999999999"),
    ])
  func equal(_ left: String, _ right: String) throws {
    let left = try #require(JSONNumber(lexeme: left))
    let right = try #require(JSONNumber(lexeme: right))
    #expect(left == right)
    #expect(right == left)
    #expect(Set([left, right]).count == 1)
  }

  @Test(
    "differs where floating point would not see it",
    arguments: [
      ("9007199254740993", "9007199254740992"), ("12345678901234567890", "12345678901234567891"),
      ("0.1", "0.1000000000000000000000000001"), ("1e400", "1e401"), ("1", "-1"), ("1", "10"),
      ("1e99999999999999999999", "1e99999999999999999998"),
      ("1e99999999999999999999", "1e-99999999999999999999"),
      ("1e99999999999999999999", "-1e99999999999999999999"), ("1e-400", "0"),
    ])
  func different(_ left: String, _ right: String) throws {
    #expect(try #require(JSONNumber(lexeme: left)) != #require(JSONNumber(lexeme: right)))
  }

  @Test(
    "is a 64-bit integer exactly when its value is one",
    arguments: [
      ("7", 7), ("7.0", 7), ("7e0", 7), ("70e-1", 7), ("-0", 0), ("0.0", 0), ("-0.0e5", 0),
      ("0e99999999999999999999", 0), ("1e18", 1_000_000_000_000_000_000), ("-1.5e1", -15),
      ("9223372036854775807", .max), ("9223372036854775807.000", .max),
      ("-9223372036854775808", .min), ("-922337203685477580.8e1", .min),
      ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1e19", nil), ("1.5", nil),
      ("1e-1", nil), ("1e99999999999999999999", nil), ("1e-99999999999999999999", nil),
    ] as [(String, Int64?)])
  func integer(_ lexeme: String, _ integer: Int64?) throws {
    #expect(try #require(JSONNumber(lexeme: lexeme)).integer == integer)
  }

  @Test(
    "has a nearest floating-point value, infinite beyond the range",
    arguments: [
      ("1.5", 1.5), ("-0", 0), ("1e3", 1000), ("1e400", .infinity), ("-1e400", -.infinity),
      ("1e-400", 0), ("1e99999999999999999999", .infinity), ("1e-99999999999999999999", 0),
      ("12345678901234567890", 12345678901234567168),
    ] as [(String, Double)])
  func approximate(_ lexeme: String, _ double: Double) throws {
    #expect(try #require(JSONNumber(lexeme: lexeme)).approximate == double)
  }

  @Test(
    "made from a floating-point value reads back as that value",
    arguments: [0, -0.0, 21.5, 1e20, 1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1])
  func fromDouble(_ double: Double) throws {
    let number = try #require(JSONNumber(double))
    #expect(JSONNumber(lexeme: number.lexeme) != nil, "\(number.lexeme) is JSON")
    #expect(number.approximate == double)
  }

  @Test("is not made from what is not finite", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(_ double: Double) { #expect(JSONNumber(double) == nil) }
}
