/// Who uses a link: told everything on the network thread, and answering with what to send.
protocol LinkClient: Sendable {
  /// Takes an event.
  ///
  /// - Parameters:
  ///   - event: what happened.
  ///   - now: milliseconds of `Clock.monotonicMilliseconds`.
  /// - Returns: what to send in answer, in order.
  func handle(_ event: LinkEvent, now: Int64) -> [Outgoing]

  /// Does what is due.
  ///
  /// - Parameter now: milliseconds of `Clock.monotonicMilliseconds`.
  /// - Returns: when to be asked again, nil if nothing will be due by itself; and what to send.
  func timePassed(now: Int64) -> (next: Int64?, sending: [Outgoing])

  /// Whether this is asked for again on the next connection by itself.
  func repeats(_ suspect: Suspect) -> Bool

  /// Everything that had come is told, and the network thread is about to sleep: the time to wake
  /// others, once for all of it.
  func turnEnded()
}

extension LinkClient {
  func turnEnded() {}
}

/// A client that only listens.
struct Listener: LinkClient {
  let deliver: @Sendable (LinkEvent) -> Void

  func handle(_ event: LinkEvent, now: Int64) -> [Outgoing] {
    deliver(event)
    return []
  }

  func timePassed(now: Int64) -> (next: Int64?, sending: [Outgoing]) { (nil, []) }

  func repeats(_ suspect: Suspect) -> Bool { suspect.request != .publish }
}
