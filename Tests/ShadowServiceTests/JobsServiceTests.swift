import JSON
import Shadow
import ShadowService
import Testing

@Suite("The sandbox's AWS IoT Jobs")
struct JobsServiceTests {
  private var service = JobsService()

  /// Asks, and gives what is published: topics below the thing's jobs, and bodies without times.
  private mutating func ask(
    _ topic: String, _ payload: String, at seconds: Int64 = 1_700_000_000
  ) -> [String] {
    let topic = topic.hasPrefix("shadowscope/") ? topic : "$aws/things/lamp1/jobs/\(topic)"
    let reaction = service.handle(
      topic, payload: Array(payload.utf8), retained: false, now: seconds * 1000)
    return (reaction?.publications ?? []).map { publication in
      let body = String(decoding: publication.payload, as: UTF8.self)
      let place = JobTopic.parse(topic: publication.topic)?.topic.suffix ?? publication.topic
      return "\(place) \(body)".replacing(#","timestamp":\#(seconds)"#, with: "")
        .replacing(#"{"timestamp":\#(seconds)}"#, with: "{}")
        .replacing(#"{"timestamp":\#(seconds),"#, with: "{")
    }
  }

  private mutating func create(_ id: String, at seconds: Int64 = 1_700_000_000) -> [String] {
    ask(
      JobCreation.requests, #"{"thing":"lamp1","jobId":"\#(id)","document":{"do":"\#(id)"}}"#,
      at: seconds)
  }

  private static let times = #""queuedAt":1700000000,"lastUpdatedAt":1700000000"#

  @Test("tells the thing of a new job and that it is next, and not next of a second one")
  mutating func creation() {
    #expect(
      create("a") == [
        #"shadowscope/sandbox/jobs/create/accepted {"thing":"lamp1","jobId":"a"}"#,
        #"notify {"jobs":{"QUEUED":[{"jobId":"a",\#(Self.times),"versionNumber":1,"#
          + #""executionNumber":1}]}}"#,
        #"notify-next {"execution":{"jobId":"a","thingName":"lamp1","status":"QUEUED",\#(Self.times),"#
          + #""versionNumber":1,"executionNumber":1,"jobDocument":{"do":"a"}}}"#,
      ])
    let second = create("b")
    #expect(second.count == 2)
    #expect(second.last?.hasPrefix("notify {") == true)
  }

  @Test(
    "refuses a creation that is faulty",
    arguments: [
      ("{", "InvalidJson"), ("[]", "InvalidRequest"), ("{}", "Invalid thing name"),
      (#"{"thing":"a b","jobId":"a","document":{}}"#, "Invalid thing name"),
      (#"{"thing":"lamp1","document":{}}"#, "jobId is not 1 to 64"),
      (#"{"thing":"lamp1","jobId":"$next","document":{}}"#, "jobId is not 1 to 64"),
      (#"{"thing":"lamp1","jobId":"x"}"#, "document is no object"),
      (#"{"thing":"lamp1","jobId":"x","document":[]}"#, "document is no object"),
      (#"{"thing":"lamp1","jobId":"a","document":{}}"#, "has a job a already"),
      (
        #"{"thing":"lamp1","jobId":"x","document":{"a":"\#(String(repeating: "x", count: 32_768))"}}"#,
        "longer than 32768"
      ),
      (#"{"thing":"lamp1","jobId":"x","document":{},"clientToken":7}"#, "clientToken"),
    ])
  mutating func faultyCreation(_ payload: String, _ words: String) {
    _ = create("a")
    let answers = ask(JobCreation.requests, payload)
    #expect(answers.count == 1)
    #expect(answers[0].hasPrefix("shadowscope/sandbox/jobs/create/rejected "))
    #expect(answers[0].contains(words), "\(answers[0])")
  }

  @Test("lists what is pending, in the order in which it was queued")
  mutating func pending() {
    for id in ["a", "b", "c"] { _ = create(id) }
    _ = ask("b/update", #"{"status":"IN_PROGRESS"}"#)
    let answer = ask("get", #"{"clientToken":"t"}"#)
    #expect(
      answer == [
        #"get/accepted {"inProgressJobs":[{"jobId":"b","queuedAt":1700000000,"#
          + #""startedAt":1700000000,"lastUpdatedAt":1700000000,"versionNumber":2,"#
          + #""executionNumber":1}],"queuedJobs":[{"jobId":"a",\#(Self.times),"versionNumber":1,"#
          + #""executionNumber":1},{"jobId":"c",\#(Self.times),"versionNumber":1,"#
          + #""executionNumber":1}],"clientToken":"t"}"#
      ])
  }

  @Test("an empty request counts as an empty object, and nothing pending is two empty lists")
  mutating func nothing() {
    #expect(ask("get", "") == [#"get/accepted {"inProgressJobs":[],"queuedJobs":[]}"#])
    #expect(ask("start-next", "{}") == ["start-next/accepted {}"])
    #expect(
      ask("$next/get", #"{"clientToken":"t"}"#) == [#"$next/get/accepted {"clientToken":"t"}"#])
  }

  @Test("starts the next job once, and gives the same again while it is under way")
  mutating func startNext() {
    _ = create("a")
    _ = create("b")
    let first = ask("start-next", #"{"statusDetails":{"s":"1"}}"#, at: 1_700_000_005)
    #expect(
      first[0] == #"start-next/accepted {"execution":{"jobId":"a","thingName":"lamp1","#
        + #""status":"IN_PROGRESS","statusDetails":{"s":"1"},"queuedAt":1700000000,"#
        + #""startedAt":1700000005,"lastUpdatedAt":1700000005,"versionNumber":2,"#
        + #""executionNumber":1,"jobDocument":{"do":"a"}}}"#)
    // It was next before: only the list changes.
    #expect(first.count == 2)
    #expect(first[1].hasPrefix(#"notify {"jobs":{"IN_PROGRESS":[{"jobId":"a""#))
    let again = ask("start-next", #"{"statusDetails":{"s":"2"}}"#)
    #expect(again.count == 1)
    #expect(again[0].contains(#""statusDetails":{"s":"1"}"#))
    #expect(again[0].contains(#""versionNumber":2"#))
  }

  @Test("describes a job, with its document unless that is not wanted")
  mutating func describe() {
    _ = create("a")
    for job in ["a", "$next"] {
      let with = ask("\(job)/get", #"{"clientToken":"t","executionNumber":1}"#)
      #expect(with.count == 1)
      #expect(with[0].hasPrefix(#"\#(job)/get/accepted {"execution":{"jobId":"a""#))
      #expect(with[0].contains(#""jobDocument":{"do":"a"}},"clientToken":"t"}"#))
      let without = ask("\(job)/get", #"{"includeJobDocument":false}"#)
      #expect(!without[0].contains("jobDocument"))
    }
  }

  @Test(
    "ends a job, after which another is next",
    arguments: [JobStatus.succeeded, .failed, .rejected])
  mutating func ending(_ status: JobStatus) {
    _ = create("a")
    _ = create("b")
    let answers = ask(
      "a/update",
      #"{"status":"\#(status.rawValue)","statusDetails":{"why":"x"},"expectedVersion":1,"#
        + #""includeJobExecutionState":true,"includeJobDocument":true}"#)
    #expect(answers.count == 3)
    #expect(
      answers[0] == #"a/update/accepted {"executionState":{"status":"\#(status.rawValue)","#
        + #""statusDetails":{"why":"x"},"versionNumber":2},"jobDocument":{"do":"a"}}"#)
    #expect(answers[1].hasPrefix(#"notify {"jobs":{"QUEUED":[{"jobId":"b""#))
    #expect(answers[2].hasPrefix(#"notify-next {"execution":{"jobId":"b""#))
    let last = ask("b/update", #"{"status":"SUCCEEDED"}"#)
    #expect(last == ["b/update/accepted {}", #"notify {"jobs":{}}"#, "notify-next {}"])
  }

  @Test("tells no list of progress, which changes none")
  mutating func progress() {
    _ = create("a")
    _ = ask("start-next", "{}")
    let answers = ask("a/update", #"{"status":"IN_PROGRESS","statusDetails":{"p":"50"}}"#)
    #expect(answers == ["a/update/accepted {}"])
  }

  @Test("tells that another job is next where one is started out of turn")
  mutating func outOfTurn() {
    _ = create("a")
    _ = create("b")
    let answers = ask("b/update", #"{"status":"IN_PROGRESS"}"#)
    #expect(answers.count == 3)
    #expect(answers[2].hasPrefix(#"notify-next {"execution":{"jobId":"b""#))
    // Queued earlier than the other that is under way.
    #expect(ask("a/update", #"{"status":"IN_PROGRESS"}"#).last?.contains(#""jobId":"a""#) == true)
  }

  @Test("keeps details that an update leaves out, and replaces them by those that it has")
  mutating func details() {
    _ = create("a")
    _ = ask("a/update", #"{"status":"IN_PROGRESS","statusDetails":{"x":"1","y":"2"}}"#)
    _ = ask("a/update", #"{"status":"IN_PROGRESS"}"#)
    #expect(ask("a/get", "{}")[0].contains(#""statusDetails":{"x":"1","y":"2"}"#))
    _ = ask("a/update", #"{"status":"IN_PROGRESS","statusDetails":{"x":"3"}}"#)
    #expect(ask("a/get", "{}")[0].contains(#""statusDetails":{"x":"3"}"#))
  }

  @Test(
    "refuses with AWS's codes, and echoes the token",
    arguments: [
      ("get", "{", #""code":"InvalidJson""#), ("get", "7", #""code":"InvalidRequest""#),
      ("get", #"{"clientToken":1}"#, #""code":"InvalidRequest""#),
      ("x/get", #"{"clientToken":"t"}"#, #""code":"ResourceNotFound""#),
      ("run/get", #"{"executionNumber":2}"#, #""code":"ResourceNotFound""#),
      ("run/get", #"{"includeJobDocument":1}"#, #""code":"InvalidRequest""#),
      ("over/get", "{}", #""code":"TerminalStateReached""#),
      ("start-next", #"{"statusDetails":[]}"#, #""code":"InvalidRequest""#),
      ("start-next", #"{"stepTimeoutInMinutes":0}"#, #""code":"InvalidRequest""#),
      ("run/update", "{}", "status is missing"),
      ("run/update", #"{"status":"QUEUED"}"#, "status is none of"),
      ("run/update", #"{"status":"CANCELED"}"#, "status is none of"),
      ("run/update", #"{"status":"FAILED","expectedVersion":true}"#, "no integer"),
      ("run/update", #"{"status":"FAILED","statusDetails":{"a":1}}"#, "is no text"),
      (
        "run/update", #"{"status":"FAILED","expectedVersion":"1","clientToken":"t"}"#,
        #""code":"VersionMismatch","message":"The version is 2, and not 1","#
          + #""executionState":{"status":"IN_PROGRESS","versionNumber":2},"clientToken":"t"}"#
      ),
      (
        "over/update", #"{"status":"IN_PROGRESS"}"#,
        #""code":"InvalidStateTransition","message":"What is SUCCEEDED cannot become IN_PROGRESS","#
          + #""executionState":{"status":"SUCCEEDED","versionNumber":2}"#
      ),
      ("$next/update", #"{"status":"FAILED"}"#, #""code":"InvalidTopic""#),
      ("other/topic", #"{"clientToken":"t"}"#, #""clientToken":"t"}"#),
    ])
  mutating func refusals(_ topic: String, _ payload: String, _ part: String) {
    _ = create("run")
    _ = ask("run/update", #"{"status":"IN_PROGRESS"}"#)
    _ = create("over")
    _ = ask("over/update", #"{"status":"SUCCEEDED"}"#)
    let answers = ask(topic, payload)
    #expect(answers.count == 1)
    #expect(
      answers[0].hasPrefix("\(topic)/rejected ")
        || answers[0].hasPrefix("$aws/things/lamp1/jobs/\(topic)/rejected "))
    #expect(answers[0].contains(part), "\(answers[0])")
    // Nothing has changed.
    #expect(ask("run/get", "{}")[0].contains(#""versionNumber":2"#))
  }

  @Test("takes a version that is right, as a number or a text", arguments: ["1", #""1""#])
  mutating func rightVersion(_ version: String) {
    _ = create("a")
    let answers = ask("a/update", #"{"status":"IN_PROGRESS","expectedVersion":\#(version)}"#)
    #expect(answers[0] == "a/update/accepted {}")
  }

  @Test("lists 15 in a notification, keeps 100 that wait, and forgets the oldest that are over")
  mutating func bounds() throws {
    for number in 0..<100 { _ = create("j\(number)") }
    let full = create("more")
    #expect(full.count == 1)
    #expect(full[0].contains(#""code":"RequestThrottled""#))
    let notice = ask("j0/update", #"{"status":"SUCCEEDED"}"#)[1]
    #expect(notice.split(separator: "jobId").count == 16)
    for number in 1..<100 { _ = ask("j\(number)/update", #"{"status":"FAILED"}"#) }
    #expect(ask("j0/get", "")[0].contains("TerminalStateReached"))
    _ = create("last")
    _ = ask("last/update", #"{"status":"FAILED"}"#)
    #expect(ask("j0/get", "")[0].contains("ResourceNotFound"))
  }

  @Test("keeps the jobs of things apart")
  mutating func things() {
    _ = create("a")
    let reaction = service.handle(
      "$aws/things/lamp2/jobs/get", payload: [], retained: false, now: 0)
    let body = reaction?.publications.first?.payload
    #expect(body == Array(#"{"inProgressJobs":[],"queuedJobs":[],"timestamp":0}"#.utf8))
    #expect(reaction?.thing == "lamp2")
  }

  @Test("ignores what is retained, answers, and topics elsewhere")
  mutating func strangers() {
    let retained = service.handle(
      "$aws/things/lamp1/jobs/get", payload: [], retained: true, now: 0)
    #expect(retained?.outcome == .ignored)
    #expect(retained?.publications.isEmpty == true)
    for topic in ["get/accepted", "notify", "notify-next", "other/rejected", "x/y/accepted"] {
      #expect(ask(topic, "{}").isEmpty)
    }
    #expect(
      service.handle("$aws/things/lamp1/shadow/get", payload: [], retained: false, now: 0) == nil)
  }
}
