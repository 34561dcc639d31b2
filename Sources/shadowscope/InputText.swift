import Glibc

/// A text that is read whole: a file, a pipe, or standard input.
enum InputText {
  /// More than any request may have, with room for white space.
  static let limit = 1 << 20

  /// Reads it to its end.
  ///
  /// - Parameters:
  ///   - path: `-` for standard input.
  ///   - limit: bytes.
  ///   - reason: why it may be no longer, as a sentence.
  /// - Returns: the bytes.
  /// - Throws: `CommandFailure` if it cannot be read, or is longer.
  static func read(
    _ path: String, limit: Int = limit, because reason: String = "No request may be so long."
  ) throws(CommandFailure) -> [UInt8] {
    let descriptor = try open(path)
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        wait(for: descriptor)
        continue
      }
      guard count >= 0 else { throw failure(path, errno) }
      guard count > 0 else { return text }
      text += buffer[..<count]
      guard text.count <= limit else {
        throw CommandFailure(
          status: .badData, what: "\(subject(path)) is longer than \(limit) bytes.",
          cause: reason, remedy: "")
      }
    }
  }

  /// Sleeps until something can be read: standard input does not block where another program that
  /// has the same description said so.
  static func wait(for descriptor: CInt) {
    var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&source, 1, -1)
  }

  /// Opens it.
  ///
  /// - Parameter path: `-` for standard input, which is handed out as it is.
  /// - Returns: a descriptor, to be closed unless it is standard input's.
  /// - Throws: `CommandFailure` if it cannot be read.
  static func open(_ path: String) throws(CommandFailure) -> CInt {
    guard path != "-" else { return STDIN_FILENO }
    let descriptor = Glibc.open(Environment.expanding(path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    return descriptor
  }

  /// The text's name for people.
  static func name(of path: String) -> String { path == "-" ? "standard input" : path }

  /// The name at the start of a sentence.
  static func subject(_ path: String) -> String { path == "-" ? "Standard input" : path }

  /// A text that cannot be read.
  static func failure(_ path: String, _ error: CInt) -> CommandFailure {
    CommandFailure(
      status: .noInput, what: "\(subject(path)) cannot be read.",
      cause: "The system says: \(String(cString: strerror(error))).",
      remedy: path == "-" ? "" : "Correct the path.")
  }
}
