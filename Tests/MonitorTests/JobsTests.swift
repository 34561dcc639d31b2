import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("The jobs of the thing")
struct JobsTests {
  static let sizes = [
    Size(rows: 24, columns: 80), Size(rows: 12, columns: 40), Size(rows: 40, columns: 120),
    Size(rows: 60, columns: 200),
  ]

  /// Someone who has opened the list.
  private static func person(
    _ size: Size = Size(rows: 24, columns: 80), isReadOnly: Bool = false
  ) -> Person {
    var person = Person(size: size, isReadOnly: isReadOnly)
    person.send(.connection(.connected(tls: "TLS1.3")))
    person.type("J")
    return person
  }

  /// The last request about jobs.
  private static func asked(_ person: Person) -> (topic: String, payload: String, token: String)? {
    person.effects.lazy.reversed().compactMap { effect in
      guard case .askJobs(let publication, let token) = effect else { return nil }
      return (publication.topic, String(decoding: publication.payload, as: UTF8.self), token)
    }.first
  }

  private static func receive(_ person: inout Person, _ suffix: String, _ body: String) {
    let token = asked(person)?.token ?? ""
    person.send(
      .received(
        topic: "$aws/things/greenhouse-07/jobs/\(suffix)",
        payload: Array(body.replacing("TOKEN", with: token).utf8), arrival: person.now,
        retained: false))
  }

  private static let list = """
    {"inProgressJobs":[{"jobId":"fw-2","queuedAt":1714557800,"startedAt":1714557860,\
    "versionNumber":2}],"queuedJobs":[{"jobId":"reboot-7","queuedAt":1714550000,\
    "versionNumber":1}],"clientToken":"TOKEN"}
    """

  /// Someone who sees two jobs.
  private static func listing(
    _ size: Size = Size(rows: 24, columns: 80), isReadOnly: Bool = false
  ) -> Person {
    var person = person(size, isReadOnly: isReadOnly)
    person.send(.jobs(missing: []))
    receive(&person, "get/accepted", list)
    return person
  }

  /// Someone who has chosen the job under way.
  private static func choosing(
    _ size: Size = Size(rows: 24, columns: 80), isReadOnly: Bool = false
  ) -> Person {
    var person = listing(size, isReadOnly: isReadOnly)
    person.press(.enter)
    receive(
      &person, "fw-2/get/accepted",
      #"{"execution":{"jobId":"fw-2","status":"IN_PROGRESS","statusDetails":{"step":"flash"},"#
        + #""queuedAt":1714557800,"startedAt":1714557860,"versionNumber":2,"executionNumber":1,"#
        + #""jobDocument":{"install":"2.1","steps":["stop","flash"]}},"clientToken":"TOKEN"}"#)
    return person
  }

  @Test("are subscribed when they are looked at, and asked for once that is granted")
  func opening() throws {
    var person = Self.person()
    #expect(person.effects.contains(.openJobs))
    #expect(Self.asked(person) == nil)
    #expect(person.sees("Asking for jobs"))
    person.send(.jobs(missing: []))
    #expect(try #require(Self.asked(person)).topic == "$aws/things/greenhouse-07/jobs/get")
    Self.receive(&person, "get/accepted", #"{"clientToken":"TOKEN"}"#)
    #expect(person.sees("No job is pending"))
  }

  @Test("are listed, the next one first", arguments: sizes)
  func list(_ size: Size) throws {
    try expectGolden(Self.listing(size).frame(), "jobs-\(size.columns)x\(size.rows)")
  }

  @Test("have what can be done with one, and what it is to do", arguments: sizes)
  func actions(_ size: Size) throws {
    var person = Self.choosing(size)
    try expectGolden(person.frame(), "job-actions-\(size.columns)x\(size.rows)")
    person.press(.enter)
    try expectGolden(person.frame(), "job-\(size.columns)x\(size.rows)")
  }

  @Test("are changed after a question, with the details typed, over the version that was seen")
  func progress() throws {
    var person = Self.choosing()
    person.press(.down, .down, .enter)
    person.type("progress=50 % step=verify now")
    try expectGolden(person.frame(), "job-details-80x24")
    person.press(.enter)
    #expect(person.sees("Tell the progress of fw-2, with 2 details?"))
    person.type("y")
    let asked = try #require(Self.asked(person))
    #expect(asked.topic == "$aws/things/greenhouse-07/jobs/fw-2/update")
    #expect(
      asked.payload
        == #"{"status":"IN_PROGRESS","statusDetails":{"step":"verify now","progress":"50 %"},"#
        + #""expectedVersion":2,"executionNumber":1,"includeJobExecutionState":true,"#
        + #""clientToken":"\#(asked.token)"}"#)
    Self.receive(
      &person, "fw-2/update/accepted",
      #"{"executionState":{"status":"IN_PROGRESS","versionNumber":3},"clientToken":"TOKEN"}"#)
    #expect(person.sees("fw-2 is in progress, v3"))
  }

  @Test("a change that somebody else was before is told as refused")
  func conflict() {
    var person = Self.choosing()
    person.press(.down, .down, .down, .enter, .enter)
    person.type("y")
    Self.receive(
      &person, "fw-2/update/rejected",
      #"{"code":"VersionMismatch","message":"m","executionState":{"status":"FAILED","#
        + #""versionNumber":3},"clientToken":"TOKEN"}"#)
    #expect(person.sees("The jobs service refused: VersionMismatch."))
    #expect(person.sees("It is failed, v3 now."))
  }

  @Test("nothing is sent without a yes, nor what cannot be done")
  func obstacles() {
    var person = Self.choosing()
    person.press(.down, .down, .down, .enter, .enter)
    let before = person.effects.count
    person.type("n")
    #expect(person.effects.count == before)
    person = Self.choosing()
    person.press(.down, .enter)
    #expect(person.sees("It is under way already"))
    person = Self.choosing(isReadOnly: true)
    person.press(.down, .down, .enter)
    #expect(person.sees("Read-only"))
  }

  @Test("what a person types is no details", arguments: ["", "50 %", "a=1 a=2", "a="])
  func details(_ text: String) {
    var person = Self.choosing()
    person.press(.down, .down, .enter)
    person.type(text)
    person.press(.enter)
    #expect(person.model.question == nil)
    #expect(person.model.entry?.warning != nil)
  }

  @Test("that the policy does not grant are told as such")
  func refused() {
    var person = Self.person()
    person.send(.jobs(missing: ["$aws/things/greenhouse-07/jobs/notify"]))
    #expect(person.model.picker == nil)
    #expect(person.sees("The policy does not grant jobs"))
    #expect(Self.asked(person) == nil)
  }

  @Test("that nobody answers for 10 s are given up, with words")
  func silence() {
    var person = Self.person()
    person.send(.jobs(missing: []))
    person.wait(milliseconds: 9999)
    person.send(.tick)
    #expect(person.model.picker != nil)
    person.wait(milliseconds: 1)
    person.send(.tick)
    #expect(person.model.picker == nil)
    #expect(person.sees("did not answer within 10 s"))
  }

  @Test("messages that nobody asked for are shown in the log and change nothing")
  func unasked() {
    var person = Person()
    person.send(.connection(.connected(tls: "TLS1.3")))
    for (topic, body, words) in [
      ("notify", #"{"jobs":{"QUEUED":[{"jobId":"a"}]}}"#, "1 pending job"),
      ("notify-next", #"{"execution":{"jobId":"a","status":"QUEUED"}}"#, "a queued"),
      ("x/update/rejected", #"{"code":"InvalidRequest","message":"m"}"#, "InvalidRequest m"),
      ("get/accepted", "{", "unreadable"),
    ] {
      Self.receive(&person, topic, body)
      #expect(person.logged.contains(words), "\(person.logged)")
    }
    #expect(person.model.overlay == nil)
    #expect(person.model.reply == nil)
  }
}
