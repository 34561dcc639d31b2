import Glibc

/// Threads of our own: they handle no signals, so that these reach the main thread.
package enum Threads {
  /// Runs the body on a new thread that nobody waits for.
  ///
  /// - Returns: whether the system had a thread to give.
  package static func startDetached(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = start(body) else { return false }
    pthread_detach(thread)
    return true
  }

  /// Runs the body on a new thread.
  ///
  /// - Returns: the thread, to be joined or detached once; nil if there can be no more threads.
  static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    // Blocked before there is a thread, which inherits this: no signal finds it in between.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    // Retained: the thread takes it over, or we do if there is no thread.
    let passed = Unmanaged.passRetained(ThreadBody(body))
    var thread = pthread_t()
    guard pthread_create(&thread, nil, runThread, passed.toOpaque()) == 0 else {
      passed.release()
      return nil
    }
    return thread
  }
}

private final class ThreadBody: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
  return nil
}
