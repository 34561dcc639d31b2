import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("A client id that another client takes")
struct TakeOverTests {
  static let sizes = [
    Size(rows: 24, columns: 80), Size(rows: 12, columns: 40), Size(rows: 48, columns: 160),
    Size(rows: 7, columns: 36),
  ]

  /// Someone with an edit staged whose connection was taken over.
  private static func takenOver(_ size: Size) throws -> Person {
    var person = try GoldenTests.atWork(size)
    person.send(
      .connection(
        .offline(
          what: "The broker closed the connection at once.", cause: "It gives no reason.",
          remedy: "", since: person.now, retryAt: person.now + 1000)))
    person.wait(milliseconds: 4000)
    person.send(
      .connection(
        .takenOver(
          what: "Another client keeps taking over the id “greenhouse-07”.",
          cause: "Connections were cut again and again within 30 s of being accepted, and only one "
            + "client at a time may use an id: the thing itself is probably connected.")))
    person.wait(milliseconds: 8000)
    return person
  }

  @Test("is told with the ways out of it", arguments: sizes)
  func told(_ size: Size) throws {
    try expectGolden(Self.takenOver(size).frame(), "fight-\(size.columns)x\(size.rows)")
  }

  @Test(
    "can be left to the other client: what is known stays, and nothing is sent", arguments: sizes)
  func lookOn(_ size: Size) throws {
    var person = try Self.takenOver(size)
    person.type("H")
    try expectGolden(person.frame(), "looking-on-\(size.columns)x\(size.rows)")
    #expect(person.effects.isEmpty)
    person.type("P")
    #expect(person.submitted == nil)
    person.type("H")
    if size.columns >= 80 { #expect(person.sees("Nothing is tried by itself: r connects")) }
    #expect(person.type("r") == [.retryNow])
  }

  @Test("is left alone by the checks, which say why and claim nothing of the network")
  func checks() throws {
    var person = try Self.takenOver(Size(rows: 24, columns: 80))
    #expect(person.type("c") == [.checkConnection])
    person.send(
      .checks(
        [Check(title: "files", mark: .passed, words: "cert.pem and privkey.pem")]
          + ["DNS", "TCP"].map {
            Check(
              title: $0, mark: .skipped, words: "would throw the other client out; r connects")
          }, isComplete: true))
    #expect(person.sees("– Nothing is wrong on this machine; the rest was not looked at."))
    #expect(person.sees("would throw the other client out; r connects"))
    #expect(!person.sees("The checks connect as"))
  }

  @Test("is changed for one that nobody else has, and what is staged stays")
  func anotherID() throws {
    var person = try Self.takenOver(Size(rows: 24, columns: 80))
    person.type("C")
    let entry = try #require(person.model.entry)
    #expect(entry.line.text.hasPrefix("greenhouse-07-shadowscope-"))
    #expect(entry.line.text.utf8.count == "greenhouse-07-shadowscope-1234".utf8.count)
    try expectGolden(person.frame(), "another-id-80x24")
    #expect(person.press(.enter) == [.changeClientID(entry.line.text)])
    #expect(person.model.stagedCount == 1)
    #expect(person.model.entry == nil)
    person.send(.connection(.connecting(step: "CONNECT", endpoint: "localhost:8883")))
    person.send(.connection(.connected(tls: "TLS1.3")))
    #expect(!person.sees("taken over"))
    #expect(person.model.stagedCount == 1)
  }

  @Test(
    "is not changed for one that cannot be",
    arguments: [
      ("", "A client id cannot be empty"), ("$x", "A client id cannot start with $"),
      ("greenhouse-07", "That is the id that is in use"),
      (String(repeating: "x", count: 129), "A client id has at most 128 bytes"),
    ])
  func refused(_ text: String, _ reason: String) throws {
    var person = try Self.takenOver(Size(rows: 24, columns: 80))
    person.type("C")
    person.press(.control("u"))
    person.send(.key(.paste(text)))
    #expect(person.sees(reason))
    #expect(person.press(.enter) == [])
    #expect(person.model.entry != nil)
    person.press(.escape)
    #expect(person.model.entry == nil)
  }

  @Test("is offered again by the history of the line, and fits whatever the thing's name is")
  func history() throws {
    var person = try Self.takenOver(Size(rows: 24, columns: 80))
    person.type("C")
    person.press(.enter)
    person.type("C")
    person.press(.up)
    #expect(person.model.entry?.line.text == "greenhouse-07")
    var model = Model(
      thing: String(repeating: "é", count: 64), endpoint: "h", address: Person.address, seed: 1)
    _ = update(&model, .key("C"), at: 0)
    let text = try #require(model.entry?.line.text)
    #expect(text.utf8.count <= 128)
    #expect(text.contains("é-shadowscope-"))
  }

  @Test("is no business of those whose connection is fine")
  func fine() throws {
    var person = try GoldenTests.atWork(Size(rows: 24, columns: 80))
    person.type("H")
    #expect(person.sees("No other client takes the client id"))
    #expect(Command.anotherClient.isAvailable(in: person.model))
    #expect(Command.anotherClient.hint(in: person.model) == nil)
  }
}

@Suite("A connection on which not everything comes")
struct SilenceTests {
  static let sizes = TakeOverTests.sizes

  @Test(
    "is told to be silent, with what is shown marked as last known, until something comes",
    arguments: sizes)
  func silent(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    let before = person.frame()
    person.send(.connection(.silent(since: person.now - 40_000)))
    try expectGolden(person.frame(), "silent-\(size.columns)x\(size.rows)")
    #expect((nextDeadline(person.model, after: person.now) ?? .max) <= person.now + 1000)
    person.send(.connection(.heard))
    if size.rows > 7 { #expect(!person.sees("last known")) }
    #expect(before.size == person.frame().size)
    #expect(!person.sees("Nothing has come"))
  }

  @Test("forgets the silence when it is lost")
  func lost() throws {
    var person = try GoldenTests.atWork(Size(rows: 24, columns: 80))
    person.send(.connection(.silent(since: person.now - 40_000)))
    person.send(
      .connection(
        .offline(
          what: "The broker does not answer any more.", cause: "", remedy: "", since: person.now,
          retryAt: nil)))
    #expect(!person.sees("Nothing has come"))
    person.send(.connection(.connected(tls: "TLS1.3")))
    #expect(!person.sees("Nothing has come"))
  }

  @Test("tells filters that are left out apart from those that are refused", arguments: sizes)
  func leftOut(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    person.send(
      .shadow(
        Person.address,
        .live(
          refusedFilters: [Person.address.topic(.delta)],
          leftOut: [Person.address.topic(.documents)])))
    try expectGolden(person.frame(), "left-out-\(size.columns)x\(size.rows)")
  }

  @Test("asks again for what is left out when the document is asked for, and tells it anew")
  func askAgain() throws {
    var person = try GoldenTests.atWork(Size(rows: 24, columns: 80))
    let leftOut = Message.shadow(
      Person.address, .live(refusedFilters: [], leftOut: [Person.address.topic(.documents)]))
    person.send(leftOut)
    #expect(person.logged.hasSuffix("is left out: connections ended over it"))
    #expect(person.type("r").last == .retryNow)
    #expect(person.sees("Asking again for what was left out"))
    person.send(.shadow(Person.address, .live(refusedFilters: [])))
    #expect(person.model.connection.leftOutFilters.isEmpty)
    #expect(!person.type("r").contains(.retryNow), "there is nothing more to ask for")
    // Over the next connection it is told again.
    person.send(leftOut)
    person.send(.connection(.stopped(what: "gone", cause: "", remedy: "")))
    person.send(.connection(.connected(tls: "TLS1.3")))
    #expect(person.model.connection.leftOutFilters.isEmpty)
    person.send(leftOut)
    #expect(person.logged.hasSuffix("is left out: connections ended over it"))
  }

  @Test("does not ask for a shadow whose get is left out, and says so")
  func getLeftOut() throws {
    var person = try GoldenTests.atWork(Size(rows: 24, columns: 80))
    person.send(
      .getLeftOut(
        Person.address,
        what: "The broker closed the connection again right after a request to "
          + "$aws/things/greenhouse-07/shadow/get."))
    #expect(person.sees("The shadow is not asked for any more"))
    #expect(person.sees("iot:Publish"))
  }

  @Test("asks for the shadow when messages were dropped, once, and says how many")
  func dropped() throws {
    var person = try GoldenTests.atWork(Size(rows: 24, columns: 80))
    let effects = person.send(.dropped(1234))
    guard case .get(Person.address, _)? = effects.first, effects.count == 1 else {
      Issue.record("\(effects)")
      return
    }
    #expect(person.sees("1234 messages dropped"))
    #expect(person.send(.dropped(5)).isEmpty, "one get is on its way")
  }

  @Test("names a message that was too long to be taken in")
  func oversized() throws {
    var person = try GoldenTests.atWork(Size(rows: 24, columns: 80))
    person.send(.oversized(topic: Person.address.topic(.documents), bytes: 300_000))
    #expect(
      person.logged == "not taken in: 292 KB on update/documents; AWS IoT has 128 KB at most")
  }
}
