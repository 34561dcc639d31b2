import Shadow
import ShadowService
import Synchronization
import Thing

/// The jobs service's part of the service; its jobs are in memory only.
///
/// AWS delivers an answer to whoever asked even without a subscription. mosquitto cannot: here a thing
/// hears of its jobs what it subscribes to.
final class JobsAttachment: Sendable {
  /// What it wants to be told by the broker, for every thing.
  static let filters = JobTopic.requestFilters(of: "+") + [JobCreation.requests]

  private let service = Mutex(JobsService())
  private let onRequest: @Sendable (AnsweredJobRequest) -> Void

  /// - Parameter onRequest: called for each request, in order, on the service's thread.
  init(onRequest: @escaping @Sendable (AnsweredJobRequest) -> Void) { self.onRequest = onRequest }

  /// Takes a message if it is about jobs.
  ///
  /// - Returns: whether it was, and then nobody else is concerned.
  func take(_ message: ReceivedMessage, publish: (Publication) -> Void) -> Bool {
    let reaction = service.withLock { service in
      service.handle(
        message.topic, payload: message.payload, retained: message.isRetained,
        now: message.arrivedAt)
    }
    guard let reaction else { return false }
    for publication in reaction.publications { publish(publication) }
    onRequest(
      AnsweredJobRequest(
        time: message.arrivedAt, thing: reaction.thing, request: reaction.request,
        outcome: reaction.outcome.words, bytes: message.payload.count))
    return true
  }
}
