import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Screens of the edit pane")
struct EditGoldenTests {
  private static let sizes = [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)]

  @Test("the names that a path can become", arguments: sizes)
  func completion(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    person.type("a")
    person.press(.tab)
    try expectGolden(person.frame(), "complete-\(size.columns)x\(size.rows)")
  }

  @Test("the values that a resource had", arguments: sizes)
  func values(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    person.press(.home)
    person.type("e")
    person.press(.tab, .tab)
    try expectGolden(person.frame(), "complete-value-\(size.columns)x\(size.rows)")
  }

  @Test("a number that is taken as a text", arguments: sizes)
  func forced(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    person.type("e")
    person.press(.control("t"))
    try expectGolden(person.frame(), "forced-\(size.columns)x\(size.rows)")
  }

  @Test("an update that is refused for its version", arguments: sizes)
  func refused(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    person.type("VP")
    let update = try #require(person.submitted)
    person.send(.sent(update.publication, token: update.token, operation: .update, at: person.now))
    person.wait(milliseconds: 41)
    let next = GoldenTests.reported.replacing("21.5", with: "23.1")
    try person.receiveDocuments(
      from: (GoldenTests.reported, GoldenTests.desired), reported: next,
      desired: GoldenTests.desired, version: 138)
    person.send(
      .outcome(
        token: update.token,
        .rejected(ShadowError(code: 409, message: "Version conflict"), milliseconds: 41)))
    try expectGolden(person.frame(), "refused-version-\(size.columns)x\(size.rows)")
  }

  @Test("the question before the delta is acknowledged", arguments: sizes)
  func acknowledge(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    person.type("A")
    try expectGolden(person.frame(), "acknowledge-\(size.columns)x\(size.rows)")
  }

  @Test("the time of an observation, and a number in another unit", arguments: sizes)
  func observation(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    person.type("tto")
    person.type("5m ago")
    try expectGolden(person.frame(), "observed-\(size.columns)x\(size.rows)")
    person.press(.control("u"))
    person.type("1714557571")
    try expectGolden(person.frame(), "observed-seconds-\(size.columns)x\(size.rows)")
    person.press(.enter, .enter)
    try expectGolden(person.frame(), "backdate-\(size.columns)x\(size.rows)")
  }

  @Test("the name that is asked for before the shadow is deleted", arguments: sizes)
  func deletion(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    person.type("D")
    person.type("greenhouse-7")
    person.press(.enter)
    try expectGolden(person.frame(), "delete-\(size.columns)x\(size.rows)")
  }

  @Test("read-only mode", arguments: sizes)
  func readOnly(_ size: Size) throws {
    var person = Person(size: size, isReadOnly: true)
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(reported: GoldenTests.reported, version: 126)
    person.type("e")
    try expectGolden(person.frame(), "read-only-\(size.columns)x\(size.rows)")
  }

  @Test("everything about what publishing would send", arguments: sizes)
  func preview(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    person.type("V")
    let next = GoldenTests.reported.replacing("21.5", with: "23.1")
    try person.receiveDocuments(
      from: (GoldenTests.reported, GoldenTests.desired), reported: next,
      desired: GoldenTests.desired, version: 138)
    person.type("b")
    try expectGolden(person.frame(), "preview-\(size.columns)x\(size.rows)")
  }

  @Test("a text from the editor outside that is not JSON")
  func outside() throws {
    var person = try GoldenTests.atWork(Size(rows: 24, columns: 80))
    person.type("kE")
    person.send(.editedOutside(.changed("{\n  \"rssi\" 70\n}")))
    try expectGolden(person.frame(), "outside-80x24")
  }
}
