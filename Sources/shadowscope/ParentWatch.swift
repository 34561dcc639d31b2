import CProcess
import Glibc

/// Tells when the process that started this one ends, so that nothing is left behind by a test rig
/// that was killed.
final class ParentWatch {
  /// Readable once the parent is gone; -1, which `poll` ignores, where there is none to watch.
  let descriptor: CInt

  /// - Parameter isWatching: false for a watch that never tells anything.
  init(isWatching: Bool) {
    let parent = isWatching ? getppid() : 0
    // Process 1 adopts what outlives its parent; it does not end before we do.
    descriptor = parent > 1 ? cprocess_watch(parent) : -1
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
