import JSON
import Monitor
import Testing

@Suite("A step of a number")
struct NumberStepTests {
  @Test(
    "changes the last place of the lexeme and keeps its decimals",
    arguments: [
      ("1", "2", "0"), ("0", "1", "-1"), ("-1", "0", "-2"), ("9", "10", "8"), ("10", "11", "9"),
      ("-10", "-9", "-11"), ("21.5", "21.6", "21.4"), ("1.0", "1.1", "0.9"),
      ("0.0", "0.1", "-0.1"), ("-0.1", "0.0", "-0.2"), ("0.9", "1.0", "0.8"),
      ("-0", "1", "-1"), ("99.99", "100.00", "99.98"), ("100.00", "100.01", "99.99"),
      ("0.001", "0.002", "0.000"),
      (
        "123456789012345678901234567899", "123456789012345678901234567900",
        "123456789012345678901234567898"
      ),
      ("9007199254740993", "9007199254740994", "9007199254740992"),
    ])
  func steps(_ lexeme: String, _ up: String, _ down: String) throws {
    let number = try #require(JSONNumber(lexeme: lexeme))
    #expect(number.stepped(up: true)?.lexeme == up)
    #expect(number.stepped(up: false)?.lexeme == down)
  }

  @Test("leaves an exponent alone", arguments: ["1e3", "-2E-5", "1.5e400"])
  func exponents(_ lexeme: String) throws {
    let number = try #require(JSONNumber(lexeme: lexeme))
    #expect(number.stepped(up: true) == nil)
  }

  @Test("of an integer is what adding one gives", arguments: -1200...1200)
  func integers(_ number: Int) {
    #expect(JSONNumber(number).stepped(up: true)?.lexeme == "\(number + 1)")
    #expect(JSONNumber(number).stepped(up: false)?.lexeme == "\(number - 1)")
  }

  @Test("is staged by + and -, each upon the one before")
  func staged() throws {
    var person = try Person(reported: #"{"t":21.5}"#)
    person.type("++-+")
    #expect(person.model.draft.edits.map { $0.value?.compact } == ["21.7"])
    person.type("u")
    #expect(person.model.draft.edits.map { $0.value?.compact } == ["21.6"])
  }

  @Test("says why there is none")
  func words() throws {
    var person = try Person(reported: #"{"a":"text","b":1e3}"#)
    person.type("+")
    #expect(person.sees("+ and - step a number: there is none here"))
    person.type("j-")
    #expect(person.sees("1e3 is written with an exponent"))
    #expect(person.model.draft.isEmpty)
  }
}
