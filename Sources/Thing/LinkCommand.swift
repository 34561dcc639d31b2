/// What other threads ask of the network thread.
enum LinkCommand: Sendable {
  case publish(Outgoing)
  case retryNow
  case stop
}
