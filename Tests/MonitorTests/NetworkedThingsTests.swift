import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Networked things")
struct NetworkedThingsTests {
  private static let fan = ShadowAddress(thing: "greenhouse-07__fan")

  @Test("are listed with what their shadows take of 8 KB, also those of earlier runs")
  func budgets() throws {
    var person = try EditingTests.person()
    person.model.networkedThings = [
      KnownNetworkedThing(thing: "greenhouse-07__soil", bytes: 7000),
      KnownNetworkedThing(thing: "greenhouse-07__wind"),
    ]
    person.type("S")
    #expect(person.sees("networked thing greenhouse-07__soil 6.8/8 KB open"))
    #expect(person.role(of: "6.8") == .meterWarn)
    #expect(person.sees("networked thing greenhouse-07__wind open"))
    person.type("soil")
    #expect(person.press(.enter) == [.openShadow(ShadowAddress(thing: "greenhouse-07__soil"))])
    #expect(person.model.knownNetworkedThings.map(\.bytes) == [7000, nil])
  }

  @Test("are known from then on once they were opened, with their size once that is known")
  func known() throws {
    var person = try EditingTests.person()
    person.type("Sfan")
    person.press(.down, .enter)
    #expect(person.model.knownNetworkedThings == [KnownNetworkedThing(thing: Self.fan.thing)])
    let body = #"{"state":{"reported":{"a":1}},"metadata":{},"version":1,"timestamp":1}"#
    person.send(
      .received(
        topic: Self.fan.topic(.accepted(.get)), payload: Array(body.utf8), arrival: person.now,
        retained: false))
    #expect(person.model.knownNetworkedThings.first?.bytes ?? 0 > 0)
  }

  /// Someone at the question for the type of a new one.
  private func asked() throws -> Person {
    var person = try EditingTests.person()
    person.type("Sfan")
    person.press(.down, .down, .enter)
    return person
  }

  @Test("are made of a type by a first document that is looked at before it leaves")
  func typed() throws {
    var person = try asked()
    #expect(person.sees("thing type of fan empty: as its parent"))
    #expect(person.sees("MIC's public pages do not confirm"))
    person.type("42")
    #expect(person.press(.enter) == [.openShadow(Self.fan)])
    #expect(person.sees("shows only in the cloud, as the event THING.CREATE."))
    person.type("P")
    let update = try #require(person.submitted)
    #expect(update.address == Self.fan)
    #expect(update.text.hasPrefix(#"{"state":{"reported":{"tcxn":{"thingType":"42"}}}"#))
  }

  @Test("have their parent's type where none is given, and nothing is staged then")
  func untyped() throws {
    var person = try asked()
    #expect(person.press(.enter) == [.openShadow(Self.fan)])
    #expect(person.model.draft.isEmpty)
    #expect(person.sees("The first document makes it, of its parent's type."))
  }

  @Test("are not made where nothing may be changed")
  func readOnly() {
    var person = Person(isReadOnly: true)
    person.type("Sfan")
    #expect(person.sees("networked thing greenhouse-07__fan"))
    #expect(!person.sees("new networked thing"))
  }

  @Test("share the parent's connection, from whichever of them one begins")
  func siblings() {
    var model = Model(
      thing: "T__a", endpoint: "h", address: ShadowAddress(thing: "T__a"), seed: 1,
      files: ConnectionFiles(
        authority: nil, certificate: .onDisk("c"), key: .onDisk("k"), clientID: "T"))
    #expect(model.parentThing == "T")
    model = Model(thing: "T__a", endpoint: "h", address: ShadowAddress(thing: "T__a"), seed: 1)
    #expect(model.parentThing == "T__a")
  }

  @Test("are suggested once when a shadow has filled to 80 %, until that is put away")
  func suggested() throws {
    var person = try Person(reported: #"{"a":"\#(String(repeating: "x", count: 6500))"}"#)
    #expect(!person.sees("opens networked things"))
    try person.receiveGet(
      reported: #"{"a":"\#(String(repeating: "x", count: 6600))"}"#, version: 128)
    #expect(
      person.sees("Over 80 % of 8 KB is used: S opens networked things. Esc puts it away"))
    person.press(.escape)
    try person.receiveGet(
      reported: #"{"a":"\#(String(repeating: "x", count: 6700))"}"#, version: 129)
    #expect(!person.sees("opens networked things"))
  }

  @Test(
    "and things that say so of themselves are off line in the top line",
    arguments: [(0, "device offline"), (1, "device on MIC only")])
  func status(_ status: Int, _ words: String) throws {
    let person = try Person(reported: #"{"tcxn":{"connection_status":\#(status)}}"#)
    #expect(person.sees(words))
  }

  @Test(
    "and nothing is said of a thing that is on line, or says nothing", arguments: ["2", "\"0\""])
  func quiet(_ status: String) throws {
    let person = try Person(reported: #"{"tcxn":{"connection_status":\#(status)}}"#)
    #expect(!person.sees("device"))
  }
}
