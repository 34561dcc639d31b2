import JSON
import Shadow

/// The `get` that a session makes of each shadow by itself, once it is subscribed.
///
/// A policy may forbid it, and the broker then closes the connection without a word: from then on
/// the `get`s go out one after the other, each once the one before is acknowledged, so that there
/// is one suspect; the one over which the connection ends again is left out.
struct InitialGets {
  private var leftOut: [ShadowAddress: ConnectionFailure] = [:]
  private var suspects: Set<ShadowAddress> = []
  private var waiting: [ShadowAddress] = []
  private var current: (address: ShadowAddress, tag: UInt64)?

  /// What to do about a shadow that has just been subscribed.
  enum Step {
    case get
    /// It has its turn later.
    case wait
    case leaveOut(ConnectionFailure)
  }

  /// A shadow has been subscribed.
  mutating func live(_ address: ShadowAddress) -> Step {
    if let failure = leftOut[address] { return .leaveOut(failure) }
    guard !suspects.isEmpty, current != nil else { return .get }
    waiting.append(address)
    return .wait
  }

  /// The `get` is on its way under this tag.
  mutating func sent(_ address: ShadowAddress, tag: UInt64) {
    if !suspects.isEmpty { current = (address, tag) }
  }

  /// The broker has the message with this tag.
  ///
  /// - Returns: the shadow whose turn it is.
  mutating func acknowledged(_ tag: UInt64) -> ShadowAddress? {
    guard let current, current.tag == tag else { return nil }
    suspects.remove(current.address)
    self.current = nil
    return waiting.isEmpty ? nil : waiting.removeFirst()
  }

  /// The connection ended.
  ///
  /// - Parameters:
  ///   - failure: why.
  ///   - addresses: the shadows that are open.
  mutating func lost(_ failure: ConnectionFailure, _ addresses: [ShadowAddress]) {
    waiting = []
    current = nil
    guard let suspect = failure.suspect, suspect.request == .publish else { return }
    let asked = addresses.filter { Self.isGet(of: $0, in: suspect) }
    if suspect.closures > 1, asked.count == 1, let address = asked.first {
      leftOut[address] = failure
      suspects.remove(address)
    } else {
      suspects.formUnion(asked)
    }
  }

  /// A shadow is not open any more; if it is opened again, it is asked for again.
  mutating func forget(_ address: ShadowAddress) {
    leftOut[address] = nil
    suspects.remove(address)
    waiting.removeAll { $0 == address }
  }

  /// Whether a request of this kind is made again by itself.
  static func repeats(_ suspect: Suspect, _ addresses: [ShadowAddress]) -> Bool {
    suspect.request != .publish || addresses.contains { isGet(of: $0, in: suspect) }
  }

  private static func isGet(of address: ShadowAddress, in suspect: Suspect) -> Bool {
    let topic = address.topic(.request(.get))
    return suspect.names.contains { $0.hasSameScalars(as: topic) }
  }
}
