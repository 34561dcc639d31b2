/// How many bytes may come without making a packet: the bound on what a broker can make us hold.
///
/// The library takes memory for a packet as its bytes come, up to the 256 MB that a packet may
/// announce, and tells only what is complete. So the bytes are counted, and what each event accounts
/// for is taken off again.
struct ReceiveBudget {
  /// Bytes that may be without an explanation; eight times what a message may have.
  static let limit = 1 << 20

  /// What the answer to a ping may take with all that TLS adds.
  private static let pong = 128

  /// Bytes that no event accounts for.
  private(set) var unexplained = 0
  /// Bytes that may come without a reason.
  private var credit = 0

  var isExceeded: Bool { unexplained > Self.limit }

  /// So many more bytes have come.
  mutating func hear(bytes: Int) {
    let excused = min(credit, bytes)
    credit -= excused
    unexplained += bytes - excused
  }

  /// An event came of what was counted before.
  mutating func explain(_ event: BrokerEvent) {
    // For the packet around it, and what TLS adds to a packet and to each 16 KB.
    let overhead = 512
    let bytes =
      switch event {
      case .message(let message): message.payload.count + message.topic.utf8.count
      case .oversized(let topic, let bytes): bytes + topic.utf8.count
      case .tcpConnected, .secured, .greeted, .subscribed, .unsubscribed, .published: 0
      }
    explain(bytes + bytes / 128 + overhead)
  }

  /// A ping goes out, whose answer makes no event.
  mutating func expectPong() {
    // Before it comes, so that this is all there is of credit.
    credit = Self.pong
  }

  private mutating func explain(_ bytes: Int) {
    // Nobody saves up.
    unexplained = max(0, unexplained - bytes)
  }
}
