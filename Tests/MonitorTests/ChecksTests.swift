import Canvas
import Monitor
import Testing

@Suite("The checks of the connection")
struct ChecksTests {
  static func outage(at now: Int64) -> Message {
    .connection(
      .offline(
        what: "The broker's certificate is not for localhost.", cause: "It is for other.example.",
        remedy: "Connect by a name that the certificate is for.", since: now, retryAt: now + 7000))
  }

  static let checks = [
    Check(
      title: "files", mark: .passed, words: "cert.pem and privkey.pem in certs/greenhouse-07"),
    Check(
      title: "key mode", mark: .warned,
      words: "Others on this machine may read the private key (mode 644).",
      remedy: "chmod 600 certs/greenhouse-07/privkey.pem"),
    Check(
      title: "certificate", mark: .passed,
      words: "expires in 8437 days, on 2049-12-31 23:59:59 UTC", facts: ["issuer  CN=AWS IoT"]),
    Check(title: "TCP", mark: .passed, words: "localhost:8883 takes connections"),
    Check(
      title: "TLS", mark: .failed, words: "The broker's certificate is not for localhost.",
      meaning: "There is no safe connection, so the thing was not shown to anybody.",
      causes: [
        "The endpoint is mistyped and leads to another server.",
        "Something on the way answers in the broker's place.",
      ], remedy: "Connect by a name that the certificate is for."),
    Check(title: "CONNACK", mark: .skipped, words: "not reached"),
  ]

  private static func offline(_ size: Size = Size(rows: 24, columns: 80)) throws -> Person {
    var person = try Person(size: size, reported: #"{"a":1}"#)
    person.send(outage(at: person.now))
    return person
  }

  @Test(
    "are offered in the banner and in the bottom line while there is no connection",
    arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func offered(_ size: Size) throws {
    var person = try Self.offline(size)
    #expect(person.screen().last?.contains("c checks") == true)
    if size.columns == 80 { #expect(person.sees("c checks why.")) }
    person.send(.connection(.connected(tls: "TLS1.3")))
    #expect(person.screen().last?.contains("c checks") == false)
  }

  @Test("are asked for once by the key, and told as they come, the verdict first")
  func asked() throws {
    var person = try Self.offline()
    #expect(person.type("c") == [.checkConnection])
    #expect(person.sees("Checking …"))
    #expect(person.type("c") == [], "they are under way")
    person.send(.checks(Array(Self.checks.prefix(4)), isComplete: false))
    #expect(person.sees("✓ files"))
    person.send(.checks(Array(Self.checks.dropFirst(4)), isComplete: true))
    #expect(person.sees("✗ TLS: The broker's certificate is not for localhost."))
    #expect(person.sees("1. The endpoint is mistyped"))
    #expect(person.sees("→ chmod 600 certs/greenhouse-07/privkey.pem"))
    #expect(person.type("c") == [.checkConnection], "once they are through, again")
    person.press(.escape)
    #expect(person.model.overlay == nil)
  }

  @Test("that were begun go on while the pane is closed, and are not begun twice")
  func closed() throws {
    var person = try Self.offline()
    person.type("c")
    person.press(.escape)
    person.send(.checks(Array(Self.checks.prefix(2)), isComplete: false))
    #expect(person.type("c") == [])
    #expect(person.sees("✓ files"))
  }

  @Test("say that nothing is wrong, and how much there is to know")
  func verdict() throws {
    var person = try Person(reported: #"{"a":1}"#)
    #expect(person.type("c") == [.checkConnection], "also while connected")
    person.send(.checks([Self.checks[0]], isComplete: true))
    #expect(person.sees("✓ Nothing is wrong with this connection."))
    person.type("c")
    person.send(.checks(Array(Self.checks.prefix(2)), isComplete: true))
    #expect(person.sees("! Nothing is wrong, and 1 thing to know."))
  }

  @Test("can be read to their end on the smallest screen")
  func small() throws {
    var person = try Self.offline(Size(rows: 12, columns: 40))
    person.type("c")
    person.send(.checks(Self.checks, isComplete: true))
    #expect(person.sees("✗ TLS: The broker's certificate is not"))
    person.type("G")
    #expect(person.sees("– CONNACK not reached"))
  }

  @Test("of a hostile broker draw nothing that a terminal would act on")
  func hostile() throws {
    var person = try Self.offline()
    person.type("c")
    person.send(
      .checks(
        [
          Check(
            title: "TLS", mark: .failed, words: "CN=\u{1B}]52;c;x\u{7}\u{202E}",
            facts: ["issuer  \u{9B}31m"], causes: ["a\nb"], remedy: "")
        ], isComplete: true))
    let text = person.screen().joined()
    for scalar in ["\u{1B}", "\u{7}", "\u{202E}", "\u{9B}", "\n"] {
      #expect(!text.contains(scalar))
    }
  }
}
