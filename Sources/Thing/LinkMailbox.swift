import Synchronization

/// What other threads ask of the network thread.
enum LinkCommand: Sendable {
  case publish(Outgoing)
  case retryNow
  case stop
}

/// The way to the network thread: an array behind a mutex, and one byte to wake it.
final class LinkMailbox: Sendable {
  let wake = WakePipe()

  private struct State {
    var commands: [LinkCommand] = []
    /// One byte is enough for however many commands.
    var isWoken = false
  }

  private let state = Mutex(State())

  func post(_ command: LinkCommand) {
    let wakes = state.withLock { state in
      state.commands.append(command)
      defer { state.isWoken = true }
      return !state.isWoken
    }
    if wakes { wake.wake() }
  }

  /// Everything that was asked, oldest first; to be called after each time the pipe was drained.
  func collect() -> [LinkCommand] {
    state.withLock { state in
      state.isWoken = false
      defer { state.commands = [] }
      return state.commands
    }
  }
}
