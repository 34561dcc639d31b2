import JSON
import Shadow

/// Our requests, to tell their answers from those to others; the oldest are forgotten.
struct OwnRequests: Sendable {
  private static let most = 256
  private var sent: [(token: String, address: ShadowAddress, at: Int64, number: Int)] = []
  /// How many were noted so far: an order that no clock disturbs.
  private(set) var count = 0

  mutating func note(_ token: String, of address: ShadowAddress, at now: Int64) {
    sent.removeAll { $0.token.hasSameScalars(as: token) }
    count += 1
    sent.append((token, address, now, count))
    if sent.count > Self.most { sent.removeFirst() }
  }

  /// When a request of ours was sent, in ms since 1970; nil if it was not ours.
  func time(of token: String?) -> Int64? { request(token)?.at }

  /// Which of our requests it was, counted from 1; nil if it was not ours.
  func number(of token: String?) -> Int? { request(token)?.number }

  /// The shadow that a request of ours is about; nil if it was not ours.
  func address(of token: String) -> ShadowAddress? { request(token)?.address }

  private func request(
    _ token: String?
  ) -> (token: String, address: ShadowAddress, at: Int64, number: Int)? {
    guard let token else { return nil }
    return sent.last { $0.token.hasSameScalars(as: token) }
  }
}
