import Dispatch

/// What other threads ask of the network thread.
enum LinkCommand: Sendable {
  case publish(Outgoing)
  case subscribe(FilterGroup)
  case unsubscribe(group: UInt64)
  case retryNow
  /// Says good-bye and ends, and signals between the one and the other.
  case stop(saidGoodbye: DispatchSemaphore)
}
