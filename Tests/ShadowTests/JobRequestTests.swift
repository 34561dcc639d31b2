import JSON
import Shadow
import Testing

@Suite("What a thing asks of AWS IoT Jobs")
struct JobRequestTests {
  private static let rows: [(JobRequest, String, String)] = {
    guard let job = JobID("fw-1") else { return [] }
    return [
      (.pending, "get", #"{"clientToken":"t"}"#),
      (.startNext(details: nil), "start-next", #"{"clientToken":"t"}"#),
      (
        .startNext(details: ["a": "b"]), "start-next",
        #"{"statusDetails":{"a":"b"},"clientToken":"t"}"#
      ),
      (
        .describe(.next, includesDocument: true), "$next/get",
        #"{"includeJobDocument":true,"clientToken":"t"}"#
      ),
      (
        .describe(job, includesDocument: false), "fw-1/get",
        #"{"includeJobDocument":false,"clientToken":"t"}"#
      ),
      (
        .update(job, JobUpdate(.failed)), "fw-1/update",
        #"{"status":"FAILED","includeJobExecutionState":true,"clientToken":"t"}"#
      ),
      (
        .update(
          job,
          JobUpdate(.inProgress, details: ["a": "b"], expectedVersion: 2, executionNumber: 1)),
        "fw-1/update",
        #"{"status":"IN_PROGRESS","statusDetails":{"a":"b"},"expectedVersion":2,"#
          + #""executionNumber":1,"includeJobExecutionState":true,"clientToken":"t"}"#
      ),
    ]
  }()

  @Test("is the topic and the bytes that AWS's pages show", arguments: rows.indices)
  func publication(_ row: Int) throws {
    let (request, topic, payload) = Self.rows[row]
    let publication = request.publication(of: "lamp1", token: try #require(ClientToken("t")))
    #expect(publication.topic == "$aws/things/lamp1/jobs/\(topic)")
    #expect(String(decoding: publication.payload, as: UTF8.self) == payload)
  }

  @Test(
    "has details within AWS's limits",
    arguments: [
      ("{}", nil), (#"{"progress":"50 %","a:b_c-1":"ü"}"#, nil), (#"{"":"x"}"#, "names no detail"),
      (#"{"a b":"x"}"#, "names no detail"), (#"{"a":1}"#, "is no text"),
      (#"{"a":""}"#, "is empty"), (#"{"a":"\n"}"#, "is empty, or holds a control"),
      (#"{"a":"\u202e"}"#, "or invisible character"),
      (#"{"a":"\#(String(repeating: "x", count: 1024))"}"#, nil),
      (#"{"a":"\#(String(repeating: "x", count: 1025))"}"#, "more than 1024"),
      (#"{"\#(String(repeating: "k", count: 129))":"x"}"#, "names no detail"),
      ("{" + (0..<10).map { "\"k\($0)\":\"x\"" }.joined(separator: ",") + "}", nil),
      ("{" + (0..<11).map { "\"k\($0)\":\"x\"" }.joined(separator: ",") + "}", "holds 11 pairs"),
      (#"{"a":"x","a":"y"}"#, nil),
    ] as [(String, String?)])
  func details(_ text: String, _ words: String?) throws {
    let fault = JobDetails.fault(in: try #require(JSONParser.parse(text).object))
    #expect(words.map { fault?.contains($0) == true } ?? (fault == nil), "\(fault ?? "")")
  }

  @Test("details are written over those that are there, pair by pair")
  func merging() {
    let merged = JobDetails.merged(["a": "1", "b": "2"], with: ["b": "3", "c": "4"])
    #expect(JSONValue.object(merged).compact == #"{"a":"1","b":"3","c":"4"}"#)
  }
}
