import JSON
import Shadow
import Testing

@Suite("What AWS IoT Jobs tells a thing")
struct JobMessageTests {
  private func message(_ topic: String, _ payload: String) throws -> JobMessage {
    try JobMessage(#require(JobTopic(suffix: topic)), payload: Array(payload.utf8))
  }

  @Test(
    "is a list of what is pending, of which the jobs under way come first",
    arguments: [
      (
        "notify",
        #"{"jobs":{"QUEUED":[{"jobId":"b"},{"jobId":"c"}],"IN_PROGRESS":[{"jobId":"a"}]}}"#
      ),
      (
        "get/accepted",
        #"{"queuedJobs":[{"jobId":"b"},{"jobId":"c"}],"inProgressJobs":[{"jobId":"a"}]}"#
      ),
    ])
  func list(_ topic: String, _ payload: String) throws {
    guard case .pending(let list) = try message(topic, payload).content else {
      Issue.record("no list")
      return
    }
    #expect(list.all.map(\.id) == ["a", "b", "c"])
    #expect(list.all.map(\.status) == [.inProgress, .queued, .queued])
  }

  @Test(
    "is an empty list where nothing is pending",
    arguments: [
      ("notify", #"{"jobs":{},"timestamp":1}"#), ("notify", "{}"),
      ("get/accepted", #"{"inProgressJobs":[],"queuedJobs":[]}"#),
    ])
  func emptyList(_ topic: String, _ payload: String) throws {
    guard case .pending(let list) = try message(topic, payload).content else {
      Issue.record("no list")
      return
    }
    #expect(list.all.isEmpty)
  }

  @Test(
    "is a job, whose numbers may be texts and whose times may be in ms",
    arguments: ["notify-next", "start-next/accepted", "$next/get/accepted", "j/get/accepted"])
  func execution(_ topic: String) throws {
    let payload = """
      {"execution":{"jobId":"j","status":"IN_PROGRESS","statusDetails":{"step":"1"},\
      "queuedAt":1700000000,"startedAt":1700000001500,"lastUpdatedAt":"1700000002",\
      "versionNumber":"2","executionNumber":1.0,"jobDocument":{"a":1.50},"more":[]},\
      "timestamp":1700000003,"clientToken":"t"}
      """
    let message = try message(topic, payload)
    guard case .execution(let execution?) = message.content else {
      Issue.record("no job")
      return
    }
    #expect(message.clientToken == "t")
    #expect(execution.id == "j")
    #expect(execution.status == .inProgress)
    #expect(execution.details["step"] == "1")
    #expect(execution.queuedAt == 1_700_000_000)
    #expect(execution.startedAt == 1_700_000_001)
    #expect(execution.updatedAt == 1_700_000_002)
    #expect(execution.version == 2)
    #expect(execution.number == 1)
    #expect(execution.document?.compact == #"{"a":1.50}"#)
    #expect(payload.contains(JSONValue.object(execution.json).compact))
  }

  @Test(
    "is no job where none is pending",
    arguments: ["{}", #"{"execution":{},"timestamp":1}"#, #"{"execution":null}"#])
  func noExecution(_ payload: String) throws {
    guard case .execution(nil) = try message("notify-next", payload).content else {
      Issue.record("a job")
      return
    }
  }

  @Test("a document that is JSON within a text is that JSON")
  func textDocument() throws {
    let text = try #require(JobExecution(["jobDocument": #"{"a":1}"#])?.document)
    #expect(text.compact == #"{"a":1}"#)
    #expect(try #require(JobExecution(["jobDocument": "do it"])?.document).string == "do it")
  }

  @Test("a status that nobody knows is kept as it came")
  func unknownStatus() throws {
    let execution = try #require(JobExecution(["status": "PAUSED"]))
    #expect(execution.status == nil)
    #expect(execution.statusText == "PAUSED")
  }

  @Test(
    "is a refusal with a code, known or not",
    arguments: JobErrorCode.allCases.map(\.rawValue) + ["Odd"])
  func refusal(_ code: String) throws {
    let payload = """
      {"code":"\(code)","message":"m","executionState":{"status":"FAILED","versionNumber":3}}
      """
    guard case .rejected(let refusal) = try message("j/update/rejected", payload).content else {
      Issue.record("no refusal")
      return
    }
    #expect(refusal.code == JobErrorCode(rawValue: code))
    #expect((refusal.code == nil) == (code == "Odd"))
    #expect(refusal.codeText == code)
    #expect(refusal.message == "m")
    #expect(refusal.state?.status == .failed)
    #expect(refusal.state?.version == 3)
  }

  @Test(
    "is told in words where it cannot be read",
    arguments: [
      ("notify", "{", "is no JSON: line 1, column 2"), ("notify", "[]", "is no JSON object"),
      ("notify", #"{"jobs":[]}"#, "jobs in the message on jobs/notify is no object"),
      ("notify", #"{"jobs":{"QUEUED":{}}}"#, "QUEUED in the message on jobs/notify is no array"),
      ("get/accepted", #"{"queuedJobs":[1]}"#, "queuedJobs in"),
      ("get/accepted", #"{"queuedJobs":[{"a":1}]}"#, "is no array of jobs"),
      ("notify-next", #"{"execution":7}"#, "execution in the message on jobs/notify-next"),
      ("j/update/accepted", #"{"executionState":""}"#, "executionState in"),
      ("j/get/rejected", "{}", "bears no code"), ("get", "{}", "where things ask"),
    ])
  func faults(_ topic: String, _ payload: String, _ words: String) throws {
    let topic = try #require(JobTopic(suffix: topic))
    let fault = try #require(throws: JobMessage.Fault.self) {
      try JobMessage(topic, payload: Array(payload.utf8))
    }
    #expect(fault.words.contains(words))
  }

  @Test("any bytes are read or refused")
  func fuzz() {
    let seed: UInt64 = 7
    var generator = SeededGenerator(seed: seed)
    let seeds = [
      #"{"jobs":{"QUEUED":[{"jobId":"b"}]}}"#, #"{"execution":{"jobId":"j","versionNumber":1}}"#,
      #"{"code":"VersionMismatch","executionState":{}}"#,
    ]
    for _ in 0..<3000 {
      var bytes = Array(seeds[Int.random(in: 0..<3, using: &generator)].utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = .random(
          in: .min ... .max, using: &generator)
      }
      for topic in [JobTopic.notify, .notifyNext, .accepted(.pending), .rejected(.startNext)] {
        do throws(JobMessage.Fault) {
          #expect(try JobMessage(topic, payload: bytes).topic == topic, "seed \(seed)")
        } catch {
          #expect(!error.words.isEmpty, "seed \(seed)")
        }
      }
    }
  }
}
