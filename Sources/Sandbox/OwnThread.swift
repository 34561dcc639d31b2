import Glibc

/// Runs the body on a thread of its own that takes no signals: those are the main thread's.
///
/// - Returns: whether the system had a thread to give.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  // Blocked before there is a thread, which inherits this: no signal finds it in between.
  var all = sigset_t()
  var before = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  // Retained for C, and released by the new thread, or below if there is none.
  let box = Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  guard pthread_create(&thread, nil, runThread, box.toOpaque()) == 0 else {
    box.release()
    return false
  }
  pthread_detach(thread)
  return true
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
