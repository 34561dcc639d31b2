import Glibc

/// A stream for curses on a descriptor that stays open when the stream is closed.
enum OwnStream {
  /// Opens one, nil when no descriptor is left.
  static func open(on descriptor: CInt, mode: String) -> UnsafeMutablePointer<FILE>? {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { return nil }
    guard let stream = fdopen(copy, mode) else {
      Glibc.close(copy)
      return nil
    }
    return stream
  }
}
