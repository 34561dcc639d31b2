import Canvas
import Shadow
import TestSupport
import Thing
@testable import Monitor
@testable import shadowscope

/// A monitor without a screen: the model, its session and the way between them, wired as the program
/// wires them.
final class LiveMonitor {
  private(set) var model: Model
  /// What the model asked of the world besides the session.
  private(set) var otherEffects: [Effect] = []
  /// Why something could not be kept on disk.
  private(set) var notKept: [String] = []
  /// Why the connection was down, each time that this changed.
  private(set) var outages: [Outage] = []
  private var translation: EventTranslation
  private let mailbox = Mailbox<Happening>()
  private var keeper: Keeper
  private let session: ThingSession

  /// Connects, and goes on connecting.
  ///
  /// - Parameters:
  ///   - configuration: of its connection.
  ///   - address: the shadow that is looked at.
  ///   - seed: of its client tokens.
  ///   - logLimit: bytes that its log may take.
  ///   - state: the folder in which it keeps what is staged; nil to keep nothing.
  init(
    _ configuration: LinkConfiguration, address: ShadowAddress = ShadowAddress(thing: "lamp1"),
    seed: UInt64 = 1, logLimit: Int = MessageLog.standardLimit, state: String? = nil
  ) {
    let endpoint = configuration.endpoint.description
    model = Model(
      thing: address.thing, endpoint: endpoint, address: address, seed: seed, logLimit: logLimit)
    translation = EventTranslation(endpoint: endpoint)
    let mailbox = mailbox
    keeper = Keeper(state: state, isReadOnly: false, mailbox: mailbox)
    session = ThingSession(configuration: configuration, addresses: [address]) {
      mailbox.post(.session(number: 0, $0, time: Clock.wallMilliseconds))
    }
    for message in keeper.open(address, of: model) { send(message) }
    send(.resized(Size(rows: 40, columns: 120)))
  }

  deinit { end() }

  /// Says good-bye, as when the program ends, and lets go of its files.
  func end() {
    // An update that waits for the disk leaves before the good-bye.
    _ = keeper.keep(model, at: Clock.wallMilliseconds)
    _ = keeper.finish()
    session.stop()
    keeper = Keeper(state: nil, isReadOnly: true, mailbox: mailbox)
  }

  // MARK: The world

  private func send(_ message: Message, at now: Int64? = nil) {
    take(message, at: now ?? Clock.wallMilliseconds)
  }

  private func take(_ message: Message, at now: Int64, isFollowed: Bool = false) {
    let before = model.connection.outage
    let effects = update(&model, message, at: now, isFollowed: isFollowed)
    if let outage = model.connection.outage, outage != before { outages.append(outage) }
    perform(effects)
  }

  /// Takes in everything that has come, and what is due.
  func turn() {
    for happening in mailbox.collect() {
      switch happening {
      case .session(_, let event, let time):
        for message in translation.messages(for: event, at: time) {
          take(message, at: time, isFollowed: true)
        }
      case .keeping(let report):
        if case .failing(let fault) = report { notKept.append(fault.words) }
        for message in keeper.note(report, model) { send(message) }
      default: break
      }
    }
    send(.tick)
    for message in keeper.keep(model, at: Clock.wallMilliseconds) { send(message) }
  }

  private func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .submit(let pending):
        guard let token = ClientToken(pending.token) else { continue }
        let session = session
        keeper.journal(pending, of: model, at: Clock.wallMilliseconds) {
          session.submit(
            pending.publication, operation: .update, of: pending.address, token: token)
        }
      case .get(let address, let text):
        guard let token = ClientToken(text) else { continue }
        let publication = GetRequest(clientToken: token).publication(to: address)
        session.submit(publication, operation: .get, of: address, token: token)
      case .retryNow: session.retryNow()
      default: otherEffects.append(effect)
      }
    }
  }

  // MARK: The person

  func press(_ keys: Key...) { for key in keys { send(.key(key)) } }

  func type(_ text: String) { for character in text { send(.key(.character(character))) } }

  /// Stages a value for a resource at the top, whatever is staged for it already.
  func stage(_ value: String, for resource: String) {
    type("a")
    type(resource)
    press(.enter)
    press(.control("u"))
    type(value)
    press(.enter)
  }

  /// The screen as lines of text.
  var screen: [String] {
    let frame = view(model, in: model.size, at: Clock.wallMilliseconds)
    return (0..<frame.size.rows).map { row in
      (0..<frame.size.columns).map { frame[row, $0].text }.joined()
    }
  }

  /// Whether it says that nothing tells what became of the last update.
  var isUndecided: Bool { model.delivery?.state == .undecided }

  /// Whether the next attempt waits for the person, or for more than a few seconds.
  var waitsForLong: Bool {
    switch model.connection.status {
    case .stopped, .takenOver: true
    case .offline(_, _, _, _, let retryAt): (retryAt ?? .max) > Clock.wallMilliseconds + 3000
    case .connecting, .connected, .refusedFilters, .silent, .heard, nil: false
    }
  }

  /// Takes in what comes until a condition holds.
  ///
  /// - Returns: the milliseconds that this took.
  /// - Throws: `ChildProcess.Failure` with the screen when the seconds are over.
  @discardableResult
  func wait(
    for what: String, seconds: Double = 15, _ condition: (LiveMonitor) -> Bool
  ) async throws -> Int64 {
    let start = Clock.monotonicMilliseconds
    while true {
      turn()
      let passed = Clock.monotonicMilliseconds - start
      if condition(self) { return passed }
      guard passed < Int64(seconds * 1000) else {
        throw ChildProcess.Failure(
          description: "no \(what) after \(seconds) s:\n\(screen.joined(separator: "\n"))")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Connected, and with the answer to the `get` that follows.
  func online(seconds: Double = 20) async throws {
    try await wait(for: "connection and document", seconds: seconds) { monitor in
      monitor.model.connection.isUp && monitor.model.freshness.isFresh
    }
  }
}
