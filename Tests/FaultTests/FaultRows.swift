import Sandbox
import TestSupport
import Thing

/// The table.
extension FaultRow {
  /// Short where a row is about a step that does not end by itself.
  private static let hurried = Deadlines(tlsAndConnect: 1500, subscribe: 1500, pong: 300)

  /// What connecting may take, and the start of the program.
  private static let connecting: Int64 = 16_000

  static let all =
    certificates + clientCertificates + noTLS + silence + resets + others
    + damage + denials

  // MARK: Certificates

  private static let certificates = [
    FaultRow(
      name: "the broker's certificate has expired",
      command: Command(words: ["The broker's certificate has expired."], status: 76),
      monitor: Monitor(words: ["The broker's certificate has expired."], stops: true),
      inject: { scene in
        try scene.serveByOpenSSL(scene.server(.loopbackServer(validity: .past)))
      }),
    FaultRow(
      name: "the broker's certificate is not valid yet",
      command: Command(words: ["The broker's certificate is not valid yet."], status: 76),
      monitor: Monitor(words: ["The broker's certificate is not valid yet."], stops: true),
      inject: { scene in
        try scene.serveByOpenSSL(scene.server(.loopbackServer(validity: .future)))
      }),
    FaultRow(
      name: "the broker's certificate is self-signed",
      command: Command(words: ["signed by an authority that is not trusted here"], status: 76),
      monitor: Monitor(words: ["signed by an authority that is not trusted here"], stops: true),
      inject: { scene in
        let own = try SelfSigned.make("localhost", in: scene, isServer: true)
        try scene.serveByOpenSSL(own)
      }),
    FaultRow(
      name: "the broker's certificate is of another authority",
      command: Command(words: ["signed by an authority that is not trusted here"], status: 76),
      monitor: Monitor(words: ["signed by an authority that is not trusted here"], stops: true),
      inject: { scene in
        let other = try CertificateAuthority(name: "somebody else", validity: .aroundNow)
        try scene.serveByOpenSSL(other.issue(.loopbackServer(validity: .aroundNow)))
      }),
    FaultRow(
      name: "the broker's certificate is for another host",
      command: Command(words: ["certificate is not for 127.0.0.1."], status: 76),
      monitor: Monitor(words: ["certificate is not for 127.0.0.1."], stops: true),
      inject: { scene in
        try scene.serveByOpenSSL(
          scene.server(
            CertificateRequest(
              commonName: "127.0.0.1", purpose: .server, hosts: ["broker.example"],
              validity: .aroundNow)))
      }),
    FaultRow(
      name: "the broker's certificate is for clients",
      command: Command(words: ["The broker's certificate cannot be used."], status: 76),
      monitor: Monitor(words: ["The broker's certificate cannot be used."], stops: true),
      inject: { scene in
        try scene.serveByOpenSSL(
          scene.server(
            CertificateRequest(
              commonName: "x", purpose: .client, addresses: ["127.0.0.1"], validity: .aroundNow)))
      }),
    FaultRow(
      name: "the broker speaks TLS 1.1 at most",
      command: Command(words: ["offers no version of TLS that is safe"], status: 76),
      monitor: Monitor(words: ["offers no version of TLS that is safe"], stops: true),
      inject: { scene in
        try scene.serveByOpenSSL(
          scene.server(), more: ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])
      }),
  ]

  private static let clientCertificates = [
    FaultRow(
      name: "the thing's certificate has expired",
      command: Command(words: ["expired"], status: 78),
      thing: { try $0.thing($0.authority.issue(.thing(.past))) }, inject: { _ in }),
    FaultRow(
      name: "the thing's certificate is not valid yet",
      command: Command(words: ["not valid yet"], status: 78),
      thing: { try $0.thing($0.authority.issue(.thing(.future))) }, inject: { _ in }),
    FaultRow(
      name: "the thing's key belongs to another certificate",
      command: Command(words: ["does not match the certificate"], status: 78),
      thing: { scene in
        try scene.thing(
          scene.authority.issue(.thing(.aroundNow)), key: scene.authority.issue(.thing(.aroundNow)))
      }, inject: { _ in }),
    FaultRow(
      name: "the thing's certificate is self-signed",
      command: Command(words: ["The broker refuses the thing's certificate."], status: 77),
      thing: { try $0.thing(SelfSigned.make("lamp1", in: $0, isServer: false)) },
      inject: { scene in
        try scene.serveByOpenSSL(scene.server(), clientsOf: scene.authority.certificate)
      }),
    FaultRow(
      name: "the thing's certificate is of another authority",
      command: Command(words: ["The broker refuses the thing's certificate."], status: 77),
      monitor: Monitor(words: ["The broker refuses the thing's certificate."], stops: true),
      thing: { try $0.thing($0.authority.issue(.thing(.aroundNow))) },
      inject: { scene in
        let other = try CertificateAuthority(name: "somebody else", validity: .aroundNow)
        try scene.serveByOpenSSL(scene.server(), clientsOf: other.certificate)
      }),
    FaultRow(
      name: "the broker takes the thing's certificate for expired",
      command: Command(words: ["It takes the certificate for expired."], status: 77),
      monitor: Monitor(words: ["The broker refuses the thing's certificate."], stops: true),
      inject: { scene in
        let sandboxAuthority = try readFile(scene.sandbox.batch.authority)
        try scene.serveByOpenSSL(
          scene.server(), clientsOf: sandboxAuthority,
          // In a year by its clock: past every certificate, and the authority's.
          more: ["-attime", "\(Clock.wallMilliseconds / 1000 + 31_536_000)"])
      }),
  ]

  // MARK: No TLS, or no word

  private static let noTLS = [
    FaultRow(
      name: "the port speaks no TLS",
      command: Command(words: ["does not speak TLS"], status: 76),
      monitor: Monitor(words: ["does not speak TLS"], stops: true),
      inject: { scene in
        try scene.serve(as: nil) { client, _ in
          try client.readPlain()
          try client.send(Array("220 mail.example ESMTP\r\n".utf8))
          client.waitForEnd()
        }
      }),
    FaultRow(
      name: "the port refuses",
      command: Command(words: ["refused the connection"], status: 69),
      monitor: Monitor(words: ["refused the connection"]),
      inject: { $0.proxy.welcome(.refuse) }),
  ]

  private static let silence = [
    FaultRow(
      name: "the port takes the connection and says nothing",
      command: Command(
        words: ["is silent where TLS should begin"], status: 69, bound: connecting, isLong: true),
      monitor: Monitor(
        words: ["is silent where TLS should begin"], bound: 8000, deadlines: hurried),
      inject: { $0.proxy.welcome(.silence) }),
    FaultRow(
      name: "one byte a second",
      command: Command(
        words: ["is silent where TLS should begin"], status: 69, bound: connecting, isLong: true),
      monitor: Monitor(
        words: ["is silent where TLS should begin"], bound: 8000, deadlines: hurried),
      inject: { $0.proxy.plan(.slow(millisecondsPerByte: 1000), .toClient) }),
    FaultRow(
      name: "no answer to CONNECT",
      command: Command(
        words: ["does not answer CONNECT"], status: 69, bound: connecting, isLong: true),
      monitor: Monitor(words: ["does not answer CONNECT"], bound: 8000, deadlines: hurried),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in client.waitForEnd() }
      }),
    FaultRow(
      name: "no answer to SUBSCRIBE",
      command: Command(
        words: ["does not answer SUBSCRIBE"], status: 69, bound: connecting, isLong: true),
      monitor: Monitor(words: ["does not answer SUBSCRIBE"], bound: 8000, deadlines: hurried),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in
          try client.greet()
          client.waitForEnd()
        }
      }),
    FaultRow(
      name: "no answer to get",
      command: Command(
        words: ["The service did not answer."], status: 75, bound: 15_000, isLong: true),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in
          try client.serve { _ in .acknowledge() }
        }
      }),
    FaultRow(
      name: "half-open: nothing comes any more",
      monitor: Monitor(
        words: ["The broker does not answer any more."], bound: 12_000, keepAliveSeconds: 5,
        deadlines: hurried, isCutFirst: false),
      inject: { $0.proxy.hold() }),
  ]

  // MARK: Resets

  private static let resets = [
    FaultRow(
      name: "reset when TCP is up",
      command: Command(words: ["instead of speaking TLS"], status: 76),
      monitor: Monitor(words: ["instead of speaking TLS"]),
      inject: { $0.proxy.welcome(.cut(.reset)) }),
    FaultRow(
      name: "reset at the TLS hello",
      command: Command(words: ["instead of speaking TLS"], status: 76),
      monitor: Monitor(words: ["instead of speaking TLS"]),
      inject: { $0.proxy.plan(.cut(after: 0, .reset), .toBroker) }),
    FaultRow(
      // A reset takes along what was not read yet: it may be noticed before the hello is.
      name: "reset in the middle of the server's hello",
      command: Command(words: ["closed the connection"], status: 76),
      monitor: Monitor(words: ["closed the connection"]),
      inject: { $0.proxy.plan(.cut(after: 60, .reset), .toClient) }),
    FaultRow(
      name: "reset after TLS",
      command: Command(words: ["The broker closed the connection after CONNECT."], status: 69),
      monitor: Monitor(words: ["The broker closed the connection after CONNECT."]),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in client.resetAtEnd() }
      }),
    FaultRow(
      name: "reset after CONNECT",
      command: Command(words: ["The broker closed the connection after CONNECT."], status: 69),
      monitor: Monitor(words: ["The broker closed the connection after CONNECT."]),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in
          _ = try client.readPacket()
          client.resetAtEnd()
        }
      }),
    FaultRow(
      name: "reset after SUBSCRIBE",
      command: Command(words: ["The broker closed the connection after SUBSCRIBE."], status: 77),
      monitor: Monitor(words: ["The broker closed the connection after SUBSCRIBE."]),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in
          try client.greet()
          _ = try client.readPacket()
          client.resetAtEnd()
        }
      }),
    FaultRow(
      name: "reset after PUBLISH",
      command: Command(words: ["The service did not answer."], status: 75),
      monitor: Monitor(words: ["The broker closed the connection right after a request."]),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in
          try client.serve { request in
            guard case .publish = request else { return .acknowledge() }
            client.resetAtEnd()
            return .cut
          }
        }
      }),
    FaultRow(
      name: "reset while idle",
      monitor: Monitor(words: lost, isCutFirst: false),
      inject: { $0.proxy.cut(.reset) }),
    FaultRow(
      name: "end of stream while idle",
      monitor: Monitor(words: lost, isCutFirst: false),
      inject: { $0.proxy.cut(.end) }),
    FaultRow(
      name: "the broker is killed and comes back",
      monitor: Monitor(words: lost, isCutFirst: false),
      inject: { try $0.killBroker() }),
  ]

  // MARK: Somebody else with the same client id

  private static let others = [
    FaultRow(
      name: "another client has the same id",
      monitor: Monitor(
        words: ["Another client keeps taking over the id “lamp1”."], stops: true, bound: 20_000,
        isCutFirst: false),
      inject: { try $0.hold(Rival(in: $0)) })
  ]

  // MARK: Damage

  private static let damagedHandshake = [
    "The TLS handshake with 127.0.0.1", "closed the connection instead of speaking TLS",
  ]
  /// What was asked for just before is a suspect.
  private static let lost = [
    "The connection to the broker was lost.", "The broker closed the connection",
  ]

  private static let damage = [
    FaultRow(
      name: "garbage after TLS",
      command: Command(words: ["The service did not answer."], status: 75),
      monitor: Monitor(words: lost, isCutFirst: false),
      inject: { scene in
        // For whoever is connected, and for whoever comes.
        scene.proxy.apply(.garbage(Array("garbage that is no TLS record".utf8)), .toClient)
        try scene.serve(as: scene.server()) { client, _ in
          try client.serve { request in
            guard case .publish = request else { return .acknowledge() }
            try client.sendPlain(Array("garbage that is no TLS record".utf8))
            return .ignore
          }
        }
      }),
    FaultRow(
      name: "a flipped bit after TLS",
      monitor: Monitor(
        words: lost, isCutFirst: false, asks: true),
      inject: { $0.proxy.apply(.flip(after: 20), .toClient) }),
    FaultRow(
      name: "a flipped bit in the handshake",
      command: Command(words: damagedHandshake, status: 76),
      monitor: Monitor(words: damagedHandshake),
      inject: { $0.proxy.plan(.flip(after: 200), .toClient) }),
    FaultRow(
      name: "cut in the middle of a packet",
      monitor: Monitor(
        words: lost, isCutFirst: false, asks: true),
      inject: { $0.proxy.apply(.cutInRecord(.end), .toClient) }),
    FaultRow(
      name: "what is not MQTT",
      command: Command(words: ["The broker sent something that is not MQTT 3.1.1."], status: 76),
      monitor: Monitor(words: ["The broker sent something that is not MQTT 3.1.1."]),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in
          _ = try client.readPacket()
          // Longer than the packet that "HT" announces, as a web server's answer is.
          let page = String(repeating: "<p>This is a web server.</p>", count: 20)
          try client.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n\(page)".utf8))
          client.waitForEnd()
        }
      }),
  ]

  // MARK: Policies, which close without a word

  private static let denials = [
    FaultRow(
      name: "a policy forbids CONNECT",
      command: Command(words: ["The broker closed the connection after CONNECT."], status: 69),
      monitor: Monitor(words: ["The broker closed the connection after CONNECT."]),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in _ = try client.readPacket() }
      }),
    FaultRow(
      name: "a policy forbids SUBSCRIBE",
      command: Command(words: ["The broker closed the connection after SUBSCRIBE."], status: 77),
      monitor: Monitor(words: ["The broker closed the connection after SUBSCRIBE."]),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in
          try client.serve { request in
            if case .subscribe = request { .cut } else { .acknowledge() }
          }
        }
      }),
    FaultRow(
      name: "a policy forbids PUBLISH",
      command: Command(
        words: ["must allow iot:Publish on arn:aws:iot:REGION:ACCOUNT:topic/$aws/things/lamp1/"],
        status: 75),
      monitor: Monitor(words: ["The broker closed the connection right after a request."]),
      inject: { scene in
        try scene.serve(as: scene.server()) { client, _ in
          try client.serve { request in
            if case .publish = request { .cut } else { .acknowledge() }
          }
        }
      }),
  ]
}

extension CertificateRequest {
  /// A thing's certificate.
  fileprivate static func thing(_ validity: Validity) -> CertificateRequest {
    CertificateRequest(commonName: "lamp1", purpose: .client, validity: validity)
  }
}

/// Somebody who connects with the thing's certificate and id, again and again.
private final class Rival {
  private let client: Subscription

  init(in scene: FaultScene) throws {
    let batch = scene.sandbox.batch
    client = try Subscription(
      to: ["$aws/things/lamp1/shadow/update/delta"], as: batch.thing("lamp1"), of: batch,
      port: scene.sandbox.port, more: ["-i", "lamp1"])
  }
}
