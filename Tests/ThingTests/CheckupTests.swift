import COpenSSL
import Glibc
import Sandbox
import Shadow
import Synchronization
import TestSupport
import Testing
@testable import Thing

@Suite("A checkup over the network")
struct CheckupTests {
  private static func run(_ subject: CheckupSubject) -> [CheckResult] {
    var results: [CheckResult] = []
    Checkup.run(subject) { results.append($0) }
    return results
  }

  @Test("passes every step on a sandbox, with what TLS came to")
  func good() throws {
    let sandbox = try TestSandbox()
    let results = Self.run(sandbox.subject)
    #expect(results.map(\.step) == CheckStep.allCases)
    #expect(results.firstFailure == nil, "\(results)")
    // A thing without a shadow is news, no fault.
    #expect(results[.get]?.words.contains("404") == true)
    #expect(results[.get]?.mark == .warned)
    let tls = try #require(results[.tls])
    #expect(tls.facts.first { $0.name == "version" }?.value == "TLSv1.3")
    #expect(tls.facts.first { $0.name == "cipher" }?.value.hasPrefix("TLS_") == true)
    #expect(tls.facts.filter { $0.name.hasPrefix("chain") }.count == 2)
    #expect(tls.words.contains("signed by CN=shadowscope sandbox CA"))
    #expect(results[.subscribe]?.facts.count == 9)
  }

  @Test("leaves the network alone where that is asked for")
  func offline() throws {
    let sandbox = try TestSandbox()
    var results: [CheckResult] = []
    Checkup.run(sandbox.subject, withoutNetwork: "not asked for") { results.append($0) }
    #expect(results.map(\.step) == CheckStep.allCases)
    let network = results.filter { CheckStep.network.contains($0.step) }
    #expect(network.allSatisfy { $0.mark == .skipped && $0.words == "not asked for" })
  }

  @Test("does not touch the network while something local is wrong")
  func local() throws {
    let sandbox = try TestSandbox()
    var subject = sandbox.subject
    subject.authority = "/nonexistent/ca.pem"
    let results = Self.run(subject)
    #expect(results.firstFailure == .authority)
    #expect(results[.resolve]?.mark == .skipped)
  }

  @Test("of a name that does not resolve fails at DNS, and the rest is not reached")
  func noHost() throws {
    let keys = try Keys()
    let results = Self.run(keys.subject("broker.invalid:8883"))
    #expect(results.map(\.step) == CheckStep.allCases)
    #expect(results.firstFailure == .resolve)
    #expect(results[.resolve]?.causes == ["The name is mistyped.", "There is no network."])
    #expect(results[.tcp]?.mark == .skipped)
  }

  @Test("of a closed port looks whether the second one is open, and names it")
  func blocked() throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in client.waitForEnd() }
    let port = try closedPort()
    var subject = keys.subject("127.0.0.1:\(port)")
    subject.secondPort = UInt16(peer.port)
    let results = Self.run(subject)
    #expect(results.firstFailure == .tcp)
    let tcp = try #require(results[.tcp])
    #expect(
      tcp.remedy == "\(port) is blocked, \(peer.port) is open: use 127.0.0.1:\(peer.port).")
    #expect(tcp.causes.first == "Port \(port) is blocked on the way to the broker.")
    #expect(peer.accepted == 1)
  }

  @Test("of a closed port advises no second one that is closed, or is something else")
  func blockedToo() throws {
    let keys = try Keys()
    var subject = keys.subject("127.0.0.1:\(try closedPort())")
    subject.secondPort = UInt16(try closedPort())
    let tcp = Self.run(subject)[.tcp]
    #expect(tcp?.facts.map(\.value) == ["closed too"])
    #expect(tcp?.causes == ["The broker is down.", "The port is wrong."])
    let other = try ScriptedPeer { client, _ in
      try client.readPlain()
      try client.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
    }
    subject.secondPort = UInt16(other.port)
    #expect(Self.run(subject)[.tcp]?.facts.map(\.value) == ["open, but the broker is not there"])
    #expect(other.accepted == 1)
  }

  @Test("asks for MQTT by ALPN on the port for that, and on no other", arguments: [true, false])
  func applicationProtocol(_ isThatPort: Bool) async throws {
    let keys = try Keys()
    let server = try OpenSSLServer(keys.server, more: ["-alpn", "x-amzn-mqtt-ca"])
    var configuration = try keys.configuration(port: server.port)
    #expect(configuration.applicationProtocolPort == 443)
    if isThatPort { configuration.applicationProtocolPort = UInt16(server.port) }
    let link = RecordedLink(configuration)
    let event = try await link.events.wait(for: "TLS") {
      if case .secured = $0 { true } else { false }
    }.event
    guard case .secured(let facts) = event else { throw Unexpected() }
    #expect(facts.applicationProtocol == (isThatPort ? "x-amzn-mqtt-ca" : nil))
  }

  @Test("of a server that is not the broker fails at TLS", arguments: ServerFault.allCases)
  fileprivate func tls(_ fault: ServerFault) throws {
    let keys = try Keys(server: fault.certificate)
    let script: @Sendable (PeerConnection, Int) throws -> Void = { client, _ in
      client.waitForEnd()
    }
    let peer: ScriptedPeer
    if fault == .plain {
      peer = try ScriptedPeer { client, _ in
        try client.readPlain()
        try client.send(Array("220 mail.example ESMTP\r\n".utf8))
        client.waitForEnd()
      }
    } else {
      let highest = fault == .old ? TLS1_1_VERSION : TLS1_3_VERSION
      peer = try ScriptedPeer(security: .init(keys.server, highest: highest), script: script)
    }
    var subject = keys.subject("127.0.0.1:\(peer.port)")
    if fault == .otherAuthority {
      let other = try Keys()
      try PrivateFiles.write(
        Files.bytes(of: other.authorityPath, limit: 100_000) ?? [], to: keys.authorityPath)
      subject.authority = keys.authorityPath
    }
    let results = Self.run(subject)
    #expect(results.map(\.step) == CheckStep.allCases)
    #expect(results.firstFailure == .tls)
    let tls = try #require(results[.tls])
    #expect(tls.words.contains(fault.words), "\(tls.words)")
    #expect(!tls.causes.isEmpty && !tls.remedy.isEmpty && !tls.meaning.isEmpty)
    #expect(results[.tcp]?.mark == .passed)
    #expect(results[.clientCertificate]?.mark == .skipped)
  }

  // Under TLS 1.3 the refusal comes after the handshake, and races with the end of the connection,
  // which may win each of the three times.
  @Test("of a thing that the broker does not know fails at the client certificate")
  func unknownThing() throws {
    let broker = try TestBroker()
    let keys = try Keys()
    var subject = keys.subject("127.0.0.1:\(broker.port)")
    subject.authority = broker.batch.authority
    let results = Self.run(subject)
    #expect(results.map(\.step) == CheckStep.allCases)
    #expect(results[.tls]?.mark == .passed)
    if results.firstFailure == .clientCertificate {
      #expect(results[.clientCertificate]?.words == "The broker refuses the thing's certificate.")
    } else {
      #expect(results[.clientCertificate]?.mark == .skipped)
      #expect(results[.connect]?.causes.joined().contains("certificate") == true)
    }
  }

  @Test("tells each code of CONNACK in words of its own", arguments: [1, 2, 3, 4, 5, 7] as [UInt8])
  func codes(_ code: UInt8) throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet(code: code)
      client.waitForEnd()
    }
    let results = Self.run(keys.subject("127.0.0.1:\(peer.port)"))
    #expect(results.firstFailure == .connect)
    #expect(results[.clientCertificate]?.mark == .passed)
    let words = try #require(results[.connect])
    #expect(words.causes.count >= 2)
    #expect(!words.remedy.isEmpty)
    for other in [1, 2, 3, 4, 5, 7] as [UInt8] where other != code {
      let failure = FailureWords(
        endpoint: Endpoint(host: "127.0.0.1"), clientID: "lamp1", trust: ""
      ).refused(code: CInt(other))
      #expect(failure.causes != words.causes)
    }
  }

  @Test("of a broker that closes after CONNECT without a word fails at CONNACK")
  func closedAfterConnect() throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      _ = try client.readPacket()
    }
    let results = Self.run(keys.subject("127.0.0.1:\(peer.port)"))
    #expect(results.map(\.step) == CheckStep.allCases)
    #expect(results.firstFailure == .connect)
    #expect(results[.clientCertificate]?.mark == .skipped)
    #expect(peer.accepted == 3, "a refusal without its reason is listened for again")
  }

  @Test("names the filters that SUBACK refuses, and does not wait for an answer on one")
  func refusedFilters() throws {
    let keys = try Keys()
    let refused = ShadowAddress(thing: "lamp1").topic(.accepted(.get))
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        if case .subscribe = request { .acknowledge(refusing: [refused]) } else { .acknowledge() }
      }
    }
    let results = Self.run(keys.subject("127.0.0.1:\(peer.port)"))
    #expect(results.firstFailure == .subscribe)
    #expect(results[.subscribe]?.words.contains(refused) == true)
    #expect(results[.subscribe]?.remedy.contains("topicfilter/\(refused)") == true)
    #expect(results[.subscribe]?.facts.filter { $0.name == "refused" }.map(\.value) == [refused])
    #expect(results[.get]?.mark == .skipped)
  }

  @Test("of a broker that cuts the connection over a topic filter finds out which one")
  func cutSubscription() throws {
    let keys = try Keys()
    let forbidden = ShadowAddress(thing: "lamp1").topic(.documents)
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        guard case .subscribe(let filters) = request else { return .acknowledge() }
        return filters.contains(forbidden) ? .cut : .acknowledge()
      }
    }
    var subject = keys.subject("127.0.0.1:\(peer.port)")
    subject.deadlines = Deadlines(answer: 200)
    let results = Self.run(subject)
    #expect(results.map(\.step) == CheckStep.allCases)
    #expect(results.firstFailure == .subscribe)
    #expect(results[.connect]?.mark == .passed)
    #expect(results[.subscribe]?.words.contains(forbidden) == true, "\(results)")
    #expect(results[.subscribe]?.facts.filter { $0.name == "cut" }.map(\.value) == [forbidden])
    #expect(results[.subscribe]?.remedy.contains("topicfilter/\(forbidden)") == true)
  }

  @Test("in silence ends at the step's dead-line", arguments: [true, false])
  func silence(_ speaksTLS: Bool) throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: speaksTLS ? .init(keys.server) : nil) { client, _ in
      client.waitForEnd()
    }
    var subject = keys.subject("127.0.0.1:\(peer.port)")
    subject.deadlines = Deadlines(tlsAndConnect: 300)
    let results = Self.run(subject)
    #expect(results.map(\.step) == CheckStep.allCases)
    #expect(results.firstFailure == (speaksTLS ? .connect : .tls))
  }

  @Test("of a service that does not answer fails at get, within the dead-line")
  func silentService() throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { _ in .acknowledge() }
    }
    var subject = keys.subject("127.0.0.1:\(peer.port)")
    subject.deadlines = Deadlines(answer: 200)
    let results = Self.run(subject)
    #expect(results.firstFailure == .get)
    #expect(results[.get]?.causes.count == 2)
  }

  @Test("of a live connection tells what it proves, and sends nothing")
  func proven() async throws {
    let sandbox = try TestSandbox()
    let configuration = try sandbox.configuration()
    let link = RecordedLink(configuration)
    let report = try await link.connected().report
    let results = Checkup.proven(
      by: report, configuration, address: ShadowAddress(thing: "lamp1"))
    #expect(results.map(\.step) == CheckStep.network)
    #expect(results.dropLast().allSatisfy { $0.mark == .passed })
    #expect(results[.get]?.mark == .skipped)
  }
}

/// What is wrong with a server that a thing meets in place of its broker.
private enum ServerFault: String, CaseIterable {
  case expired, future, otherHost, otherPurpose, otherAuthority, old, plain

  var certificate: CertificateRequest? {
    switch self {
    case .expired: .loopbackServer(validity: .past)
    case .future: .loopbackServer(validity: .future)
    case .otherHost:
      CertificateRequest(
        commonName: "x", purpose: .server, hosts: ["other.example"], validity: .aroundNow)
    case .otherPurpose:
      CertificateRequest(
        commonName: "x", purpose: .client, addresses: ["127.0.0.1"], validity: .aroundNow)
    case .otherAuthority, .old, .plain: nil
    }
  }

  var words: String {
    switch self {
    case .expired: "has expired"
    case .future: "is not valid yet"
    case .otherHost: "is not for 127.0.0.1"
    case .otherPurpose: "cannot be used"
    case .otherAuthority: "an authority that is not trusted here"
    case .old: "no version of TLS that is safe"
    case .plain: "speak"
    }
  }
}

extension TestSandbox {
  /// Its first thing, with the right CA.
  fileprivate var subject: CheckupSubject {
    CheckupSubject(
      folder: .success(ThingFolder(path: batch.thing("lamp1").path)), authority: batch.authority,
      endpoint: "localhost:\(port)")
  }
}

extension Keys {
  /// The thing and the CA, and a broker.
  fileprivate func subject(_ endpoint: String) -> CheckupSubject {
    CheckupSubject(
      folder: .success(ThingFolder(path: thingPath)), authority: authorityPath, endpoint: endpoint)
  }
}
