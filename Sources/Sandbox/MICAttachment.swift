import JSON
import Shadow
import ShadowService
import Synchronization
import Thing

/// MIC's part of the service.
final class MICAttachment: Sendable {
  /// What it wants to be told by the broker, for every thing.
  static let filters = MICTopic.allCases.filter(\.isRequest).map { $0.topic(of: "+") }

  private let service: Mutex<MICService>
  private let clockSkew: Int64
  private let onRequest: @Sendable (MICRequest) -> Void

  /// - Parameters:
  ///   - signer: makes signed URLs.
  ///   - clockSkew: milliseconds by which MIC's clock is ahead of this machine's.
  ///   - onRequest: called for each message of MIC's, in order, on the service's thread.
  init(
    signer: URLSigner, clockSkew: Int64, onRequest: @escaping @Sendable (MICRequest) -> Void
  ) {
    let invoke = InvokeService { grant in
      signer.url(
        grant.operation.method, key: grant.key, of: grant.thing, from: grant.issuedAt,
        for: FileGrant.lifetime)
    }
    service = Mutex(MICService(invoke: invoke))
    self.clockSkew = clockSkew
    self.onRequest = onRequest
  }

  /// The documents of a thing's observations that are still kept, oldest first.
  func observations(of thing: String) -> [[UInt8]] {
    service.withLock { $0.observations.kept }.filter { $0.thing.hasSameScalars(as: thing) }
      .map(\.payload)
  }

  /// Takes a message if it is one of MIC's.
  ///
  /// - Returns: whether it was, and then nobody else is concerned.
  func take(_ message: ReceivedMessage, publish: (Publication) -> Void) -> Bool {
    let reaction = service.withLock { service in
      service.handle(
        message.topic, payload: message.payload, retained: message.isRetained,
        now: message.arrivedAt + clockSkew)
    }
    guard let reaction else { return false }
    if let publication = reaction.publication { publish(publication) }
    onRequest(
      MICRequest(
        time: message.arrivedAt, thing: reaction.thing, topic: reaction.topic,
        outcome: reaction.outcome.words, bytes: message.payload.count))
    return true
  }
}
