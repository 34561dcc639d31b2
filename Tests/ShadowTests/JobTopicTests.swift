import Shadow
import Testing

@Suite("Topics of AWS IoT Jobs")
struct JobTopicTests {
  private static let rows: [(String, JobTopic)] = {
    guard let job = JobID("fw-1_A"), let odd = JobID("get") else { return [] }
    return [
      ("notify", .notify), ("notify-next", .notifyNext),
      ("get", .request(.pending)), ("get/accepted", .accepted(.pending)),
      ("get/rejected", .rejected(.pending)), ("start-next", .request(.startNext)),
      ("start-next/accepted", .accepted(.startNext)), ("$next/get", .request(.describe(.next))),
      ("$next/get/rejected", .rejected(.describe(.next))),
      ("fw-1_A/get", .request(.describe(job))), ("fw-1_A/get/accepted", .accepted(.describe(job))),
      ("fw-1_A/update", .request(.update(job))),
      ("fw-1_A/update/rejected", .rejected(.update(job))), ("get/get", .request(.describe(odd))),
    ]
  }()

  @Test("are read as they are written", arguments: rows)
  func roundTrip(_ suffix: String, _ topic: JobTopic) throws {
    let text = "$aws/things/lamp1/jobs/\(suffix)"
    #expect(topic.topic(of: "lamp1") == text)
    let (thing, parsed) = try #require(JobTopic.parse(topic: text))
    #expect(thing == "lamp1")
    #expect(parsed == topic)
  }

  @Test("there are the ones that AWS tells of, and no others")
  func count() { #expect(Self.rows.count == 14) }

  @Test(
    "anything else is none of them",
    arguments: [
      "$aws/things/lamp1/jobs", "$aws/things/lamp1/jobs/", "$aws/things/lamp1/jobs/other",
      "$aws/things/lamp1/jobs/fw-1", "$aws/things/lamp1/jobs/$next/update",
      "$aws/things/lamp1/jobs/a b/get", "$aws/things/lamp1/jobs/accepted",
      "$aws/things/lamp1/jobs/fw-1/get/accepted/rejected", "$aws/things/lamp1/shadow/get",
      "$aws/things/lamp1/jobs/fw/1/get", "aws/things/lamp1/jobs/get",
    ])
  func strangers(_ topic: String) { #expect(JobTopic.parse(topic: topic) == nil) }

  @Test(
    "a job's name has 1 to 64 of a few characters",
    arguments: [
      ("fw-1_A", true), (String(repeating: "x", count: 64), true), ("", false),
      (String(repeating: "x", count: 65), false), ("a b", false), ("å", false), ("$next", false),
      ("a/b", false),
    ])
  func names(_ text: String, _ isName: Bool) { #expect((JobID(text) != nil) == isName) }

  @Test(
    "nothing follows a status that is terminal, and a thing sets four",
    arguments: JobStatus.allCases)
  func transitions(_ status: JobStatus) {
    let next = JobStatus.allCases.filter(status.mayBecome)
    #expect(next == (status.isTerminal ? [] : [.inProgress, .succeeded, .failed, .rejected]))
    #expect(status.isTerminal == ![.queued, .inProgress].contains(status))
  }
}
