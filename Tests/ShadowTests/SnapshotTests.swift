import JSON
import Shadow
import Testing

@Suite("A snapshot")
struct SnapshotTests {
  private static let text = """
    {"shadowscope":"snapshot","format":1,"thing":"lamp1","shadow":null,"endpoint":"localhost:8883",\
    "taken":"2026-11-24T14:53:19.204Z","document":{"state":{"desired":{"mode":"eco"},"reported":\
    {"big":12345678901234567890,"t":21.50}},"metadata":{"desired":{"mode":{"timestamp":7}},\
    "reported":{"big":{"timestamp":8},"t":{"timestamp":8}}},"version":41,"timestamp":1700000000}}
    """

  @Test("is written with every number as it was, and read back")
  func roundTrip() throws {
    let read = try Snapshot(json: JSONParser.parse(Self.text))
    #expect(read.address == ShadowAddress(thing: "lamp1"))
    #expect(read.endpoint == "localhost:8883")
    #expect(read.document.version == 41)
    #expect(read.json.compact == Self.text)
    let made = Snapshot(
      of: read.document, at: read.address, endpoint: "localhost:8883", taken: 1_795_531_999_204)
    #expect(made.json.compact == Self.text)
  }

  @Test("of a named shadow says which")
  func named() throws {
    let address = ShadowAddress(thing: "lamp1", shadow: "night")
    let made = Snapshot(of: ShadowDocument(version: 1), at: address, endpoint: nil, taken: 0)
    #expect(made.json.object?["shadow"] == "night")
    #expect(made.json.object?["endpoint"] == nil)
    #expect(try Snapshot(json: made.json) == made)
  }

  @Test(
    "that is none is told from one, with why",
    arguments: [
      (#"{"shadowscope":"recording"}"#, "'shadowscope' is not \"snapshot\""),
      (#"{"shadowscope":"snapshot"}"#, "'format' is missing or not an integer"),
      (
        #"{"shadowscope":"snapshot","format":2}"#,
        "it is of format 2, and this program knows format 1"
      ),
      (#"{"shadowscope":"snapshot","format":1}"#, "'thing' is missing or not a text"),
      (
        #"{"shadowscope":"snapshot","format":1,"thing":"a","shadow":1}"#,
        "'shadow' is neither a text nor null"
      ),
      (#"{"shadowscope":"snapshot","format":1,"thing":"a"}"#, "'document' is missing"),
      (
        #"{"shadowscope":"snapshot","format":1,"thing":"a","document":{"version":1}}"#,
        "'state' is missing"
      ),
    ])
  func faults(_ text: String, _ reason: String) throws {
    let json = try JSONParser.parse(text)
    let error = #expect(throws: UnexpectedShape.self) { try SavedShadow(json: json) }
    #expect(error?.reason == reason)
  }

  @Test("may be the document that get prints, which does not say whose it is")
  func plainDocument() throws {
    let saved = try SavedShadow(
      json: JSONParser.parse(
        #"{"state":{"reported":{"a":1},"delta":{}},"version":3,"timestamp":1700000000}"#))
    #expect(saved.address == nil)
    #expect(saved.time == "2023-11-14T22:13:20Z")
    #expect(saved.document.reported == ["a": 1])
  }
}
