import Glibc
import Synchronization

/// A host's addresses, asked for on a thread of its own since the system's resolver cannot be
/// hurried or called back: whoever waits may stop waiting at any time.
final class Resolution: Sendable {
  enum Outcome: Hashable, Sendable {
    /// Numeric, in the order in which to try them; never empty.
    case addresses([String])
    /// The resolver's words.
    case failed(String)
  }

  /// Asks for a host's addresses, and may take as long as it likes.
  typealias Resolver = @Sendable (_ host: String) -> Outcome

  private let outcome = Mutex<Outcome?>(nil)

  /// Starts asking.
  ///
  /// - Parameters:
  ///   - host: a name.
  ///   - wake: woken when `result` has an answer.
  ///   - resolve: asked on the thread.
  init(of host: String, wake: WakePipe, resolve: @escaping Resolver) {
    let isStarted = Threads.startDetached { [self] in
      let found = resolve(host)
      outcome.withLock { $0 = found }
      wake.wake()
    }
    if !isStarted {
      outcome.withLock { $0 = .failed("no thread can be started to ask") }
      wake.wake()
    }
  }

  /// The answer, once it is there.
  var result: Outcome? { outcome.withLock { $0 } }

  /// Asks the system.
  static func ask(_ host: String) -> Outcome {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else { return .failed(String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    for entry in sequence(first: list, next: { $0?.pointee.ai_next }) {
      guard let entry = entry?.pointee else { break }
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let named = getnameinfo(
        entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
      guard named == 0 else { continue }
      let address = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
      if let address, !addresses.contains(address) { addresses.append(address) }
    }
    return addresses.isEmpty ? .failed("the name has no address") : .addresses(addresses)
  }
}
