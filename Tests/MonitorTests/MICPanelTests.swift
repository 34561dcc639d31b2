import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("The MIC pane")
struct MICPanelTests {
  static let sizes = [
    Size(rows: 24, columns: 80), Size(rows: 12, columns: 40), Size(rows: 40, columns: 120),
    Size(rows: 60, columns: 200),
  ]

  static let tcxn = """
    {"battery_level":87.5,"cellular":{"network_type":"LTE-M","rssi":62},"connection_status":2,\
    "fw_ver":"2.4.1-試作","iccid":"89460800000000000012","imei":"356938035643809",\
    "imsi":"240080000000001","ip_addr":"10.20.30.40","network_type":"LTE","rssi":77}
    """

  private static func state(_ place: String) -> String {
    """
    {"latlng":"\(place)","tcxn":\(tcxn),"ポンプ小屋":{"latlng":"59.9139, 10.7522","flow":11},\
    "pump1":{"type":"pump","latlng":"57.65,11.9"},"temperature":21.5}
    """
  }

  /// Someone who has watched a thing drive a bend of some hundred metres.
  static func person(_ size: Size) throws -> Person {
    let places = [
      "57.6520,11.9580", "57.6525,11.9590", "57.6531,11.9598", "57.6538,11.9603",
      "57.6544,11.9618", "57.6541,11.9634", "57.6534,11.9645", "57.6529,11.9662",
    ]
    var person = try Person(size: size, reported: state(places[0]), version: 40)
    for (step, (old, new)) in zip(places, places.dropFirst()).enumerated() {
      person.wait(milliseconds: 30_000)
      try person.receiveDocuments(
        from: (state(old), nil), reported: state(new), version: 41 + Int64(step), token: "van")
    }
    person.wait(milliseconds: 5000)
    person.type("m")
    return person
  }

  /// Someone who looks at one document in the pane.
  static func looking(
    at reported: String, _ size: Size = Size(rows: 40, columns: 200)
  ) throws
    -> Person
  {
    var person = try Person(size: size, reported: reported)
    person.type("m")
    return person
  }

  @Test("shows where the thing is and was, and what tcxn means", arguments: sizes)
  func golden(_ size: Size) throws {
    let person = try Self.person(size)
    try expectGolden(person.frame(), "mic-\(size.columns)x\(size.rows)")
  }

  @Test(
    "goes on further down", arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func scrolled(_ size: Size) throws {
    var person = try Self.person(size)
    for _ in 0..<4 where person.model.focus != .side { person.press(.tab) }
    person.press(.end)
    try expectGolden(person.frame(), "mic-end-\(size.columns)x\(size.rows)")
  }

  @Test(
    "says what MIC reads where there is nothing",
    arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func nothing(_ size: Size) throws {
    let person = try Self.looking(at: #"{"temperature":21.5}"#, size)
    try expectGolden(person.frame(), "mic-nothing-\(size.columns)x\(size.rows)")
  }

  @Test(
    "says what MIC makes nothing of, in words and beside what was reported",
    arguments: [
      (#"{"tcxn":{"battery_level":140}}"#, "battery 140 ! MIC wants 0 to 100 per cent"),
      (#"{"tcxn":{"connection_status":"2"}}"#, #"status "2" ! MIC wants 0, 1 or 2"#),
      (#"{"tcxn":{"imei":35}}"#, "IMEI 35 ! MIC wants a text"),
      (#"{"tcxn":{"own":1}}"#, "tcxn.own ! tcxn is MIC's, not for own keys"),
      (#"{"tcxn":[1]}"#, "tcxn [1] ! MIC wants an object"),
      (#"{"latlng":"57.6"}"#, "! no place: a comma is missing between"),
      (#"{"latlng":57.6}"#, "position 57.6 ! MIC wants a text"),
      (#"{"latlng":"91,0"}"#, "position 91,0 ! no place: the latitude is not within −90 to 90"),
      (#"{"tcxn":{"rssi":1}}"#, "status no information"),
      (#"{"tcxn":{"connection_status":1}}"#, "connected to MIC only"),
      (#"{"tcxn":{"connection_status":0}}"#, "○ offline"),
      (#"{"tcxn":{"cellular":{"rssi":-93}}}"#, "signal -93 cellular"),
      (#"{"tcxn":{"thingType":12}}"#, "is likely; MIC's public pages do not confirm it"),
      (#"{"latlng":"1,2"}"#, "tcxn nothing is reported"),
      (#"{"a/b c":{"latlng":"1, 2"}}"#, "/a~1b c 1° N 2° E"),
      (#"{"latlng":"57.65200000000000001,-11.9580"}"#, "57.65200000000000001° N 11.9580° W"),
    ])
  func meanings(reported: String, words: String) throws {
    let person = try Self.looking(at: reported)
    #expect(person.sees(words))
  }

  @Test("takes no latlng inside tcxn for a place")
  func placeInside() throws {
    let person = try Self.looking(at: #"{"tcxn":{"latlng":"1,2"}}"#)
    #expect(person.sees("tcxn.latlng ! MIC reads no latlng in tcxn"))
    #expect(!person.sees("1° N"))
  }

  @Test("is opened and closed by its key, its hint and its name in the palette")
  func opening() throws {
    var person = try Person(
      size: Size(rows: 40, columns: 200), reported: #"{"latlng":"1,2"}"#)
    #expect(person.sees("m MIC"))
    person.type("m")
    #expect(person.model.side == .mic)
    #expect(!person.sees("m MIC"))
    person.type("m")
    #expect(person.model.side == nil)
    person.type(":mic-panel")
    person.press(.enter)
    #expect(person.model.side == .mic)
    person.press(.tab, .escape)
    #expect(person.model.side == nil)
  }

  @Test("offers places and identities to be copied while it has the focus")
  func copying() throws {
    var person = try Self.person(Size(rows: 40, columns: 120))
    person.press(.tab)
    #expect(person.model.focus == .side)
    person.type("yIMEI")
    #expect(person.press(.enter) == [.copy("356938035643809")])
    person.type("yICCID")
    #expect(person.press(.enter) == [.copy("89460800000000000012")])
    person.type("y")
    #expect(person.press(.enter) == [.copy("57.6529,11.9662")])
    person.type("yポンプ")
    #expect(person.press(.enter) == [.copy("59.9139, 10.7522")])
  }

  @Test("has nothing to copy where nothing is reported that MIC reads")
  func nothingToCopy() throws {
    var person = try Self.looking(at: #"{"a":1}"#)
    person.press(.tab)
    person.type("y")
    #expect(person.model.picker == nil)
    #expect(person.sees("There is nothing to copy here"))
  }

  @Test("keeps a track bounded, and says that older places are forgotten")
  func bound() throws {
    var person = try Self.looking(at: #"{"latlng":"10.00000,20"}"#)
    for version in Int64(200)..<900 {
      person.wait(milliseconds: 1000)
      try person.receiveDocuments(
        from: nil, reported: "{\"latlng\":\"10.00\(version),20\"}", version: version)
    }
    #expect(person.sees("10.00899° N"))
    #expect(person.sees("older ones are forgotten"))
    let match = try #require(
      person.screen().joined(separator: "\n").firstMatch(of: /last of (\d+) in/))
    #expect((Int(match.1) ?? 0) <= 300)
  }

  @Test("measures a track over the line where the date changes the short way")
  func dateLine() throws {
    var person = try Self.looking(at: #"{"latlng":"0,179.999"}"#)
    person.wait(milliseconds: 1000)
    try person.receiveDocuments(
      from: nil, reported: #"{"latlng":"0,-179.999"}"#, version: 128)
    #expect(person.screen().joined().contains(#/ 22\d m /#))
  }

  @Test("shows the place, and the track up to it, of an earlier version")
  func earlier() throws {
    var person = try Self.person(Size(rows: 40, columns: 120))
    #expect(person.sees("last of 8 in 3 min"))
    person.type("[[[[")
    #expect(person.sees("57.6538° N 11.9603° E"))
    #expect(person.sees("last of 4 in 1 min"))
  }

  @Test("grows its ages by itself")
  func ages() throws {
    let person = try Self.looking(at: #"{"latlng":"1,2"}"#)
    let next = try #require(nextDeadline(person.model, after: person.now))
    #expect((1...1000).contains(next - person.now))
  }
}
