import Glibc
import JSON
import Sandbox
import Shadow
import TestSupport
import Testing

@Suite("MIC's additions to the sandbox, used by stock clients")
struct MICTests {
  @Test("an update with MIC's timestamp is accepted, and the shadow knows nothing of it")
  func timestamp() throws {
    let sandbox = try TestSandbox()
    let documents = try subscription(in: sandbox, to: ["$aws/things/lamp1/shadow/update/+"])
    try publish(
      #"{"state":{"reported":{"a":1}},"timestamp":1600000000000}"#,
      to: "$aws/things/lamp1/shadow/update", in: sandbox)
    let messages = try documents.waitForMessages(2)
    #expect(messages[0].hasPrefix("$aws/things/lamp1/shadow/update/accepted "))
    #expect(!messages.joined().contains("1600000000"))
  }

  @Test("a last will reaches the shadow when its client dies")
  func will() throws {
    let sandbox = try TestSandbox()
    let answers = try subscription(in: sandbox, to: ["$aws/things/lamp1/shadow/update/accepted"])
    let lamp = sandbox.batch.thing("lamp1")
    let device = try ChildProcess([
      "stdbuf", "-oL", "mosquitto_sub", "-h", "localhost", "-p", "\(sandbox.port)", "--cafile",
      sandbox.batch.authority, "--cert", lamp.certificate, "--key", lamp.privateKey, "-V",
      "mqttv311", "-d", "-t", "$aws/things/lamp1/shadow/update/delta", "--will-qos", "1",
      "--will-topic", "tcxn/things/lamp1/shadow/update", "--will-payload",
      #"{"state":{"reported":{"tcxn":{"connection_status":0}}}}"#,
    ])
    try device.wait(for: "subscription") { $0.outputText.contains("Subscribed (") }
    device.signal(SIGKILL)
    #expect(try answers.waitForMessages(1)[0].contains(#""connection_status":0"#))
  }

  @Test("a backdated document is counted in the log and changes no shadow")
  func backdate() async throws {
    let log = Recorder<String>()
    let sandbox = try TestSandbox { log.record(line(of: $0)) }
    let answers = try subscription(
      in: sandbox, to: ["$aws/things/lamp1/shadow/#", "tcxn/things/lamp1/#"])
    let documents = [
      #"{"state":{"reported":{"a":1}},"timestamp":1600000000000}"#, "{}",
      #"{"state":{"reported":{"a":2}},"timestamp":1600000060000}"#,
    ]
    for document in documents {
      try publish(document, to: "tcxn/things/lamp1/shadow/backdate", in: sandbox)
    }
    try publish("", to: "$aws/things/lamp1/shadow/get", in: sandbox)
    try await log.wait(for: "the get") { $0 == "get" }
    #expect(
      log.events == [
        "lamp1 backdate stored as number 1, of 2020-09-13 12:26:40 UTC",
        "lamp1 backdate not stored: Missing required node: state",
        "lamp1 backdate stored as number 2, of 2020-09-13 12:27:40 UTC", "get",
      ])
    let messages = try answers.waitForMessages(5)
    #expect(messages.filter { !$0.hasPrefix("tcxn/things/lamp1/shadow/backdate ") }.count == 2)
    #expect(messages[4].contains("404"))
    let kept = sandbox.running.observations(of: "lamp1").map { String(decoding: $0, as: UTF8.self) }
    #expect(kept == [documents[0], documents[2]])
    #expect(sandbox.running.observations(of: "lamp2").isEmpty)
  }

  @Test("the invoke service answers a thing with the time")
  func currentTime() throws {
    let sandbox = try TestSandbox()
    let response = "tcxn/things/lamp1/fn/invoke/response"
    let answers = try subscription(in: sandbox, to: [response])
    let before = Int64(time(nil)) * 1000
    try publish(
      #"{"FunctionName":"GetCurrentTimeEpoch"}"#, to: "tcxn/things/lamp1/fn/invoke", in: sandbox)
    let message = try answers.waitForMessages(1)[0]
    let now = try #require(Int64(message.dropFirst(response.utf8.count + 1)))
    #expect((before...before + 20_000).contains(now))
  }

  @Test("a signed URL reaches the thing and no log")
  func signedURL() async throws {
    let log = Recorder<String>()
    let sandbox = try TestSandbox { log.record(line(of: $0)) }
    let response = "tcxn/things/lamp1/fn/invoke/response"
    let answers = try subscription(in: sandbox, to: [response])
    try publish(
      #"{"FunctionName":"GetSignedUrl","Payload":"{\"Key\":\"f.bin\",\"Operation\":\"putObject\"}"}"#,
      to: "tcxn/things/lamp1/fn/invoke", in: sandbox)
    let message = try answers.waitForMessages(1)[0]
    #expect(message.hasPrefix("\(response) https://files.sandbox.invalid/things/lamp1/f.bin?"))
    #expect(message.contains("&X-Amz-Expires=300&X-Amz-Signature="))
    try await log.wait(for: "the call") { $0 == "lamp1 invoke answered GetSignedUrl" }
    #expect(log.events.count == 1)
  }

  @Test("a faulty call is answered in the sandbox's own form")
  func faultyCall() throws {
    let sandbox = try TestSandbox()
    let answers = try subscription(in: sandbox, to: ["tcxn/things/lamp1/fn/invoke/response"])
    try publish(#"{"FunctionName":"Sing"}"#, to: "tcxn/things/lamp1/fn/invoke", in: sandbox)
    let message = try answers.waitForMessages(1)[0]
    let body = try JSONParser.parse(String(message.drop { $0 != "{" })).object
    #expect(body?["errorType"] == "UnknownFunction")
  }

  // MARK: -

  private func subscription(
    in sandbox: borrowing TestSandbox, to topics: [String]
  ) throws -> Subscription {
    try Subscription(
      to: topics, as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
  }

  private func publish(
    _ message: String, to topic: String, in sandbox: borrowing TestSandbox
  ) throws {
    try MosquittoClient.publish(
      message, to: topic, as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
  }
}

private func line(of event: SandboxEvent) -> String {
  if case .micRequest(let request) = event {
    return "\(request.thing) \(request.topic) \(request.outcome)"
  }
  guard case .request(let request) = event else { return "something else" }
  return "\(request.operation)"
}
