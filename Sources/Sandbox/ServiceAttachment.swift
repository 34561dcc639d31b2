import Dispatch
package import Shadow
import ShadowService
import Synchronization
import Thing

/// The shadow service as one more client of the broker (device-shadow spec 13).
///
/// It also plays the part of MIC that hands a thing's last will on to its shadow (mic-thing-api
/// 1.6): what comes on `tcxn/things/T/shadow/update` goes to `$aws/things/T/shadow/update`.
package final class ServiceAttachment: Sendable {
  private struct State {
    var service: ShadowService
    var link: BrokerLink?
    /// How far the first attempt came or why it ended, for whoever waits for it to succeed.
    var progress = "no connection was tried"
  }

  private let configuration: LinkConfiguration
  private let state: Mutex<State>
  private let ready = DispatchSemaphore(value: 0)
  private let onRequest: @Sendable (AnsweredRequest) -> Void

  private init(
    configuration: LinkConfiguration, limits: ShadowLimits,
    onRequest: @escaping @Sendable (AnsweredRequest) -> Void
  ) {
    self.configuration = configuration
    state = Mutex(State(service: ShadowService(limits: limits)))
    self.onRequest = onRequest
  }

  deinit { stop() }

  /// Attaches a service without shadows; returns when requests are answered.
  ///
  /// - Parameters:
  ///   - batch: the folder of the running broker.
  ///   - port: where the broker listens.
  ///   - limits: how large a shadow may grow.
  ///   - onRequest: called for each answered request, in order, on the service's thread.
  /// - Returns: the service; it is gone when nobody holds it any more.
  /// - Throws: `SandboxError.serviceFailed`.
  package static func start(
    in batch: BatchFolder, port: Int, limits: ShadowLimits = ShadowLimits(),
    onRequest: @escaping @Sendable (AnsweredRequest) -> Void = { _ in }
  ) throws(SandboxError) -> ServiceAttachment {
    let configuration = try LinkConfiguration.loopback(
      batch, port: port, as: batch.service, clientID: "shadowscope-service",
      filters: requestFilters + [willFilter])
    let attachment = ServiceAttachment(
      configuration: configuration, limits: limits, onRequest: onRequest)
    // Under the lock, which the first message waits for: the link is there to answer it.
    attachment.state.withLock { $0.link = attachment.makeLink() }
    guard attachment.ready.wait(timeout: .now() + .seconds(10)) == .success else {
      attachment.stop()
      throw .serviceFailed(
        reason: "not within 10 s; " + attachment.state.withLock { $0.progress })
    }
    return attachment
  }

  /// Leaves the broker; the shadows are gone.
  package func stop() {
    let link = state.withLock { state in
      defer { state.link = nil }
      return state.link
    }
    link?.stop()
  }

  /// Attaches the service anew, shadows and all, to a broker that has just been started again.
  ///
  /// A new link tries at once, where the old one would keep its distance from its last attempt: a
  /// client that is back first would ask in vain.
  func reconnect() {
    let old = state.withLock { state in
      defer { state.link = makeLink() }
      return state.link
    }
    old?.stop()
  }

  private func makeLink() -> BrokerLink {
    BrokerLink(configuration: configuration) { [weak self] in self?.take($0) }
  }

  // MARK: On the network thread

  private static let requestFilters = ShadowOperation.allCases.flatMap { operation in
    ["", "name/+/"].map { "$aws/things/+/shadow/\($0)\(operation.rawValue)" }
  }
  private static let willFilter = "tcxn/things/+/shadow/update"

  private func take(_ event: LinkEvent) {
    switch event {
    case .connected: ready.signal()
    case .message(let message): answer(message)
    case .lost(let failure, _):
      state.withLock { $0.progress = "\(failure.what) \(failure.cause)" }
    case .step(let step): state.withLock { $0.progress = "it stands at the step \(step)" }
    case .written, .acknowledged, .notSent: break
    }
  }

  private func answer(_ message: ReceivedMessage) {
    if let thing = Self.thing(ofWill: message.topic) {
      guard !message.isRetained else { return }
      let update = ShadowAddress(thing: thing).topic(.request(.update))
      state.withLock { $0.link }?.publish(Publication(topic: update, payload: message.payload))
      return
    }
    let answers = state.withLock { state in
      let answers = state.service.handle(
        message.topic, payload: message.payload, retained: message.isRetained,
        now: message.arrivedAt / 1000)
      for answer in answers { state.link?.publish(answer) }
      return answers
    }
    guard let first = answers.first,
      let request = AnsweredRequest(
        time: message.arrivedAt, bytes: message.payload.count, answer: first)
    else { return }
    onRequest(request)
  }

  /// The thing's name in `tcxn/things/T/shadow/update`.
  private static func thing(ofWill topic: String) -> String? {
    let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
    guard levels.count == 5, levels[0] == "tcxn", levels[1] == "things", levels[3] == "shadow",
      levels[4] == "update"
    else { return nil }
    return String(levels[2])
  }
}
