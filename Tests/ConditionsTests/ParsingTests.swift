import Conditions
import JSON
import Testing

@Suite("The language of conditions")
struct ParsingTests {
  @Test(
    "reads what is typed and writes it in one form",
    arguments: [
      (#"reported.firmware == "2.1""#, #"reported.firmware == "2.1""#),
      ("reported.a==1&&desired.b!=2", "reported.a == 1 && desired.b != 2"),
      ("reported.a < 1 or reported.b >= 2", "reported.a < 1 || reported.b >= 2"),
      (
        "reported.a and reported.b or reported.c and reported.d",
        "reported.a && reported.b || reported.c && reported.d"
      ),
      (
        "reported.a && (reported.b || reported.c)", "reported.a && (reported.b || reported.c)"
      ),
      ("not reported.a == 1", "!(reported.a == 1)"),
      ("not not reported.on", "!(!reported.on)"),
      ("!exists(reported.a)", "!exists(reported.a)"),
      ("(((reported.a == 1)))", "reported.a == 1"),
      ("(!reported.a) == false", "(!reported.a) == false"),
      (#"reported."a.b"["c/d"].e == 1"#, #"reported["a.b"]["c/d"].e == 1"#),
      ("reported.list[0].x == 1", "reported.list[0].x == 1"),
      ("reported.list.0 == 1", "reported.list.0 == 1"),
      ("reported.00 == 1", "reported.00 == 1"),
      (#"reported["0"] == 1"#, #"reported["0"] == 1"#),
      ("/reported/a~1b/0 == 1", #"reported["a/b"].0 == 1"#),
      ("/reported/~0/é/ == 1", #"reported["~"].é[""] == 1"#),
      ("(/desired/a)!=1", "desired.a != 1"),
      ("reported.my-key == -1.50e3", "reported.my-key == -1.50e3"),
      ("age( reported ) < 60", "age(reported) < 60"),
      ("changed(/reported/x) and exists(delta)", "changed(reported.x) && exists(delta)"),
      (#"reported.x == {"a": [1, "]"]}"#, #"reported.x == {"a":[1,"]"]}"#),
      (#"reported.x == "\"""#, #"reported.x == "\"""#),
      ("version > 12345678901234567890", "version > 12345678901234567890"),
      ("reported == null", "reported == null"),
      ("true", "true"), ("\treported.a\n", "reported.a"),
      ("reported.and == reported.not", "reported.and == reported.not"),
    ])
  func canonical(_ typed: String, _ written: String) throws {
    let condition = try Condition(parsing: typed)
    #expect(condition.text == written)
    #expect(try Condition(parsing: written) == condition)
  }

  @Test("numbers are one by value, and two spellings of a letter are two names")
  func equality() throws {
    #expect(
      try Condition(parsing: "reported.a == 1") == Condition(parsing: "reported.a == 1.0"))
    #expect(
      try Condition(parsing: "exists(reported.\u{E9})")
        != Condition(parsing: "exists(reported[\"e\u{301}\"])"))
  }

  @Test(
    "shows the place of a fault and what was expected there",
    arguments: [
      ("", "\n^ expected a path, a value or '('"),
      (
        "reported.a = 1",
        """
        reported.a = 1
                   ^ expected '=='
        """
      ),
      (
        "repoted.a == 1",
        """
        repoted.a == 1
        ^ expected reported, desired, delta, metadata or version; did you mean 'reported'?
        """
      ),
      (
        "state.reported.a == 1",
        """
        state.reported.a == 1
        ^ expected reported, desired, delta, metadata or version, without 'state' before it
        """
      ),
      (
        "reported.mode == eco",
        """
        reported.mode == eco
                         ^ expected reported, desired, delta, metadata or version; \
        a text stands in double quotes
        """
      ),
      (
        "exist(reported.a)",
        """
        exist(reported.a)
        ^ expected reported, desired, delta, metadata or version; did you mean 'exists'?
        """
      ),
      (
        "reported.a == 'x'",
        """
        reported.a == 'x'
                      ^ expected a text in double quotes
        """
      ),
      (
        "reported.fw == 2.1.3",
        """
        reported.fw == 2.1.3
                          ^ expected the end of the number; a text stands in double quotes
        """
      ),
      (
        "age(reported.a) < 5m",
        """
        age(reported.a) < 5m
                           ^ expected a number without a unit; a text stands in double quotes
        """
      ),
      (
        "age(version) < 5",
        """
        age(version) < 5
            ^ expected a path from reported, desired or delta: nothing else has an age
        """
      ),
      (
        #"age(reported) < "5""#,
        """
        age(reported) < "5"
                        ^ expected a number of seconds
        """
      ),
      (
        "reported.a < true",
        """
        reported.a < true
                     ^ expected a number or a text: '<' orders nothing else
        """
      ),
      (
        "!reported.a == 1",
        """
        !reported.a == 1
                    ^ expected '&&', '||' or the end; to negate a comparison: !(a == b)
        """
      ),
      (
        "1 < reported.a < 3",
        """
        1 < reported.a < 3
                       ^ expected '&&', '||' or the end; comparisons do not chain: a < b && b < c
        """
      ),
      (
        "reported.a == 1 & reported.b == 2",
        """
        reported.a == 1 & reported.b == 2
                        ^ expected '&&'
        """
      ),
      (
        "(reported.a == 1",
        """
        (reported.a == 1
                        ^ expected ')', or an operator such as == or &&
        """
      ),
      (
        "reported.a == 1)",
        """
        reported.a == 1)
                       ^ expected the end, or an operator such as == or &&
        """
      ),
      (
        "reported.a == 1 && 5",
        """
        reported.a == 1 && 5
                           ^ expected a condition, such as a comparison with ==
        """
      ),
      (
        "age(reported)",
        """
        age(reported)
        ^ expected a condition, such as a comparison with ==
        """
      ),
      (
        "version.x == 1",
        """
        version.x == 1
               ^ expected an operator: version is a number
        """
      ),
      (
        "reported.a.",
        """
        reported.a.
                   ^ expected a name, in double quotes unless it is of letters, digits, - and _
        """
      ),
      (
        "reported[-1] == 1",
        """
        reported[-1] == 1
                 ^ expected a name in double quotes, or the number of an element
        """
      ),
      (
        "/reported/a~b == 1",
        """
        /reported/a~b == 1
        ^ expected a JSON Pointer, with ~0 for '~' and ~1 for '/'
        """
      ),
      (
        "reported.x == [1,",
        """
        reported.x == [1,
                         ^ expected another value
        """
      ),
      (
        "exists reported.a",
        """
        exists reported.a
               ^ expected '(' and a path
        """
      ),
      (
        "reported.a == not reported.b",
        """
        reported.a == not reported.b
                      ^ expected '!' or parentheses: 'not' negates a whole comparison
        """
      ),
      (
        "日.é == 1",
        """
        日.é == 1
        ^ expected reported, desired, delta, metadata or version; a text stands in double quotes
        """
      ),
    ])
  func fault(_ typed: String, _ shown: String) throws {
    let fault = try #require(throws: JSONSyntaxError.self) { try Condition(parsing: typed) }
    #expect(fault.excerpt(of: typed) == shown)
  }

  @Test(
    "bounds how deep a text may go",
    arguments: [("(", ")"), ("!", ""), ("not ", ""), ("!(", ")")])
  func depth(_ opening: String, _ closing: String) throws {
    func nested(_ count: Int) -> String {
      String(repeating: opening, count: count) + "reported.a"
        + String(repeating: closing, count: count)
    }
    let levels = opening.hasPrefix("!(") ? Condition.deepest / 2 : Condition.deepest
    _ = try Condition(parsing: nested(levels))
    for count in [levels + 1, 100_000] {
      let fault = try #require(throws: JSONSyntaxError.self) {
        try Condition(parsing: nested(count))
      }
      #expect(fault.expected == "at most 64 levels of nesting")
    }
  }

  @Test("takes a chain of any length")
  func chain() throws {
    let text = (0..<20_000).map { "reported.a\($0) == \($0)" }.joined(separator: " && ")
    #expect(try Condition(parsing: text).text == text)
  }
}
