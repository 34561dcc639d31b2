import Canvas
import Monitor
import Shadow
import Testing

@Suite("The detail of a resource")
struct DetailTests {
  static let sizes = [
    Size(rows: 12, columns: 40), Size(rows: 24, columns: 80), Size(rows: 40, columns: 120),
    Size(rows: 48, columns: 160), Size(rows: 60, columns: 200),
  ]

  static let state =
    #"{"humidity":60,"note":"größe 寸法 🌡 ok","plan":{"at":["06:00","18:30"],"on":true}}"#

  /// A number that moves, one change of ours, and a gap.
  static func person(_ size: Size) throws -> Person {
    var person = try Person(size: size, reported: state, desired: #"{"note":"値"}"#, version: 40)
    var earlier = state
    var version: Int64 = 41
    for humidity in [61, 63, 62, 66, 70, 69, 64] {
      person.wait(milliseconds: 30_000)
      if humidity == 69 { version += 6 }
      let next = state.replacing("60", with: "\(humidity)")
      try person.receiveDocuments(
        from: (earlier, #"{"note":"値"}"#), reported: next, desired: #"{"note":"値"}"#,
        version: version, token: "simulator-3f")
      earlier = next
      version += 1
    }
    person.wait(milliseconds: 12_000)
    person.type("i")
    return person
  }

  @Test("of a number", arguments: sizes)
  func number(_ size: Size) throws {
    let person = try Self.person(size)
    try expectGolden(person.frame(), "detail-number-\(size.columns)x\(size.rows)")
  }

  @Test("of a text of wide characters that differs", arguments: sizes)
  func text(_ size: Size) throws {
    var person = try Self.person(size)
    if person.model.focus == .side { person.press(.backTab) }
    person.press(.down)
    if size.columns < 80 { person.press(.tab) }
    try expectGolden(person.frame(), "detail-text-\(size.columns)x\(size.rows)")
  }

  @Test("of an object", arguments: [Size(rows: 24, columns: 80), Size(rows: 48, columns: 160)])
  func object(_ size: Size) throws {
    var person = try Self.person(size)
    person.press(.down, .down)
    try expectGolden(person.frame(), "detail-object-\(size.columns)x\(size.rows)")
  }

  @Test("follows the selection, and is read from its start then")
  func selection() throws {
    var person = try Self.person(Size(rows: 16, columns: 120))
    person.press(.tab, .end)
    #expect(person.sees("60 → 61"))
    person.press(.backTab, .down)
    #expect(person.sees(#"reported "größe"#))
    person.press(.up)
    #expect(person.sees("reported 64"))
  }

  @Test("remembers so many changes of a resource, the newest, and counts what it forgot")
  func bound() throws {
    var person = try Self.person(Size(rows: 40, columns: 120))
    for version in Int64(100)..<700 {
      person.wait(milliseconds: 10)
      try person.receiveDocuments(
        from: nil, reported: "{\"humidity\":\(version)}", version: version)
    }
    #expect(person.sees("698 → 699"))
    let text = person.screen().joined()
    let match = try #require(text.firstMatch(of: /(\d+) changes, (\d+) forgotten/))
    let (kept, forgotten) = (Int(match.1) ?? 0, Int(match.2) ?? 0)
    #expect((256...300).contains(kept))
    #expect(kept + forgotten == 607)
  }

  @Test("says whose a change was")
  func author() throws {
    var person = try Person(size: Size(rows: 40, columns: 120), reported: #"{"a":1}"#)
    person.type("e")
    person.press(.control("u"))
    person.type("2")
    person.press(.enter)
    person.type("Pi")
    let update = try #require(person.submitted)
    person.send(.sent(update.publication, token: update.token, operation: .update, at: person.now))
    try person.receiveDocuments(
      from: (#"{"a":1}"#, nil), reported: #"{"a":2}"#, version: 128, token: update.token)
    #expect(person.sees("1 → 2"))
    #expect(person.sees("ours \(update.token)"))
    try person.receiveDocuments(from: (#"{"a":2}"#, nil), reported: #"{"a":3}"#, version: 129)
    #expect(person.sees("no token"))
    try person.receiveGet(reported: #"{"a":4}"#, version: 130)
    #expect(person.sees("seen by get"))
  }

  @Test("moves its plot on only as often as that can be seen")
  func deadline() throws {
    var person = try Self.person(Size(rows: 40, columns: 120))
    person.wait(milliseconds: 86_400_000)
    let next = try #require(nextDeadline(person.model, after: person.now))
    #expect(next - person.now > 60_000)
  }
}
