import Dispatch
package import Shadow
import ShadowService
import Synchronization
import Thing

/// The shadow service as one more client of the broker (device-shadow spec 13).
///
/// What MIC adds is `MICAttachment`'s part, and jobs are `JobsAttachment`'s.
package final class ServiceAttachment: Sendable {
  private struct State {
    var link: BrokerLink?
    /// How far the first attempt came or why it ended, for whoever waits for it to succeed.
    var progress = "no connection was tried"
  }

  private let configuration: LinkConfiguration
  private let state = Mutex(State())
  private let shadows: Mutex<KeptShadows>
  /// Where requests wait for the disk; nil where nothing is kept, and each is answered at once.
  private let waiting: BatchQueue<AdmittedRequest>?
  private let ready = DispatchSemaphore(value: 0)
  private let faults: FaultInjection
  private let mic: MICAttachment
  private let jobs: JobsAttachment
  private let onNotice: @Sendable (String) -> Void
  private let onRequest: @Sendable (AnsweredRequest) -> Void

  private init(
    configuration: LinkConfiguration, limits: ShadowLimits, faults: FaultInjection,
    mic: MICAttachment, jobs: JobsAttachment, state kept: OpenState?,
    onNotice: @escaping @Sendable (String) -> Void,
    onRequest: @escaping @Sendable (AnsweredRequest) -> Void
  ) {
    self.configuration = configuration
    let service = ShadowService(stored: kept?.shadows ?? [:], limits: limits)
    shadows = Mutex(KeptShadows(service: service, store: kept?.store))
    waiting = kept.map { _ in BatchQueue(name: "shadowscope-state", limit: Self.mostWaiting) }
    self.faults = faults
    self.mic = mic
    self.jobs = jobs
    self.onNotice = onNotice
    self.onRequest = onRequest
  }

  deinit { stop() }

  /// Requests that may wait for the disk before no more are read from the broker.
  private static let mostWaiting = 4096

  /// Attaches a service; returns when requests are answered.
  ///
  /// - Parameters:
  ///   - batch: the folder of the running broker.
  ///   - port: where the broker listens.
  ///   - limits: how large a shadow may grow.
  ///   - faults: what stands before and behind the service; of this attachment alone.
  ///   - state: the shadows that there are, and where they are kept; nil for none, and in memory only.
  ///   - signer: makes MIC's signed URLs; nil for such as lead nowhere.
  ///   - clockSkew: milliseconds by which MIC's clock is ahead of this machine's.
  ///   - onRequest: called for each answered request, in order, on the service's thread.
  ///   - onMICRequest: called for each message on MIC's topics, likewise.
  ///   - onJobRequest: called for each request about jobs, likewise.
  ///   - onNotice: told when shadows cannot be kept, and when they can again.
  /// - Returns: the service; it is gone when nobody holds it any more.
  /// - Throws: `SandboxError.serviceFailed`.
  package static func start(
    in batch: BatchFolder, port: Int, limits: ShadowLimits = ShadowLimits(),
    faults: FaultInjection = FaultInjection(), state: OpenState? = nil,
    signer: URLSigner? = nil, clockSkew: Int64 = 0,
    onRequest: @escaping @Sendable (AnsweredRequest) -> Void = { _ in },
    onMICRequest: @escaping @Sendable (MICRequest) -> Void = { _ in },
    onJobRequest: @escaping @Sendable (AnsweredJobRequest) -> Void = { _ in },
    onNotice: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(SandboxError) -> ServiceAttachment {
    var configuration = try LinkConfiguration.loopback(
      batch, port: port, as: batch.service, clientID: "shadowscope-service",
      filters: requestFilters + MICAttachment.filters + JobsAttachment.filters
        + [FaultControl.requests])
    // AWS's limit is for its clients, and the service is none.
    configuration.inFlightLimit = 1000
    var generator = SystemRandomNumberGenerator()
    let mic = MICAttachment(
      signer: signer ?? URLSigner(using: &generator), clockSkew: clockSkew, onRequest: onMICRequest)
    let attachment = ServiceAttachment(
      configuration: configuration, limits: limits, faults: faults, mic: mic,
      jobs: JobsAttachment(onRequest: onJobRequest), state: state, onNotice: onNotice,
      onRequest: onRequest)
    // Under the lock, which the first message waits for: the link is there to answer it.
    attachment.state.withLock { $0.link = attachment.makeLink() }
    guard attachment.ready.wait(timeout: .now() + .seconds(10)) == .success else {
      attachment.stop()
      throw .serviceFailed(
        reason: "not within 10 s; " + attachment.state.withLock { $0.progress })
    }
    return attachment
  }

  /// Leaves the broker; shadows that are not kept are gone.
  package func stop() {
    let link = state.withLock { state in
      defer { state.link = nil }
      return state.link
    }
    faults.stop()
    link?.stop()
    waiting?.finish()
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

  /// Makes a request of the cloud side, which is answered as any other.
  func request(_ publication: Publication) { state.withLock { $0.link }?.publish(publication) }

  /// The documents that came for a thing by MIC's backdate topic and are still kept, oldest first.
  func observations(of thing: String) -> [[UInt8]] { mic.observations(of: thing) }

  /// Makes the link that everything is published over from then on; under the lock, see `start`.
  private func makeLink() -> BrokerLink {
    faults.use {
      BrokerLink(configuration: configuration) { [weak self] in self?.take($0) }
    }
  }

  // MARK: On the network thread

  private static let requestFilters = ShadowOperation.allCases.flatMap { operation in
    ["", "name/+/"].map { "$aws/things/+/shadow/\($0)\(operation.rawValue)" }
  }

  private func take(_ event: LinkEvent) {
    switch event {
    case .connected: ready.signal()
    case .message(let message): answer(message)
    case .lost(let failure, _):
      state.withLock { $0.progress = "\(failure.what) \(failure.cause)" }
      faults.connectionLost()
    case .step(let step): state.withLock { $0.progress = "it stands at the step \(step)" }
    case .acknowledged(let tag): faults.acknowledged(tag)
    case .secured, .written, .notSent, .subscribed, .unsubscribed, .setAside, .oversized, .silent,
      .heard:
      break
    }
  }

  private func answer(_ message: ReceivedMessage) {
    let link = state.withLock { $0.link }
    guard !mic.take(message, publish: { link?.publish($0) }),
      !jobs.take(message, publish: { link?.publish($0) })
    else { return }
    if faults.takesControl(message) { return }
    let request = faults.admit(message)
    if let waiting {
      waiting.append(request) { [weak self] in self?.answer($0) }
    } else {
      answer([request])
    }
  }

  /// Answers requests that came together.
  private func answer(_ requests: [AdmittedRequest]) {
    let (answers, news) = shadows.withLock { ($0.answer(requests), $0.takeNews()) }
    if let news { onNotice(news) }
    for (request, answered) in zip(requests, answers) {
      faults.send(answered.publications, to: request)
      if let report = answered.report { onRequest(report) }
    }
  }
}
