import JSON
import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

@Suite("The presence of a thing")
struct PresenceTests {
  private static let offline = #"{"state":{"reported":{"tcxn":{"connection_status":0}}}}"#

  /// What is told on the topic from which MIC hands on, and on the shadow's own.
  private func told(in sandbox: borrowing TestSandbox) throws -> Subscription {
    try Subscription(
      to: ["tcxn/things/lamp1/shadow/update", "$aws/things/lamp1/shadow/update/accepted"],
      as: sandbox.batch.owner, of: sandbox.batch, port: sandbox.port)
  }

  private func configuration(_ sandbox: borrowing TestSandbox) throws -> LinkConfiguration {
    var configuration = try sandbox.configuration()
    configuration.presence = try Presence(of: "lamp1")
    return configuration
  }

  @Test("is no affair of a session that is not asked to tell it")
  func unasked() async throws {
    let sandbox = try TestSandbox()
    let told = try told(in: sandbox)
    let session = RecordedSession(try sandbox.configuration())
    _ = try await session.outcome(of: .get)
    session.session.stop()
    try MosquittoClient.publish(
      #"{"state":{"reported":{"a":1}}}"#, to: "$aws/things/lamp1/shadow/update",
      as: sandbox.batch.owner, of: sandbox.batch, port: sandbox.port)
    #expect(try told.waitForMessages(1).allSatisfy { !$0.contains("connection_status") })
  }

  @Test(
    "is 2 once connected, in the first document already, and 0 after a good-bye, without a will",
    arguments: [false, true])
  func goodbye(processEnds: Bool) async throws {
    let sandbox = try TestSandbox()
    let told = try told(in: sandbox)
    let session = RecordedSession(try configuration(sandbox))
    guard case .accepted(_, let body, _) = try await session.outcome(of: .get).outcome else {
      throw Unexpected()
    }
    #expect(body.compact.contains(#""connection_status":2"#))
    let start = ContinuousClock.now
    if processEnds { session.session.leave() } else { session.session.stop() }
    #expect(ContinuousClock.now - start < .seconds(1))
    let messages = try told.waitForMessages(2)
    #expect(messages.map { $0.contains(#""connection_status":2"#) } == [true, false])
    #expect(messages[1].contains(#""connection_status":0"#))
    #expect(messages.allSatisfy { $0.hasPrefix("$aws/") })
  }

  @Test("is told as a request of ours each time that it leaves")
  func told() async throws {
    let sandbox = try TestSandbox()
    let session = RecordedSession(try configuration(sandbox))
    try await session.events.wait(for: "the report") { event in
      guard case .sent(let publication, let token, _) = event else { return false }
      return publication.topic == "$aws/things/lamp1/shadow/update"
        && String(decoding: publication.payload, as: UTF8.self).contains(token.text)
    }
  }

  @Test("is 0 by last will when the connection is cut, and 2 again after it")
  func cut() async throws {
    let sandbox = try TestSandbox()
    let told = try told(in: sandbox)
    let session = RecordedSession(try configuration(sandbox))
    let first = try await session.online().place
    _ = try told.waitForMessages(1)
    // Another client of the same name has it thrown out, and goes at once.
    let other = try ChildProcess([
      "mosquitto_pub", "-h", "localhost", "-p", "\(sandbox.port)", "--cafile",
      sandbox.batch.authority, "--cert", sandbox.batch.thing("lamp1").certificate, "--key",
      sandbox.batch.thing("lamp1").privateKey, "-V", "mqttv311", "-i", "lamp1", "-t",
      "$aws/things/lamp1/other", "-m", "x",
    ])
    #expect(try other.waitForEnd(seconds: 15) == .exited(0))
    _ = try await session.online(from: first + 1)
    let messages = try told.waitForMessages(4)
    #expect(messages.contains("tcxn/things/lamp1/shadow/update \(Self.offline)"))
    let statuses = messages.filter { $0.hasPrefix("$aws/") }
      .map { $0.contains(#""connection_status":2"#) }
    #expect(statuses == [true, false, true])
    session.session.stop()
  }

  @Test("does not hold up who quits without a connection, or with a broker that says nothing")
  func bounded() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      for _ in 0..<2 { try client.grantSubscribe() }
      client.waitForEnd()
    }
    var configuration = try keys.configuration(port: peer.port)
    configuration.presence = try Presence(of: "lamp1")
    let session = RecordedSession(configuration)
    _ = try await session.online()
    let start = ContinuousClock.now
    session.session.stop()
    #expect(ContinuousClock.now - start < .seconds(2))
    configuration.endpoint = Endpoint(host: "127.0.0.1", port: 1)
    let offline = RecordedSession(configuration)
    let anew = ContinuousClock.now
    offline.session.stop()
    #expect(ContinuousClock.now - anew < .milliseconds(900))
  }

  @Test("has MIC's form and its topic for a last will")
  func will() throws {
    let will = try Presence(of: "lamp1__pump").will.publication
    #expect(will.topic == "tcxn/things/lamp1__pump/shadow/update")
    #expect(String(decoding: will.payload, as: UTF8.self) == Self.offline)
  }

  @Test("a last will on a topic of AWS's own is refused with the reason")
  func reserved() {
    let publication = Publication(topic: "$aws/things/lamp1/shadow/update", payload: [])
    let error = #expect(throws: LastWillError.self) { try LastWill(publication) }
    #expect(error == .reservedTopic("$aws/things/lamp1/shadow/update"))
    #expect(error?.cause.contains("ignores last wills on topics that start with $") == true)
    #expect(error?.remedy.contains("tcxn/things/THING/shadow/update") == true)
  }

  @Test("a last will needs a topic to publish on", arguments: ["", "a/+/b", "a/#", "a\u{0}b"])
  func topics(_ topic: String) {
    #expect(throws: LastWillError.noTopic(topic)) {
      try LastWill(Publication(topic: topic, payload: []))
    }
  }
}
