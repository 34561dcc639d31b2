import JSON
import Sandbox
import Shadow
import TestSupport
import Thing

/// A broker that serves one shadow as it should, and to its first client sends what no broker should.
///
/// The shadow is at version 5 with temperature 21 when the first client comes, and at version 8 with
/// temperature 30 afterwards; so a client that has got over it all shows that, whether its connection
/// has survived or another was made.
final class HostileBroker {
  private let peer: ScriptedPeer
  private let folder: TemporaryFolder
  /// Where it listens, on 127.0.0.1.
  var port: Int { peer.port }
  /// How many clients have come.
  var accepted: Int { peer.accepted }

  static let address = ShadowAddress(thing: "lamp1")

  /// - Parameter attack: what is sent once the first client has its document.
  /// - Throws: `CertificateError`, `FileError` or `ScriptedPeer.Failure`.
  init(_ attack: @escaping @Sendable (PeerConnection) throws -> Void) throws {
    folder = try TemporaryFolder()
    let authority = try CertificateAuthority(validity: .aroundNow)
    try PrivateFiles.write(authority.certificate, to: folder.path("ca.pem"))
    let thing = try authority.issue(
      CertificateRequest(commonName: "lamp1", purpose: .client, validity: .aroundNow))
    try IdentityFolder(path: folder.path("lamp1")).write(thing)
    let server = try authority.issue(.loopbackServer(validity: .aroundNow))
    peer = try ScriptedPeer(security: .init(server)) { client, number in
      try client.serveShadow { isFirst in
        guard number == 0, isFirst else { return }
        try attack(client)
        try client.publish(Self.documents(version: 8, temperature: 30), to: .documents)
      } document: {
        number == 0 && $0 ? (5, 21) : (8, 30)
      }
    }
  }

  /// The options of a command that connects to it.
  var options: [String] {
    [
      "--thing-dir", folder.path("lamp1"), "--endpoint", "127.0.0.1:\(port)", "--ca",
      folder.path("ca.pem"),
    ]
  }

  /// Connects to it as the thing.
  func configuration() throws -> LinkConfiguration {
    LinkConfiguration(
      endpoint: Endpoint(host: "127.0.0.1", port: UInt16(port)),
      credentials: try Credentials.load(ThingFolder(path: folder.path("lamp1"))),
      trust: try Trust.find(given: folder.path("ca.pem")), clientID: "lamp1")
  }

  /// The payload of a message on `update/documents`.
  static func documents(version: Int, temperature: Int) -> String {
    #"{"current":\#(document(version, temperature))},"timestamp":1700000000}"#
  }

  /// The payload of a message on `get/accepted`.
  static func answer(version: Int, temperature: Int, token: String) -> String {
    document(version, temperature) + #","timestamp":1700000000,"clientToken":"\#(token)"}"#
  }

  private static func document(_ version: Int, _ temperature: Int) -> String {
    #"{"state":{"reported":{"temperature":\#(temperature)}},"#
      + #""metadata":{"reported":{"temperature":{"timestamp":1700000000}}},"version":\#(version)"#
  }
}

extension PeerConnection {
  /// Sends a message on a topic of the shadow.
  func publish(_ payload: String, to topic: ShadowTopic, flags: UInt8 = 0) throws {
    try send(
      MQTTPacket.publish(payload, to: HostileBroker.address.topic(topic), flags: flags))
  }

  /// Serves a client as a broker with the shadow service does, until it goes.
  ///
  /// - Parameters:
  ///   - afterGet: told after each answer to a `get` whether it was the first.
  ///   - document: version and temperature of the shadow, asked at each `get` whether it is the first.
  /// - Throws: `Gone` when the client is.
  func serveShadow(
    afterGet: (_ isFirst: Bool) throws -> Void,
    document: (_ isFirst: Bool) -> (version: Int, temperature: Int)
  ) throws {
    try greet()
    var isFirst = true
    while true {
      let (kind, body) = try readPacket()
      switch kind {
      case 0x82:
        var count = 0
        var rest = body.dropFirst(2)
        while rest.count > 2 {
          let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
          rest = rest.dropFirst(2 + length + 1)
          count += 1
        }
        try send(MQTTPacket.packet(0x90, body.prefix(2) + [UInt8](repeating: 1, count: count)))
      case 0x32:
        let length = Int(body[0]) << 8 | Int(body[1])
        let topic = String(decoding: body.dropFirst(2).prefix(length), as: UTF8.self)
        let identifier = body.dropFirst(2 + length).prefix(2)
        try send(MQTTPacket.packet(0x40, Array(identifier)))
        let request = try? JSONParser.parse(body.dropFirst(4 + length)).object
        guard topic == HostileBroker.address.topic(.request(.get)) else { continue }
        guard case .string(let token)? = request?["clientToken"] else { continue }
        let (version, temperature) = document(isFirst)
        try publish(
          HostileBroker.answer(version: version, temperature: temperature, token: token),
          to: .accepted(.get))
        try afterGet(isFirst)
        isFirst = false
      case 0xC0: try send([0xD0, 0])
      default: break
      }
    }
  }
}
