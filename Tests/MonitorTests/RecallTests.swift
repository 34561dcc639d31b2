import Canvas
import JSON
import Shadow
import Testing

@testable import Monitor

@Suite("What earlier runs have kept")
struct RecallTests {
  /// Three hours before everything else.
  static let before = Person.start - 3 * 3_600_000

  /// The files that a monitor leaves behind.
  static func kept(_ person: Person, at changedAt: Int64 = before) throws -> KeptEdits {
    let edits = try #require(
      KeptEdits(person.model.shadows[0], at: person.model.endpoint, changedAt: changedAt))
    return try KeptEdits(edits.bytes)
  }

  static func document(
    _ reported: String, version: Int64 = 127, arrival: Int64 = before
  ) throws -> KeptDocument {
    let state = try #require(try JSONParser.parse(reported).object)
    let metadata = ShadowMetadata.mirroring(.object(state), at: arrival / 1000 - 18).object
    return KeptDocument(
      endpoint: "localhost:8883", address: Person.address,
      document: ShadowDocument(reported: state, reportedMetadata: metadata, version: version),
      arrival: arrival)
  }

  /// Someone who starts with what was kept.
  static func started(
    _ document: KeptDocument? = nil, _ edits: [KeptEdits] = [],
    size: Size = Size(rows: 24, columns: 80), isReadOnly: Bool = false
  ) -> Person {
    var person = Person(size: size, seed: 8, isReadOnly: isReadOnly)
    person.send(.keeping(.kept))
    person.send(.recalled(Person.address, Recollection(document: document, edits: edits)))
    return person
  }

  /// Someone who had `flow` 20 staged over 11 at v127.
  static func staged() throws -> KeptEdits {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    return try kept(person)
  }

  // MARK: The document

  @Test("is on the screen before anything is heard, with its age")
  func stale() throws {
    var person = Self.started(try Self.document(#"{"flow":11}"#))
    #expect(person.sees("flow 11"))
    #expect(person.sees("last known, 3 h ago"))
    #expect(person.sees("v127, 3 h ago"))
    #expect(person.role(of: "v127, 3 h ago") == .stale)
    let deadline = try #require(nextDeadline(person.model, after: person.now))
    person.now = deadline
    #expect(deadline <= Person.start + 3_600_000)
  }

  @Test(
    "gives way to whatever is heard first, be its version higher or lower",
    arguments: [126, 127, 128, 1] as [Int64])
  func replaced(_ version: Int64) throws {
    var person = Self.started(try Self.document(#"{"flow":11}"#))
    person.send(.connection(.connected(tls: "TLS1.3")))
    #expect(person.sees("last known"))
    try person.receiveGet(reported: #"{"flow":15}"#, version: version)
    #expect(person.model.shadow.version == version)
    #expect(person.sees("flow 15"))
    #expect(!person.sees("last known"))
    #expect(!person.sees("ago"))
    try person.receiveDocuments(from: nil, reported: #"{"flow":16}"#, version: version + 1)
    #expect(person.model.shadow.version == version + 1)
  }

  @Test("gives way to an update that comes before the answer to get, too")
  func replacedByUpdate() throws {
    var person = Self.started(try Self.document(#"{"flow":11}"#))
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveDocuments(from: nil, reported: #"{"flow":15}"#, version: 2)
    #expect(person.model.shadow.version == 2)
  }

  @Test(
    "gives way to the news that there is no shadow, or none any more", arguments: [true, false])
  func missing(_ isDeleted: Bool) throws {
    var person = Self.started(try Self.document(#"{"flow":11}"#))
    person.send(.connection(.connected(tls: "TLS1.3")))
    if isDeleted {
      person.receive(.accepted(.delete), #"{"version":3,"timestamp":1}"#)
    } else {
      person.receive(.rejected(.get), #"{"code":404,"message":"No shadow"}"#)
    }
    #expect(person.sees("This thing has no shadow"))
  }

  @Test("leaves no trace in trends, changes and history")
  func traces() throws {
    var person = Self.started(try Self.document(#"{"flow":11}"#))
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(reported: #"{"flow":15}"#, version: 140)
    let flow = JSONPath(keys: ["flow"])
    #expect(person.model.traces[flow]?.changes.isEmpty == true)
    #expect(person.model.traces.since == person.now)
    #expect(person.model.history.moments.map(\.version) == [140])
    #expect(person.model.history.moments.first?.unseen == nil)
    // What has changed since is told.
    #expect(person.logged.contains("flow 11 → 15"))
  }

  @Test("is not taken once something was heard")
  func late() throws {
    var person = try Person(reported: #"{"flow":15}"#, version: 3)
    person.send(
      .recalled(
        Person.address, Recollection(document: try Self.document(#"{"flow":11}"#), edits: [])))
    #expect(person.model.shadow.version == 3)
  }

  // MARK: Staged edits

  @Test("is staged again, with a note of when it was")
  func restored() throws {
    var person = Self.started(try Self.document(#"{"flow":11}"#), [try Self.staged()])
    #expect(person.sees("1 staged edit of today 09:04 is back"))
    #expect(person.sees("11 → 20"))
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(reported: #"{"flow":11}"#, version: 127)
    #expect(person.model.draft.edits.map(\.value) == [20])
    #expect(!person.sees("conflict"))
    person.type("P")
    #expect(person.submitted?.text.hasPrefix(#"{"state":{"reported":{"flow":20}}"#) == true)
  }

  @Test("names the day", arguments: [(20, "yesterday 16:04"), (200, "2024-04-23 04:04")])
  func days(_ hours: Int64, _ words: String) throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    let kept = try Self.kept(person, at: Person.start - hours * 3_600_000)
    #expect(Self.started(nil, [kept]).sees("1 staged edit of \(words) is back"))
  }

  @Test("is one step to undo, and comes back")
  func undo() throws {
    var person = Self.started(nil, [try Self.staged()])
    person.type("u")
    #expect(person.model.draft.isEmpty)
    person.type("U")
    #expect(person.model.draft.edits.map(\.value) == [20])
  }

  @Test("is in conflict where the shadow has changed meanwhile")
  func conflict() throws {
    var person = Self.started(nil, [try Self.staged()])
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(reported: #"{"flow":15}"#, version: 130)
    #expect(person.sees("! conflict: was 11, is 15, yours 20"))
    person.type("P")
    #expect(person.submitted == nil)
    #expect(person.sees("Publish over it?"))
  }

  @Test("of two runs comes together, the newer where they clash, and the older is told")
  func twoRuns() throws {
    var first = try EditingTests.person()
    EditingTests.edit(&first, "20")
    first.type("j")
    EditingTests.edit(&first, "old")
    var second = try EditingTests.person()
    EditingTests.edit(&second, "30")
    let runs = [
      try Self.kept(second, at: Self.before + 1000), try Self.kept(first, at: Self.before),
    ]
    for order in [runs, runs.reversed()] {
      let person = Self.started(nil, order)
      #expect(Set(person.model.draft.edits.compactMap(\.value?.compact)) == ["\"old\"", "30"])
      #expect(person.sees("1 older edit of the same gave way, and is in the log"))
      #expect(
        person.model.log.entries.contains {
          $0.words.map(\.text).joined().contains(
            "reported flow 20 of another monitor gave way to a newer edit")
        })
    }
  }

  @Test("keeps how it is to be published")
  func choice() throws {
    var person = try EditingTests.person()
    person.type("V")
    EditingTests.edit(&person, "20")
    let again = Self.started(nil, [try Self.kept(person)])
    #expect(again.model.choice.isLocked)
    #expect(
      again.model.preview.map { String(decoding: $0.publication.payload, as: UTF8.self) }?
        .contains(#""version":127"#) == true)
  }

  @Test("is not staged where nothing can be, but shown")
  func readOnly() throws {
    let person = Self.started(
      try Self.document(#"{"flow":11}"#), [try Self.staged()], isReadOnly: true)
    #expect(person.model.draft.isEmpty)
    #expect(person.sees("flow 11"))
  }

  // MARK: Without an answer

  /// Someone who starts after one who had published `flow` 20 over 11 at v127, and no answer came.
  static func unanswered() throws -> Person {
    let (before, _) = try PublishingTests.published()
    var person = started(nil, [try kept(before)])
    #expect(person.model.draft.isEmpty)
    #expect(person.sees("An update sent today 12:04 has no answer yet: the next get tells"))
    person.send(.connection(.connected(tls: "TLS1.3")))
    return person
  }

  @Test("is applied if the shadow shows it, and is not sent again")
  func applied() throws {
    var person = try Self.unanswered()
    try person.receiveGet(reported: #"{"flow":20}"#, version: 128)
    #expect(person.sees("It was applied after all: v128 shows it"))
    #expect(person.model.draft.isEmpty)
    #expect(person.model.delivery == nil)
    #expect(person.logged == "the update of 1 edit without an answer was applied")
    #expect(person.effects.isEmpty)
  }

  @Test("is staged again if the shadow is as it was")
  func notApplied() throws {
    var person = try Self.unanswered()
    try person.receiveGet(reported: #"{"flow":11}"#, desired: #"{"flow":12}"#, version: 127)
    #expect(person.model.draft.edits.map(\.value) == [20])
    #expect(person.sees("it is staged again"))
    person.type("P")
    // The first one may be late: then this one is refused.
    #expect(person.submitted?.text.contains(#""version":127"#) == true)
    #expect(person.model.choice.lock == .off, "for this one time")
  }

  /// Of which nobody can tell whether it was applied.
  static func undecided() throws -> Person {
    var person = try unanswered()
    try person.receiveGet(reported: #"{"flow":17}"#, version: 130)
    #expect(person.sees("does not tell whether the update was applied"))
    #expect(person.sees("1 unknown"))
    #expect(person.model.draft.isEmpty)
    return person
  }

  @Test("is left to the person if the shadow is neither, who stages it again")
  func stageAgain() throws {
    var person = try Self.undecided()
    person.type("P")
    #expect(person.sees("Stage flow again?"))
    person.type("n")
    #expect(person.model.delivery != nil)
    person.type("Py")
    #expect(person.model.draft.edits.map(\.value) == [20])
    #expect(person.model.delivery == nil)
    #expect(person.submitted == nil)
  }

  @Test("is left to the person if the shadow is neither, who lets go of it")
  func letGo() throws {
    var person = try Self.undecided()
    person.type("Pc")
    #expect(person.model.draft.isEmpty)
    #expect(person.model.delivery == nil)
    #expect(person.sees("1 edit let go of"))
  }

  @Test("and left to the person is still so after another start")
  func undecidedAgain() throws {
    let person = try Self.undecided()
    var again = Self.started(nil, [try Self.kept(person)])
    again.send(.connection(.connected(tls: "TLS1.3")))
    try again.receiveGet(reported: #"{"flow":17}"#, version: 131)
    #expect(again.model.delivery?.state == .undecided)
  }

  @Test("of the broker alone is left to the person at once, since no get tells")
  func backdated() throws {
    var before = try EditingTests.person()
    before.type("tt")
    EditingTests.edit(&before, "20")
    before.type("P")
    var person = Self.started(nil, [try Self.kept(before)])
    #expect(
      person.sees("An observation sent today 12:04 has no answer, and nothing tells: P decides"))
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(reported: #"{"flow":11}"#, version: 127)
    #expect(person.model.delivery?.state == .undecided)
    person.type("Py")
    #expect(person.model.choice.isBackdate)
    #expect(person.model.draft.edits.map(\.value) == [20])
  }

  @Test("of two runs is settled by one get")
  func two() throws {
    let (first, _) = try PublishingTests.published()
    var second = try EditingTests.person()
    second.type("j")
    EditingTests.edit(&second, "tap")
    second.type("P")
    var person = Self.started(nil, [try Self.kept(first), try Self.kept(second)])
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(reported: #"{"flow":20,"name":"tap"}"#, version: 129)
    #expect(person.model.delivery == nil)
    #expect(person.model.shadows[0].furtherDeliveries.isEmpty)
    #expect(KeptEdits(person.model.shadows[0], at: "h:1", changedAt: 0) == nil)
  }

  // MARK: On the disk

  @Test("is told to be kept when the person quits, by number")
  func quitting() throws {
    var person = Self.started(nil, [try Self.staged()])
    person.type("q")
    #expect(person.sees("1 staged edit is kept for the next time. Quit?"))
  }

  @Test("is told once when it cannot be kept, and once when it can again")
  func failing() throws {
    var person = try EditingTests.person()
    person.send(.keeping(.failing("the disk is full")))
    #expect(!person.sees("not kept"), "nothing is staged")
    EditingTests.edit(&person, "20")
    #expect(person.sees("Staged edits are not kept on disk now, only here: the disk is full"))
    person.send(.keeping(.failing("the disk is full")))
    #expect(person.model.notices.count == 1)
    person.type("q")
    #expect(person.sees("1 staged edit will be lost. Quit?"))
    person.type("n")
    person.send(.keeping(.kept))
    #expect(person.model.notices == ["Staged edits are kept on disk again."])
  }
}

extension RecallTests {
  @Test(
    "on the first frame",
    arguments: [
      Size(rows: 24, columns: 80), Size(rows: 12, columns: 40), Size(rows: 40, columns: 120),
      Size(rows: 48, columns: 160),
    ])
  func frames(_ size: Size) throws {
    let work = try GoldenTests.atWork(size)
    let document = try #require(work.model.shadow.document)
    let kept = KeptDocument(
      endpoint: "localhost:8883", address: Person.address, document: document,
      arrival: work.now)
    var person = Person(size: size, seed: 8)
    person.now = work.now + 3 * 3_600_000
    let edits = try Self.kept(work, at: work.now)
    person.send(.recalled(Person.address, Recollection(document: kept, edits: [edits])))
    person.send(.connection(.connecting(step: "TLS handshake", endpoint: "localhost:8883")))
    try expectGolden(person.frame(), "recalled-\(size.columns)x\(size.rows)")
    person.send(.connection(.connected(tls: "TLS1.3")))
    var reported = GoldenTests.reported.replacing("21.5", with: "23")
    reported = reported.replacing("\"humidity\":60", with: "\"humidity\":58")
    try person.receiveGet(reported: reported, desired: GoldenTests.desired, version: 151)
    try expectGolden(person.frame(), "recalled-live-\(size.columns)x\(size.rows)")
  }

  @Test(
    "without an answer, and left to the person",
    arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func undecidedFrames(_ size: Size) throws {
    var person = try Self.undecided()
    person.send(.resized(size))
    try expectGolden(person.frame(), "undecided-\(size.columns)x\(size.rows)")
    person.type("P")
    try expectGolden(person.frame(), "undecided-asked-\(size.columns)x\(size.rows)")
  }
}
