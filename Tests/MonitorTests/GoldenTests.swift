import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Screens, as a person sees them")
struct GoldenTests {
  static let reported = """
    {"humidity":60,"latlng":"57.652,11.958","pump1":{"type":"pump","flow":11,"running":true},\
    "tcxn":{"battery_level":87,"connection_status":2,"fw_ver":"1.4.2","network_type":"LTE",\
    "rssi":77},"temperature":21.5}
    """
  static let desired = "{\"pump1\":{\"flow\":12}}"

  /// A thing at work: a wish that is open, and an edit staged.
  static func atWork(_ size: Size) throws -> Person {
    var person = try Person(size: size, reported: reported, version: 126)
    person.wait(milliseconds: 702)
    person.send(
      .sent(
        Publication(
          topic: Person.address.topic(.request(.update)),
          payload: Array(#"{"state":{"desired":{"pump1":{"flow":12}}},"clientToken":"9c1d"}"#.utf8)),
        token: "9c1d", operation: .update, at: person.now))
    person.wait(milliseconds: 34)
    person.receive(
      .accepted(.update),
      #"{"state":{"desired":{"pump1":{"flow":12}}},"version":127,"clientToken":"9c1d"}"#)
    person.send(.outcome(token: "9c1d", .accepted(version: 127, body: .null, milliseconds: 34)))
    try person.receiveDocuments(
      from: (reported, nil), reported: reported, desired: desired, version: 127, token: "9c1d")
    person.receive(
      .delta,
      #"{"state":{"pump1":{"flow":12}},"version":127,"timestamp":\#(person.seconds)}"#)
    var earlier = reported
    for (count, humidity) in [60, 61, 61, 62, 63, 63, 64, 63, 62, 61].enumerated() {
      person.wait(milliseconds: 1900)
      let next = reported.replacing("\"humidity\":60", with: "\"humidity\":\(humidity)")
      try person.receiveDocuments(
        from: (earlier, desired), reported: next, desired: desired,
        version: 128 + Int64(count), token: "simulator-3f")
      earlier = next
    }
    person.wait(milliseconds: 300)
    person.press(.end)
    person.type("e")
    person.press(.control("u"))
    person.type("22")
    person.press(.enter)
    return person
  }

  @Test(
    "one difference open and one edit staged",
    arguments: [
      Size(rows: 24, columns: 80), Size(rows: 12, columns: 40), Size(rows: 48, columns: 160),
    ])
  func work(_ size: Size) throws {
    let person = try Self.atWork(size)
    try expectGolden(person.frame(), "work-\(size.columns)x\(size.rows)")
  }

  @Test("no shadow yet")
  func missing() throws {
    var person = Person()
    person.send(.connection(.connected(tls: "TLS1.3")))
    person.receive(
      .rejected(.get), #"{"code":404,"message":"No shadow exists with name: 'greenhouse-07'"}"#)
    try expectGolden(person.frame(), "missing-80x24")
  }

  @Test(
    "offline with staged edits",
    arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func offline(_ size: Size) throws {
    var person = try Self.atWork(size)
    person.press(.home)
    person.type("e")
    person.press(.control("u"))
    person.type("59")
    person.press(.enter)
    person.send(
      .connection(
        .offline(
          what: "the broker closed the connection right after our SUBSCRIBE to …/delta",
          cause: "A policy may forbid it.", remedy: "Check the policy.", since: person.now,
          retryAt: person.now + 19_000)))
    person.wait(milliseconds: 12_000)
    try expectGolden(person.frame(), "offline-\(size.columns)x\(size.rows)")
  }

  @Test("a refused update")
  func rejected() throws {
    var person = try Self.atWork(Size(rows: 24, columns: 80))
    person.type("P")
    let update = try #require(person.submitted)
    person.send(.sent(update.publication, token: update.token, operation: .update, at: person.now))
    person.wait(milliseconds: 41)
    person.receive(
      .rejected(.update),
      #"{"code":413,"message":"The payload exceeds the maximum size allowed","clientToken":""#
        + "\(update.token)\"}")
    person.send(
      .outcome(
        token: update.token,
        .rejected(
          ShadowError(code: 413, message: "The payload exceeds the maximum size allowed"),
          milliseconds: 41)))
    try expectGolden(person.frame(), "rejected-80x24")
  }

  @Test("values and names from a hostile thing")
  func hostile() throws {
    let long = String(repeating: "long ", count: 20_000)
    let reported = """
      {"esc":"\\u001b[2J\\u001b]52;c;aGVsbG8=\\u0007","c1":"a\\u009b31mb","lines":"one\\r\\ntwo\\tthree",\
      "bidi":"abc\\u202edef\\u2066","zero":"a\\u200b\\u200d\\ufeffb","long":"\(long)",\
      "温度":"二十一度","emoji":"👨‍👩‍👧 🇸🇪 ok","marks":"Z\(String(repeating: "\u{301}", count: 300))algo",\
      "":"empty key","kitchen/temp":1,"a.b":2,"new\\nline":3,"numbers":[1.0,1e400,-0,123456789012345678901234567890],\
      "text102":"102","textTrue":"true","gap":" x ","nothing":"","none":[],"empty":{},"nul":"a\\u0000b"}
      """
    var person = try Person(size: Size(rows: 34, columns: 80), reported: reported)
    try expectGolden(person.frame(), "hostile-80x34")
    person.send(.resized(Size(rows: 34, columns: 45)))
    try expectGolden(person.frame(), "hostile-45x34")
  }

  @Test(
    "a typed value that is not quite JSON",
    arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func fault(_ size: Size) throws {
    var person = try Self.atWork(size)
    person.type("e")
    person.press(.control("u"))
    person.type(#"{"power" "on"}"#)
    try expectGolden(person.frame(), "fault-\(size.columns)x\(size.rows)")
    person.press(.enter)
    try expectGolden(person.frame(), "fault-asked-\(size.columns)x\(size.rows)")
  }

  @Test("the help", arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func help(_ size: Size) throws {
    var person = try Self.atWork(size)
    person.type("?")
    try expectGolden(person.frame(), "help-\(size.columns)x\(size.rows)")
  }

  @Test("a terminal without room for panes")
  func bare() throws {
    var person = try Self.atWork(Size(rows: 7, columns: 36))
    try expectGolden(person.frame(), "bare-36x7")
    person.type("e")
    try expectGolden(person.frame(), "bare-edit-36x7")
    try expectGolden(person.frame(Size(rows: 4, columns: 36)), "tiny-36x4")
  }

  @Test(
    "a path being typed", arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func add(_ size: Size) throws {
    var person = try Self.atWork(size)
    person.type("a")
    person.type("kitchen/temp")
    try expectGolden(person.frame(), "add-\(size.columns)x\(size.rows)")
  }

  @Test("a staged edit in conflict, and the question before it is published")
  func conflict() throws {
    var person = try Self.atWork(Size(rows: 24, columns: 80))
    let next = Self.reported.replacing("21.5", with: "23.1")
    try person.receiveDocuments(
      from: (Self.reported, Self.desired), reported: next, desired: Self.desired, version: 138)
    person.type("P")
    try expectGolden(person.frame(), "conflict-80x24")
  }

  @Test("an update without an answer")
  func unknown() throws {
    var person = try Self.atWork(Size(rows: 24, columns: 80))
    person.type("P")
    let update = try #require(person.submitted)
    person.send(.sent(update.publication, token: update.token, operation: .update, at: person.now))
    try expectGolden(person.frame(), "sent-80x24")
    person.wait(milliseconds: 10_000)
    person.send(.outcome(token: update.token, .unknown(reason: "no answer in 10 s")))
    try expectGolden(person.frame(), "unknown-80x24")
  }

  @Test("the log alone, where there is no room beside the table")
  func log() throws {
    var person = try Self.atWork(Size(rows: 12, columns: 40))
    person.press(.tab)
    person.type("jj")
    try expectGolden(person.frame(), "log-40x12")
    person.type("q")
    try expectGolden(person.frame(), "quit-40x12")
  }

  @Test(
    "every command by name, narrowed by typing",
    arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func palette(_ size: Size) throws {
    var person = try Self.atWork(size)
    person.type(":di")
    try expectGolden(person.frame(), "palette-\(size.columns)x\(size.rows)")
  }

  @Test(
    "a filter being typed", arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func filter(_ size: Size) throws {
    var person = try Self.atWork(size)
    person.type("/in")
    try expectGolden(person.frame(), "filter-\(size.columns)x\(size.rows)")
  }

  @Test("a filter that finds nothing")
  func nothingFound() throws {
    var person = try Self.atWork(Size(rows: 24, columns: 80))
    person.type("/valve")
    try expectGolden(person.frame(), "filter-nothing-80x24")
  }

  @Test("only what differs or is staged")
  func onlyDifferences() throws {
    var person = try Self.atWork(Size(rows: 24, columns: 80))
    person.type("f")
    try expectGolden(person.frame(), "differences-80x24")
  }

  @Test("what changed last comes first")
  func sorted() throws {
    var person = try Self.atWork(Size(rows: 24, columns: 80))
    let next = Self.reported.replacing("\"humidity\":60", with: "\"humidity\":61")
    let then = next.replacing("57.652,11.958", with: "57.653,11.960")
    try person.receiveDocuments(
      from: (next, Self.desired), reported: then, desired: Self.desired, version: 138)
    person.type("ss")
    try expectGolden(person.frame(), "sorted-80x24")
  }

  @Test(
    "pinned rows at the top",
    arguments: [Size(rows: 24, columns: 80), Size(rows: 40, columns: 120)])
  func pinned(_ size: Size) throws {
    var person = try Self.atWork(size)
    person.type("p")
    person.press(.home)
    person.type("np")
    person.press(.end)
    try expectGolden(person.frame(), "pinned-\(size.columns)x\(size.rows)")
  }

  @Test("many staged edits, the oldest counted away")
  func many() throws {
    var person = try Self.atWork(Size(rows: 24, columns: 80))
    person.press(.home)
    for _ in 0..<5 {
      person.type("jd")
      person.type(person.model.target == .desired ? "tt" : "t")
    }
    person.press(.backTab)
    try expectGolden(person.frame(), "many-80x24")
  }

  static let sizes = [
    Size(rows: 24, columns: 80), Size(rows: 12, columns: 40), Size(rows: 48, columns: 160),
  ]

  @Test("the log with the focus, a message selected", arguments: sizes)
  func logSelected(_ size: Size) throws {
    var person = try Self.atWork(size)
    person.press(.tab)
    person.type("jjj")
    try expectGolden(person.frame(), "log-selected-\(size.columns)x\(size.rows)")
  }

  @Test("the log while its filter is typed", arguments: sizes.prefix(2))
  func logFilter(_ size: Size) throws {
    var person = try Self.atWork(size)
    person.type("Lin -delta 61")
    try expectGolden(person.frame(), "log-filter-\(size.columns)x\(size.rows)")
  }

  @Test("a message, opened", arguments: sizes, ["1", "2", "3"])
  func message(_ size: Size, _ tab: String) throws {
    guard size.columns < 160 || tab == "3" else { return }
    var person = try Self.atWork(size)
    person.press(.tab)
    person.type("jjj")
    person.press(.enter)
    person.type(tab)
    try expectGolden(person.frame(), "message-\(tab)-\(size.columns)x\(size.rows)")
  }

  @Test("a message that is searched", arguments: sizes.prefix(2))
  func messageSearch(_ size: Size) throws {
    var person = try Self.atWork(size)
    person.press(.tab, .enter)
    person.type("/flow")
    try expectGolden(person.frame(), "message-search-\(size.columns)x\(size.rows)")
  }
}
