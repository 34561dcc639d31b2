import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("The sandbox's broker")
struct BrokerTests {
  @Test(
    "takes a thing's certificate under every name of this machine",
    arguments: ["localhost", "127.0.0.1"])
  func names(host: String) throws {
    let sandbox = try TestBroker()
    try MosquittoClient.publish(
      "{}", to: "$aws/things/lamp1/shadow/get", as: sandbox.batch.thing("lamp1"),
      of: sandbox.batch, port: sandbox.port, host: host)
  }

  @Test("refuses whoever has no certificate")
  func noCertificate() throws {
    let sandbox = try TestBroker()
    let answer = try ChildProcess.run(
      [
        "mosquitto_pub", "-h", "localhost", "-p", "\(sandbox.port)", "--cafile",
        sandbox.batch.authority,
        "--tls-version", "tlsv1.2", "-t", "$aws/things/lamp1/shadow/get", "-m", "{}",
      ])
    #expect(answer.ending != .exited(0))
  }

  @Test("refuses a certificate of another authority")
  func foreignCertificate() throws {
    let sandbox = try TestBroker()
    let folder = try TemporaryFolder()
    let stranger = IdentityFolder(path: folder.path("lamp1"))
    try stranger.write(
      CertificateAuthority(validity: .aroundNow).issue(
        CertificateRequest(commonName: "lamp1", purpose: .client, validity: .aroundNow)))
    #expect(throws: ChildProcess.Failure.self) {
      try MosquittoClient.publish(
        "{}", to: "$aws/things/lamp1/shadow/get", as: stranger, of: sandbox.batch,
        port: sandbox.port)
    }
  }

  @Test("lets a thing publish its own requests, classic and named, and MIC's topics")
  func ownTopics() throws {
    let sandbox = try TestBroker()
    let owner = try Subscription(
      to: ["$aws/things/#", "tcxn/#"], as: sandbox.batch.owner, of: sandbox.batch,
      port: sandbox.port)
    let topics = [
      "$aws/things/lamp1/shadow/get", "$aws/things/lamp1/shadow/update",
      "$aws/things/lamp1/shadow/delete", "$aws/things/lamp1/shadow/name/night/get",
      "$aws/things/lamp1/shadow/name/night/update", "$aws/things/lamp1/shadow/name/night/delete",
      "tcxn/things/lamp1/shadow/backdate",
    ]
    for topic in topics {
      try MosquittoClient.publish(
        "{}", to: topic, as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
    }
    #expect(try owner.waitForMessages(topics.count) == topics.map { "\($0) {}" })
  }

  @Test(
    "drops what a thing may not publish",
    arguments: [
      "$aws/things/lamp2/shadow/update", "$aws/things/lamp1/shadow/update/accepted",
      "$aws/things/lamp1/shadow/name/night/update/delta", "$aws/things/lamp1/shadow",
      "tcxn/things/lamp2/shadow/update", "other/topic",
    ])
  func foreignTopics(topic: String) throws {
    let sandbox = try TestBroker()
    let owner = try Subscription(
      to: ["$aws/things/#", "#"], as: sandbox.batch.owner, of: sandbox.batch, port: sandbox.port)
    for topic in [topic, "$aws/things/lamp1/shadow/get"] {
      try MosquittoClient.publish(
        "{}", to: topic, as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
    }
    // The allowed one came second: the first would have been here by now.
    #expect(try owner.waitForMessages(1) == ["$aws/things/lamp1/shadow/get {}"])
  }

  @Test("shows a thing nothing of other things")
  func foreignReading() throws {
    let sandbox = try TestBroker()
    let lamp2 = try Subscription(
      to: ["$aws/things/#", "tcxn/#"], as: sandbox.batch.thing("lamp2"), of: sandbox.batch,
      port: sandbox.port)
    for thing in ["lamp1", "lamp2"] {
      try MosquittoClient.publish(
        "{}", to: "$aws/things/\(thing)/shadow/update", as: sandbox.batch.owner,
        of: sandbox.batch, port: sandbox.port)
    }
    #expect(try lamp2.waitForMessages(1) == ["$aws/things/lamp2/shadow/update {}"])
  }

  @Test("lets the owner ask for every thing but publish no answers")
  func ownerTopics() throws {
    let sandbox = try TestBroker()
    let reader = try Subscription(
      to: ["$aws/things/#"], as: sandbox.batch.owner, of: sandbox.batch, port: sandbox.port)
    for topic in [
      "$aws/things/lamp1/shadow/update/accepted", "$aws/things/lamp2/shadow/update",
    ] {
      try MosquittoClient.publish(
        "{}", to: topic, as: sandbox.batch.owner, of: sandbox.batch, port: sandbox.port)
    }
    #expect(try reader.waitForMessages(1) == ["$aws/things/lamp2/shadow/update {}"])
  }

  @Test(
    "takes any client id, and in strict mode makes it the thing's name",
    arguments: [false, true])
  func clientIdentity(strict: Bool) async throws {
    let sandbox = try TestBroker(strict: strict)
    try MosquittoClient.publish(
      "{}", to: "$aws/things/lamp1/shadow/get", as: sandbox.batch.thing("lamp1"),
      of: sandbox.batch, port: sandbox.port, more: ["-i", "somebody"])
    let name = strict ? "lamp1" : "somebody"
    // The broker's words come through a pipe, later than its answers.
    let broker = sandbox.broker
    try await waitUntil("the broker names \(name)") {
      broker.log.contains { $0.contains(" as \(name) ") }
    }
  }

  @Test("listens on loopback and nowhere else")
  func loopback() throws {
    let sandbox = try TestBroker()
    let process = try #require(sandbox.broker.processIdentifier)
    let addresses = try ListeningSockets.addresses(of: process)
    #expect(!addresses.isEmpty)
    #expect(addresses.allSatisfy { ["127.0.0.1", "::1"].contains($0) }, "\(addresses)")
  }

  @Test("comes back on its port after a crash")
  func restart() throws {
    let sandbox = try TestBroker()
    let before = try #require(sandbox.broker.processIdentifier)
    sandbox.broker.kill()
    #expect(sandbox.broker.processIdentifier == nil)
    try sandbox.broker.restart()
    #expect(sandbox.broker.processIdentifier != before)
    try MosquittoClient.publish(
      "{}", to: "$aws/things/lamp1/shadow/get", as: sandbox.batch.thing("lamp1"),
      of: sandbox.batch, port: sandbox.port)
  }

  @Test("tells when it ends by itself, and only then")
  func unexpectedEnd() async throws {
    let folder = try TemporaryFolder()
    let batch = BatchFolder(path: folder.path)
    try batch.fill(things: ["lamp1"], key: .elliptic, validity: .aroundNow)
    let exits = Recorder<String>()
    let broker = try Broker.start(in: batch, onExit: { exits.record($0.description) })
    for _ in 1...8 {
      broker.stop()
      try broker.restart()
    }
    kill(try #require(broker.processIdentifier), SIGKILL)
    try await exits.wait(for: "end") { _ in true }
    #expect(exits.events == ["was ended by signal 9"])
    broker.stop()
  }

  @Test("says so when its port is taken")
  func takenPort() throws {
    let sandbox = try TestBroker()
    let folder = try TemporaryFolder()
    let batch = BatchFolder(path: folder.path)
    try batch.fill(things: [], key: .elliptic, validity: .aroundNow)
    let error = #expect(throws: SandboxError.self) {
      try Broker.start(in: batch, port: sandbox.port)
    }
    #expect(error?.description.contains("port \(sandbox.port) is taken") == true)
  }

  @Test("is gone when nobody holds it any more")
  func release() throws {
    let process: pid_t
    do {
      let sandbox = try TestBroker()
      process = try #require(sandbox.broker.processIdentifier)
    }
    #expect(kill(process, 0) != 0)
  }
}
