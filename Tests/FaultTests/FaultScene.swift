import Glibc
import Sandbox
import Shadow
import TestSupport
import Thing

/// Everything that a fault needs around it: a real broker with the shadow service, the proxy in front
/// of it, an authority for certificates that are wrong, and the thing's files.
///
/// The thing trusts both the sandbox's authority and ours, so that a server of ours fails by what is
/// wrong with it alone.
final class FaultScene {
  let sandbox: TestSandbox
  let proxy: FaultProxy
  let authority: CertificateAuthority
  private let folder: TemporaryFolder
  /// What a row has started; it ends with the scene.
  private var held: [AnyObject] = []

  init() throws {
    sandbox = try TestSandbox(things: ["lamp1"])
    proxy = try FaultProxy(to: sandbox.port)
    authority = try CertificateAuthority(name: "authority of the tests", validity: .aroundNow)
    folder = try TemporaryFolder()
    let sandboxAuthority = try readFile(sandbox.batch.authority)
    try PrivateFiles.write(sandboxAuthority + authority.certificate, to: trusted)
  }

  /// The file of the authorities that the thing trusts.
  var trusted: String { folder.path("trusted.pem") }

  /// Where a test may put files of its own.
  func path(_ name: String) -> String { folder.path(name) }

  /// Keeps something alive as long as the scene.
  func hold(_ object: AnyObject) { held.append(object) }

  /// A certificate for this machine, of our authority.
  func server(
    _ request: CertificateRequest = .loopbackServer(validity: .aroundNow)
  ) throws
    -> Identity
  {
    try authority.issue(request)
  }

  /// A server that does to each client what the script says, in the broker's place from now on.
  ///
  /// - Parameters:
  ///   - identity: what it shows; nil for plain TCP.
  ///   - script: done to each client.
  /// - Throws: `ScriptedPeer.Failure`.
  func serve(
    as identity: Identity?,
    _ script: @escaping @Sendable (_ client: PeerConnection, _ number: Int) throws -> Void
  ) throws {
    let peer = try ScriptedPeer(
      security: identity.map { ScriptedPeer.Security($0) }, script: script)
    hold(peer)
    proxy.redirect(to: peer.port)
  }

  /// An OpenSSL server in the broker's place from now on.
  func serveByOpenSSL(
    _ identity: Identity, clientsOf authority: [UInt8]? = nil, more: [String] = []
  ) throws {
    let server = try OpenSSLServer(identity, clientsOf: authority, more: more)
    hold(server)
    proxy.redirect(to: server.port)
  }

  /// A folder with a thing's files.
  ///
  /// - Parameters:
  ///   - identity: the certificate, and the key unless another is given.
  ///   - key: the private key of somebody else.
  /// - Returns: its path.
  /// - Throws: `FileError`.
  func thing(_ identity: Identity, key: Identity? = nil) throws -> String {
    let path = folder.path("wrong/lamp1")
    try PrivateFiles.makeFolder(folder.path("wrong"))
    var identity = identity
    if let key { identity.privateKey = key.privateKey }
    try IdentityFolder(path: path).write(identity)
    return path
  }

  /// The options of a command that connects through the proxy.
  ///
  /// - Parameter thing: the folder of its files; nil for the right one.
  /// - Returns: words for the command line.
  func options(thing: String? = nil) -> [String] {
    [
      "--thing-dir", thing ?? sandbox.batch.thing("lamp1").path, "--endpoint",
      "127.0.0.1:\(proxy.port)", "--ca", trusted,
    ]
  }

  /// Ends the fault, whatever it was.
  func heal() {
    proxy.heal()
    held = []
  }

  /// Connects through the proxy as the thing.
  func configuration(
    keepAliveSeconds: Int = 30, deadlines: Deadlines = Deadlines()
  ) throws -> LinkConfiguration {
    LinkConfiguration(
      endpoint: Endpoint(host: "127.0.0.1", port: UInt16(proxy.port)),
      credentials: try Credentials.load(ThingFolder(path: sandbox.batch.thing("lamp1").path)),
      trust: try Trust.find(given: trusted), clientID: "lamp1",
      keepAliveSeconds: keepAliveSeconds, deadlines: deadlines)
  }

  /// Connects beside the proxy as somebody who may act for every thing, to hear what is accepted.
  func ownerConfiguration() throws -> LinkConfiguration {
    LinkConfiguration(
      endpoint: Endpoint(host: "127.0.0.1", port: UInt16(sandbox.port)),
      credentials: try Credentials.load(ThingFolder(path: sandbox.batch.owner.path)),
      trust: try Trust.find(given: trusted), clientID: "owner-of-the-record",
      filters: [ShadowAddress(thing: "lamp1").topic(.accepted(.update))])
  }

  /// Kills the broker as a crash would; the sandbox starts it again.
  func killBroker() throws {
    let brokers = processes(mentioning: "\(sandbox.batch.path)/broker/")
    guard brokers.count == 1 else { throw ChildProcess.Failure(description: "\(brokers)") }
    for broker in brokers { kill(broker, SIGKILL) }
  }

  /// What the service has, asked for beside the proxy by somebody who may.
  func document() throws -> String {
    let owner = sandbox.batch.owner.path
    let (status, output, errors) = try Program.run([
      "get", "--as-owner", owner, "--thing", "lamp1", "--endpoint", "localhost:\(sandbox.port)",
    ])
    guard status == 0 else { throw ChildProcess.Failure(description: errors) }
    return output
  }
}
