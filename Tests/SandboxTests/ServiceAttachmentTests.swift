import JSON
import Sandbox
import Shadow
import Synchronization
import TestSupport
import Testing

@Suite("The shadow service behind the broker")
struct ServiceAttachmentTests {
  @Test(
    "answers a thing's requests, classic and named, in a strict sandbox too",
    arguments: [false, true])
  func answers(strict: Bool) throws {
    let sandbox = try TestSandbox(strict: strict)
    // As the owner: in a strict sandbox the thing's publisher would throw its subscriber out.
    let thing = try subscription(
      in: sandbox, to: ["get/+", "update/+", "name/night/update/+"], as: sandbox.batch.owner)
    try publish(#"{"clientToken":"a"}"#, to: "get", in: sandbox)
    #expect(try thing.waitForMessages(1)[0].hasPrefix("get/rejected {\"code\":404,"))
    try publish(#"{"state":{"reported":{"on":true}}}"#, to: "update", in: sandbox)
    let answers = try thing.waitForMessages(3).dropFirst()
    #expect(answers.map { $0.prefix { $0 != " " } } == ["update/accepted", "update/documents"])
    try publish(#"{"state":{"desired":{"on":true}}}"#, to: "name/night/update", in: sandbox)
    let named = try thing.waitForMessages(6).dropFirst(3)
    #expect(
      named.map { $0.prefix { $0 != " " } } == [
        "name/night/update/accepted", "name/night/update/delta", "name/night/update/documents",
      ])
  }

  @Test("handles requests one after another, in their order")
  func order() throws {
    let sandbox = try TestSandbox()
    let thing = try subscription(in: sandbox, to: ["update/accepted"])
    try publish(
      #"{"state":{"reported":{"on":true}}}"#, to: "update", in: sandbox, more: ["--repeat", "50"])
    let versions = try thing.waitForMessages(50).map { message in
      try JSONParser.parse(String(message.drop { $0 != "{" })).object?["version"]?.integer
    }
    #expect(versions == (1...50).map { Int64($0) })
  }

  @Test("answers a request whose answer is several times as long, and those after it")
  func longAnswer() throws {
    let sandbox = try TestSandbox()
    let thing = try subscription(in: sandbox, to: ["update/accepted", "get/+"])
    let nulls = (0..<9000).map { "\"k\($0)\":null" }.joined(separator: ",")
    try publish("{\"state\":{\"reported\":{\(nulls)}}}", to: "update", in: sandbox)
    try publish("", to: "get", in: sandbox)
    let answers = try thing.waitForMessages(2)
    #expect(answers[0].hasPrefix("update/accepted "))
    #expect(answers[0].utf8.count > 131_072)
    #expect(answers[1].hasPrefix("get/accepted "))
  }

  @Test("ignores a request out of the broker's store")
  func retained() throws {
    let broker = try TestBroker()
    let update = "$aws/things/lamp1/shadow/update"
    try MosquittoClient.publish(
      #"{"state":{"reported":{"on":true}}}"#, to: update, as: broker.batch.thing("lamp1"),
      of: broker.batch, port: broker.port, more: ["-r"])
    let requests = Mutex<[AnsweredRequest]>([])
    let service = try ServiceAttachment.start(in: broker.batch, port: broker.port) { request in
      requests.withLock { $0.append(request) }
    }
    let thing = try Subscription(
      to: ["$aws/things/lamp1/shadow/get/+"], as: broker.batch.thing("lamp1"), of: broker.batch,
      port: broker.port)
    try MosquittoClient.publish(
      "", to: "$aws/things/lamp1/shadow/get", as: broker.batch.thing("lamp1"), of: broker.batch,
      port: broker.port)
    #expect(try thing.waitForMessages(1)[0].contains("get/rejected"))
    service.stop()
    #expect(requests.withLock { $0.map(\.operation) } == [.get])
  }

  @Test("tells of each request what became of it")
  func log() async throws {
    let requests = Recorder<String>()
    let sandbox = try TestSandbox { event in
      guard case .request(let request) = event else { return }
      let outcome =
        switch request.outcome {
        case .accepted: "accepted"
        case .rejected(let error): "\(error.code)"
        }
      let shadow = request.address.shadow ?? "classic"
      let version = request.version.map { "\($0)" } ?? "-"
      requests.record(
        "\(request.address.thing) \(shadow) \(request.operation) \(outcome) \(version) \(request.bytes)"
      )
    }
    try publish("", to: "get", in: sandbox)
    try publish(#"{"state":{"reported":{"a":1}}}"#, to: "update", in: sandbox)
    try publish("nonsense", to: "name/night/update", in: sandbox)
    try publish("", to: "get", in: sandbox)
    try publish("", to: "delete", in: sandbox)
    try await requests.wait(for: "deletion") { $0.contains(" delete ") }
    #expect(
      requests.events == [
        "lamp1 classic get 404 - 0", "lamp1 classic update accepted 1 30",
        "lamp1 night update 400 - 8", "lamp1 classic get accepted 1 0",
        "lamp1 classic delete accepted 1 0",
      ])
  }

  // MARK: -

  private func subscription(
    in sandbox: borrowing TestSandbox, to suffixes: [String], as identity: IdentityFolder? = nil
  ) throws -> ShortSubscription {
    ShortSubscription(
      subscription: try Subscription(
        to: suffixes.map { "\(prefix)\($0)" },
        as: identity ?? sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port))
  }

  private func publish(
    _ message: String, to suffix: String, in sandbox: borrowing TestSandbox, more: [String] = []
  ) throws {
    try MosquittoClient.publish(
      message, to: "\(prefix)\(suffix)", as: sandbox.batch.thing("lamp1"), of: sandbox.batch,
      port: sandbox.port, more: more)
  }
}

private let prefix = "$aws/things/lamp1/shadow/"

/// Leaves out what all topics of the shadow have in common.
private struct ShortSubscription: ~Copyable {
  let subscription: Subscription

  func waitForMessages(_ count: Int) throws -> [String] {
    try subscription.waitForMessages(count).map { String($0.dropFirst(prefix.count)) }
  }
}
