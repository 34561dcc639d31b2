import Shadow
package import ShadowService
import Synchronization
import Thing

/// The gate before and behind the service, on its connection: what `RequestGate` decides is done
/// here.
///
/// For each message but those on the control topic `admit` comes before the service and `send` after it.
package final class FaultInjection: Sendable {
  private let gate: Mutex<RequestGate>
  private let sending: DeferredSending
  private let cut: @Sendable (String) -> Void
  private let onFault: @Sendable (FaultEvent) -> Void

  /// - Parameters:
  ///   - gate: the rules to start with, and whether AWS's limits count.
  ///   - cut: cuts the connections of a thing; it must not wait.
  ///   - onFault: told of each fault, on the service's thread.
  package init(
    _ gate: RequestGate = RequestGate(), cut: @escaping @Sendable (String) -> Void = { _ in },
    onFault: @escaping @Sendable (FaultEvent) -> Void = { _ in }
  ) {
    self.gate = Mutex(gate)
    self.cut = cut
    self.onFault = onFault
    sending = DeferredSending(cut: cut)
  }

  // MARK: The connection

  /// Makes the link to publish over from now on.
  func use(_ make: () -> BrokerLink) -> BrokerLink { sending.use(make) }

  func acknowledged(_ tag: UInt64) { sending.acknowledged(tag) }

  func connectionLost() { sending.connectionLost() }

  /// Forgets what was to be sent later.
  func stop() { sending.stop() }

  // MARK: Requests

  /// Carries out a request on the control topic; false if the message is none.
  func takesControl(_ message: ReceivedMessage) -> Bool {
    guard message.topic == FaultControl.requests else { return false }
    guard !message.isRetained else { return true }
    let answer = gate.withLock { FaultControl.handle(message.payload, plan: &$0.faults) }
    // Not through the rules: whoever has dropped everything must be able to end that.
    sending.take([.publish(answer, delay: 0)])
    return true
  }

  /// Asks what to do with a message before the service has it.
  func admit(_ message: ReceivedMessage) -> AdmittedRequest {
    let admission = gate.withLock { gate in
      gate.admit(
        message.topic, retained: message.isRetained, now: Clock.monotonicMilliseconds)
    }
    tell(admission.notes, at: message.arrivedAt)
    if let thing = admission.cut { cut(thing) }
    return AdmittedRequest(message: message, admission: admission)
  }

  /// Publishes the answers to a message as far as the rules let them through.
  func send(_ answers: [Publication], to request: AdmittedRequest) {
    let time = request.message.arrivedAt
    let (deliveries, notes) = gate.withLock { gate in
      gate.dispatch(
        answers, of: request.admission, time: time / 1000, now: Clock.monotonicMilliseconds)
    }
    tell(notes, at: time)
    sending.take(deliveries)
  }

  private func tell(_ notes: [FaultPlan.Note], at time: Int64) {
    for note in notes {
      onFault(
        FaultEvent(time: time, id: note.id, rule: note.rule.description, topic: note.topic))
    }
  }
}

/// A message and what the gate says of it.
struct AdmittedRequest: Sendable {
  let message: ReceivedMessage
  let admission: RequestGate.Admission
}

extension KeptShadows {
  /// Takes requests that came together, and answers each as the gate says.
  ///
  /// - Returns: one answer for each request; an empty one for those that are lost.
  mutating func answer(_ requests: [AdmittedRequest]) -> [Answered] {
    var served = answer(requests.filter { $0.admission.verdict == .pass }.map(\.message))[...]
    return requests.map { request in
      switch request.admission.verdict {
      case .pass: served.popFirst() ?? Answered()
      case .lose: Answered()
      case .refuse(let error): refuse(request.message, with: error)
      }
    }
  }
}
