package import Sandbox
import Glibc

/// A real mosquitto with certificates of its own, in a folder of its own; both go with the value.
///
/// No shadow service is attached. The keys are elliptic, so that it starts in no time.
package struct TestBroker: ~Copyable {
  /// Its certificates: `batch.authority`, `batch.thing("lamp1")`, `batch.owner`.
  package let batch: BatchFolder
  /// The process: stop, kill and restart it on the same port.
  package let broker: Broker
  private let folder: TemporaryFolder

  /// The port on 127.0.0.1 and, where there is one, ::1.
  package var port: Int { broker.port }

  /// Starts it.
  ///
  /// - Parameters:
  ///   - things: names that get a certificate.
  ///   - strict: whether the client id is forced to be the thing's name.
  ///   - server: what stands in the server's certificate; nil for the right one.
  /// - Throws: `SandboxError`.
  package init(
    things: [String] = ["lamp1", "lamp2"], strict: Bool = false,
    server: CertificateRequest? = nil
  ) throws {
    let folder = try TemporaryFolder()
    let batch = BatchFolder(path: folder.path)
    try batch.fill(things: things, key: .elliptic, validity: .aroundNow, server: server)
    broker = try Broker.start(in: batch, strict: strict)
    self.batch = batch
    self.folder = folder
  }

  deinit { broker.stop() }
}

extension Validity {
  /// From five minutes ago to tomorrow.
  package static var aroundNow: Validity { Validity(days: 1, from: Int64(time(nil))) }
  /// Ended yesterday.
  package static var past: Validity {
    Validity(notBefore: Int64(time(nil)) - 172_800, notAfter: Int64(time(nil)) - 86_400)
  }
  /// Starts tomorrow.
  package static var future: Validity {
    Validity(notBefore: Int64(time(nil)) + 86_400, notAfter: Int64(time(nil)) + 172_800)
  }
}
