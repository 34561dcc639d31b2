import Glibc

/// Whether the broker is reached by a port: a connection that ends once that is known.
enum PortProbe {
  enum Answer: Hashable {
    case closed
    /// Something takes connections, and it is not the broker.
    case open
    /// The handshake came about: it is the broker.
    case secured
  }

  /// Asks, on the calling thread.
  ///
  /// - Parameters:
  ///   - configuration: what to connect with; its endpoint has the port.
  ///   - milliseconds: how long to wait for an answer.
  /// - Returns: what is known by then.
  static func ask(_ configuration: LinkConfiguration, milliseconds: Int64) -> Answer {
    let mailbox = Mailbox<LinkEvent>()
    let link = BrokerLink(configuration: configuration) { mailbox.post($0) }
    defer { link.stop() }
    let end = Clock.monotonicMilliseconds + milliseconds
    var answer = Answer.closed
    while true {
      for event in mailbox.collect() {
        switch event {
        case .step(.tls): answer = .open
        case .secured: return .secured
        // One that is quick can be through with it before its connection was told.
        case .lost(let failure, _): return failure.isUnanswered ? answer : .open
        default: break
        }
      }
      let left = end - Clock.monotonicMilliseconds
      guard left > 0 else { return answer }
      var source = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&source, 1, CInt(clamping: mailbox.isOpen ? left : min(left, 50)))
    }
  }
}

extension ConnectionFailure {
  /// Whether nobody took the connection.
  fileprivate var isUnanswered: Bool {
    switch kind {
    case .setup, .notResolved, .refused, .unreachable, .silentHost: true
    default: false
    }
  }
}
