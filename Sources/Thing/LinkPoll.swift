import Glibc

/// Where the network thread sleeps.
enum LinkPoll {
  /// Sleeps until the bell rings, the broker's socket is ready, or the time is over.
  ///
  /// - Parameters:
  ///   - bell: a descriptor that is readable when another thread wants something.
  ///   - handle: whose socket it is; nil where there is no connection. It does not sleep while the
  ///     handle holds bytes that were received and not read.
  ///   - milliseconds: how long at most; nil for ever.
  /// - Returns: what of the socket is ready, as `poll` tells it; 0 for nothing.
  static func wait(bell: CInt, for handle: BrokerHandle?, milliseconds: Int64?) -> Int16 {
    var sources = [
      pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
      pollfd(fd: -1, events: 0, revents: 0),
    ]
    if let handle {
      sources[1].fd = handle.descriptor
      sources[1].events = handle.interest
    }
    let isBehind = handle?.hasUnread ?? false
    let wait = isBehind ? 0 : milliseconds.map { CInt(clamping: $0) } ?? -1
    let count = poll(&sources, nfds_t(sources.count), wait)
    return (count > 0 ? sources[1].revents : 0) | (isBehind ? Int16(POLLIN) : 0)
  }
}
