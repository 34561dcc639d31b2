/// What other threads ask of the network thread.
enum LinkCommand: Sendable {
  case publish(Outgoing)
  case subscribe(FilterGroup)
  case unsubscribe(group: UInt64)
  case retryNow
  case stop
}
