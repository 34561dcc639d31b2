import COpenSSL
import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

/// Each of these is a sentence that a person will read; the wording is part of the test.
@Suite("A connection that fails")
struct FailureTests {
  @Test("to a name that does not resolve names it and goes on trying")
  func unresolvable() async throws {
    let keys = try Keys()
    let link = RecordedLink(try keys.configuration(port: 8883, host: "broker.invalid"))
    let (_, failure, retry) = try await link.lost()
    #expect(failure.kind == .notResolved)
    #expect(failure.what == "The host broker.invalid cannot be found.")
    #expect(failure.remedy == "Check the endpoint and the network.")
    #expect(retry != nil)
  }

  @Test("to a port on which nothing listens says so and goes on trying")
  func refused() async throws {
    let keys = try Keys()
    let port = try closedPort()
    let link = RecordedLink(try keys.configuration(port: port))
    let (_, failure, retry) = try await link.lost()
    #expect(failure.kind == .refused)
    #expect(failure.what == "127.0.0.1:\(port) refused the connection.")
    #expect(failure.cause.hasPrefix("Nothing listens on that port"))
    #expect(try #require(retry) <= 1000)
  }

  @Test(
    "to a port that speaks no TLS says so",
    arguments: ["", "220 mail.example ESMTP\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"])
  func noTLS(_ answer: String) async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer { client, _ in
      // What is left unread when it closes would make the end a reset.
      try client.readPlain()
      guard !answer.isEmpty else { return }
      try client.send(Array(answer.utf8))
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    let failure = try await link.lost().failure
    #expect(failure.kind == .noTLS)
    #expect(failure.what.contains("speak"))
    #expect(failure.remedy.hasSuffix("MQTT over TLS usually has 8883, without it 1883."))
  }

  @Test("to a port that resets the connection does not spin")
  func reset() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer { client, _ in client.resetAtEnd() }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    #expect(try await link.lost().failure.step == .tls)
  }

  @Test("to a broker of another authority names both")
  func wrongAuthority() async throws {
    let broker = try TestBroker()
    let keys = try Keys()
    var configuration = try broker.configuration()
    configuration.trust = try Trust.find(given: keys.authorityPath)
    let link = RecordedLink(configuration)
    let (_, failure, retry) = try await link.lost()
    #expect(failure.kind == .wrongAuthority)
    #expect(
      failure.what
        == "The broker's certificate is signed by an authority that is not trusted here.")
    #expect(failure.cause.contains("CN=shadowscope sandbox CA"))
    #expect(failure.cause.contains(keys.authorityPath))
    #expect(retry == nil, "trying again cannot help")
  }

  @Test("to a broker under another name says for which names its certificate is")
  func hostMismatch() async throws {
    let broker = try TestBroker(
      server: CertificateRequest(
        commonName: "localhost", purpose: .server, hosts: ["other.example"],
        addresses: ["192.0.2.7"], validity: .aroundNow))
    for host in ["localhost", "127.0.0.1"] {
      let link = RecordedLink(try broker.configuration(host: host))
      let (_, failure, retry) = try await link.lost()
      #expect(failure.kind == .hostMismatch)
      #expect(failure.what == "The broker's certificate is not for \(host).")
      #expect(failure.cause == "It is for other.example, 192.0.2.7.")
      #expect(retry == nil)
    }
  }

  @Test("to a broker whose certificate has no alternative name does not fall back to the subject")
  func subjectAlone() async throws {
    let broker = try TestBroker(
      server: CertificateRequest(
        commonName: "localhost", purpose: .server, validity: .aroundNow))
    let link = RecordedLink(try broker.configuration())
    #expect(try await link.lost().failure.kind == .hostMismatch)
  }

  @Test("for an expired server certificate names its end and our clock")
  func expiredServer() async throws {
    let keys = try Keys(server: .loopbackServer(validity: .past))
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in client.waitForEnd() }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    let failure = try await link.lost().failure
    #expect(failure.kind == .serverCertificateExpired)
    #expect(failure.cause.contains("was valid until 20"))
    #expect(failure.cause.contains("it is now 20"))
  }

  @Test("for a server certificate from the future suspects our clock")
  func futureServer() async throws {
    let keys = try Keys(server: .loopbackServer(validity: .future))
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in client.waitForEnd() }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    let failure = try await link.lost().failure
    #expect(failure.kind == .serverCertificateNotYetValid)
    #expect(failure.remedy == "The clock is probably behind: set it.")
  }

  @Test("for a server that shows a client's certificate says that it cannot be used")
  func wrongPurpose() async throws {
    let keys = try Keys(
      server: CertificateRequest(
        commonName: "x", purpose: .client, hosts: ["localhost"], addresses: ["127.0.0.1"],
        validity: .aroundNow))
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in client.waitForEnd() }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    #expect(try await link.lost().failure.kind == .serverCertificateUnusable)
  }

  // Under TLS 1.3 the refusal comes after our handshake is over. On loopback it can even come, with
  // a reset that takes its reason along, before the library has sent CONNECT; then the next attempt
  // tells. Several times, since it is a race.
  @Test("for a thing that the broker does not know says so", arguments: 1...5)
  func refusedClient(_: Int) async throws {
    let broker = try TestBroker()
    let keys = try Keys()
    var configuration = try broker.configuration()
    configuration.credentials = try Credentials.load(ThingFolder(path: keys.thingPath))
    let link = RecordedLink(configuration)
    var (place, failure, retry) = try await link.lost()
    while failure.kind == .closedAfterConnect {
      (place, failure, retry) = try await link.lost(from: place + 1)
    }
    #expect(failure.kind == .clientCertificateRefused)
    #expect(failure.what == "The broker refuses the thing's certificate.")
    #expect(failure.cause == "It does not know the authority that issued the certificate.")
    #expect(retry == nil)
  }

  @Test(
    "at CONNECT follows the code that the broker gives",
    arguments: [
      (1, .protocolRefused, false), (2, .clientIDRefused, false), (3, .serverUnavailable, true),
      (4, .notAuthorised, false), (5, .notAuthorised, false), (6, .malformed, true),
      (7, .notAuthorised, false),
    ] as [(UInt8, ConnectionFailure.Kind, Bool)])
  func codes(_ code: UInt8, _ kind: ConnectionFailure.Kind, _ retries: Bool) async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet(code: code)
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    let (_, failure, retry) = try await link.lost()
    #expect(failure.kind == kind)
    #expect(failure.cause.contains("code \(code)") || kind == .malformed)
    #expect((retry != nil) == retries)
  }

  @Test(
    "in silence ends at the step's dead-line",
    arguments: [(false, .silentInHandshake), (true, .silentAfterConnect)]
      as [(Bool, ConnectionFailure.Kind)])
  func silence(_ speaksTLS: Bool, _ kind: ConnectionFailure.Kind) async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: speaksTLS ? .init(keys.server) : nil) { client, _ in
      client.waitForEnd()
    }
    let link = RecordedLink(
      try keys.configuration(port: peer.port, deadlines: Deadlines(tlsAndConnect: 300)))
    let failure = try await link.lost().failure
    #expect(failure.kind == kind)
  }

  @Test("without an answer to SUBSCRIBE ends at its dead-line")
  func silenceAfterSubscribe() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      client.waitForEnd()
    }
    let link = RecordedLink(
      try keys.configuration(
        port: peer.port, filters: ["t"], deadlines: Deadlines(subscribe: 300)))
    #expect(try await link.lost().failure.kind == .silentAfterSubscribe)
  }

  @Test("by being closed after CONNECT, SUBSCRIBE or a request names that moment")
  func closedAfter() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, number in
      guard number > 0 else {
        _ = try client.readPacket()
        return
      }
      try client.greet()
      guard number > 1 else {
        _ = try client.readPacket()
        return
      }
      try client.grantSubscribe()
      _ = try client.readPacket()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port, filters: ["t"]))
    let (first, connect, _) = try await link.lost()
    #expect(connect.kind == .closedAfterConnect)
    link.link.retryNow()
    let (second, subscribe, _) = try await link.lost(from: first + 1)
    #expect(subscribe.kind == .closedAfterSubscribe)
    link.link.retryNow()
    try await link.connected(from: second + 1)
    link.link.publish(Publication(topic: "forbidden/topic", payload: []))
    let publish = try await link.lost(from: second + 1).failure
    #expect(publish.kind == .closedAfterPublish)
    #expect(publish.cause.contains("forbidden/topic"))
  }

  @Test("with what is not MQTT says so")
  func malformed() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      // A SUBACK for packet 0, which cannot be.
      try client.send([0x90, 3, 0, 0, 1])
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    #expect(try await link.lost().failure.kind == .malformed)
  }

  @Test("because nobody answers a ping is noticed within twice the keep-alive time")
  func keepAlive() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port, keepAliveSeconds: 5))
    let place = try await link.connected().place
    let start = Clock.monotonicMilliseconds
    #expect(try await link.lost(from: place).failure.kind == .keepAliveLost)
    #expect(Clock.monotonicMilliseconds - start < 10_500)
  }
}
