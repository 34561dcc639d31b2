import Dispatch
import Glibc
package import JSON
import Shadow
package import Simulation
import Synchronization
import Thing

/// A simulated device on its connection: it reports as its thing would, until it is stopped.
///
/// It connects with the thing's certificate but under a client id of its own, `THING-device`, since
/// the monitor takes the thing's name.
package final class SimulatedDevice: Sendable {
  private struct State {
    var simulator: Simulator
    /// What the cloud side wants at the start; nil once it is told.
    var wishes: JSONObject?
    var link: BrokerLink?
    var isConnected = false
    var isStopped = false
  }

  private let state: Mutex<State>
  private let address: ShadowAddress
  /// Wakes the thread that waits for the next report.
  private let changed = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()

  private init(thing: String, rules: Rules, wishes: JSONObject, seed: UInt64) {
    address = ShadowAddress(thing: thing)
    let simulator = Simulator(rules, seed: seed, now: Clock.monotonicMilliseconds)
    state = Mutex(State(simulator: simulator, wishes: wishes))
  }

  /// Switches the device on; it connects by itself, and again when it has to.
  ///
  /// - Parameters:
  ///   - thing: one of the batch's things, or a networked thing of one, whose connection it shares.
  ///   - rules: how it behaves.
  ///   - wishes: what the cloud side wants at the start.
  ///   - batch: the folder of the running broker.
  ///   - port: where the broker listens.
  ///   - seed: the same seed does the same.
  /// - Returns: the device, to be stopped by whoever started it.
  /// - Throws: `SandboxError` if there are no credentials or no thread for it.
  package static func start(
    thing: String, rules: Rules, wishes: JSONObject, in batch: BatchFolder, port: Int, seed: UInt64
  ) throws(SandboxError) -> SimulatedDevice {
    let device = SimulatedDevice(thing: thing, rules: rules, wishes: wishes, seed: seed)
    let topics: [ShadowTopic] = [.delta, .documents, .accepted(.get), .accepted(.delete)]
    var owner = thing
    if let parent = device.address.parent, !PrivateFiles.isPlainFile(batch.thing(thing).certificate)
    {
      owner = parent
    }
    var configuration = try LinkConfiguration.loopback(
      batch, port: port, as: batch.thing(owner), clientID: "\(thing)-device",
      filters: topics.map(device.address.topic))
    // Seen as off line by its last will if it is cut off.
    if rules.tellsPresence { configuration.presence = try? Presence(of: thing) }
    device.ended.enter()
    guard Threads.startDetached({ device.reportWhenDue() }) else {
      device.ended.leave()
      throw .file(FileError("start a thread for", thing, code: EAGAIN))
    }
    device.state.withLock { state in
      state.link = BrokerLink(configuration: configuration) { [weak device] event in
        device?.take(event)
      }
    }
    return device
  }

  /// Switches it off, and returns when it is.
  package func stop() {
    let link = state.withLock { state in
      state.isStopped = true
      defer { state.link = nil }
      return state.link
    }
    link?.stop()
    changed.signal()
    ended.wait()
  }

  // MARK: On the network thread

  private func take(_ event: LinkEvent) {
    switch event {
    case .connected: greet()
    case .message(let message):
      guard let message = ShadowMessage(topic: message.topic, payload: message.payload) else {
        return
      }
      state.withLock { $0.simulator.receive(message, now: Clock.monotonicMilliseconds) }
    case .lost: state.withLock { $0.isConnected = false }
    case .step, .secured, .subscribed, .unsubscribed, .setAside, .written, .acknowledged, .notSent,
      .oversized, .silent, .heard:
      return
    }
    changed.signal()
  }

  /// Tells everything, since the service may be new, and asks for what is wanted, since a delta may
  /// have been missed.
  private func greet() {
    state.withLock { state in
      let reported = state.simulator.connected(now: Clock.monotonicMilliseconds)
      let report = UpdateRequest(
        desired: state.wishes.map(SectionChange.merge), reported: .merge(reported))
      state.isConnected = true
      state.wishes = nil
      state.link?.publish(report.publication(to: address))
      state.link?.publish(GetRequest().publication(to: address))
    }
  }

  // MARK: On the device's thread

  private func reportWhenDue() {
    while let due = publishWhatIsDue() {
      let wait = max(0, due - Clock.monotonicMilliseconds)
      _ = changed.wait(
        timeout: due == .max ? .distantFuture : .now() + .milliseconds(Int(wait)))
    }
    ended.leave()
  }

  /// - Returns: when to be called again, `.max` for not before something has changed; nil once the
  ///   device is stopped.
  private func publishWhatIsDue() -> Int64? {
    state.withLock { state in
      if state.isStopped { return nil }
      guard state.isConnected else { return .max }
      if let step = state.simulator.step(now: Clock.monotonicMilliseconds), !step.changes.isEmpty {
        let report = UpdateRequest(reported: .merge(step.changes))
        state.link?.publish(report.publication(to: address))
      }
      return state.simulator.nextDue
    }
  }
}
