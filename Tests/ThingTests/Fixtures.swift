import Glibc
import Sandbox
import Shadow
import TestSupport
import Thing

extension TestBroker {
  /// Connects as a thing of the batch, with its own certificate and the right CA.
  func configuration(
    thing: String = "lamp1", host: String = "localhost", filters: [String] = [],
    deadlines: Deadlines = Deadlines()
  ) throws -> LinkConfiguration {
    let folder = ThingFolder(path: batch.thing(thing).path)
    return LinkConfiguration(
      endpoint: Endpoint(host: host, port: UInt16(port)),
      credentials: try Credentials.load(folder),
      trust: try Trust.find(given: batch.authority), clientID: thing, filters: filters,
      deadlines: deadlines)
  }

  /// Connects as the identity that may act for every thing.
  func ownerConfiguration(filters: [String]) throws -> LinkConfiguration {
    LinkConfiguration(
      endpoint: Endpoint(host: "localhost", port: UInt16(port)),
      credentials: try Credentials.load(ThingFolder(path: batch.owner.path)),
      trust: try Trust.find(given: batch.authority), clientID: "owner", filters: filters)
  }
}

extension TestSandbox {
  /// Connects as its first thing, with the thing's own certificate and the right CA.
  func configuration(deadlines: Deadlines = Deadlines()) throws -> LinkConfiguration {
    LinkConfiguration(
      endpoint: Endpoint(host: "localhost", port: UInt16(port)),
      credentials: try Credentials.load(ThingFolder(path: batch.thing("lamp1").path)),
      trust: try Trust.find(given: batch.authority), clientID: "lamp1", deadlines: deadlines)
  }
}

/// An authority with a server and a thing of its own, in a folder.
struct Keys: ~Copyable {
  let folder: TemporaryFolder
  let server: Identity
  let authorityPath: String
  let thingPath: String

  init(server request: CertificateRequest? = nil) throws {
    let folder = try TemporaryFolder()
    let authority = try CertificateAuthority(validity: .aroundNow)
    let authorityPath = folder.path("ca.pem")
    let thingPath = folder.path("lamp1")
    try PrivateFiles.write(authority.certificate, to: authorityPath)
    let thing = try authority.issue(
      CertificateRequest(commonName: "lamp1", purpose: .client, validity: .aroundNow))
    try IdentityFolder(path: thingPath).write(thing)
    server = try authority.issue(request ?? .loopbackServer(validity: .aroundNow))
    self.authorityPath = authorityPath
    self.thingPath = thingPath
    self.folder = folder
  }

  func configuration(
    port: Int, host: String = "127.0.0.1", keepAliveSeconds: Int = 30, filters: [String] = [],
    deadlines: Deadlines = Deadlines()
  ) throws -> LinkConfiguration {
    LinkConfiguration(
      endpoint: Endpoint(host: host, port: UInt16(port)),
      credentials: try Credentials.load(ThingFolder(path: thingPath)),
      trust: try Trust.find(given: authorityPath), clientID: "lamp1",
      keepAliveSeconds: keepAliveSeconds, filters: filters, deadlines: deadlines)
  }
}

/// A link and everything that it told.
struct RecordedLink: ~Copyable {
  let link: BrokerLink
  let events: Recorder<LinkEvent>

  init(_ configuration: LinkConfiguration) {
    let events = Recorder<LinkEvent>()
    self.events = events
    link = BrokerLink(configuration: configuration) { events.record($0) }
  }

  deinit { link.stop() }

  /// Waits for the connection to be up.
  @discardableResult
  func connected(from place: Int = 0) async throws -> (place: Int, report: LinkReport) {
    let (place, event) = try await events.wait(for: "connection", from: place) {
      if case .connected = $0 { true } else { false }
    }
    guard case .connected(let report) = event else { throw Unexpected() }
    return (place, report)
  }

  /// Waits for the end of an attempt or a connection.
  func lost(
    from place: Int = 0
  ) async throws -> (place: Int, failure: ConnectionFailure, retry: Int?) {
    let (place, event) = try await events.wait(for: "failure", from: place) {
      if case .lost = $0 { true } else { false }
    }
    guard case .lost(let failure, let retry) = event else { throw Unexpected() }
    return (place, failure, retry)
  }

  /// Waits for a message.
  func message(
    from place: Int = 0,
    where matches: @escaping @Sendable (ReceivedMessage) -> Bool = { _ in true }
  ) async throws -> (place: Int, message: ReceivedMessage) {
    let (place, event) = try await events.wait(for: "message", from: place) {
      if case .message(let message) = $0 { matches(message) } else { false }
    }
    guard case .message(let message) = event else { throw Unexpected() }
    return (place, message)
  }
}

struct Unexpected: Error {}

extension RecordedLink {
  /// The steps so far.
  var steps: [ConnectionStep] {
    events.events.compactMap { if case .step(let step) = $0 { step } else { nil } }
  }
}

/// A loopback port on which nothing listens, nor will: it is held by a socket that does not listen,
/// until the tests are over.
func closedPort() throws -> Int {
  let holder = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isHeld = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
      bind(holder, generic, size) == 0 && getsockname(holder, generic, &size) == 0
    }
  }
  guard isHeld else { throw Unexpected() }
  return Int(in_port_t(bigEndian: address.sin_port))
}
