import Glibc
import Shadow

/// The lines of an input, read as they come and never more than one at a time beyond what one read
/// brings.
struct InputLines {
  /// What the input has next.
  enum Next {
    /// A line that is not empty; counted from 1 with those that are.
    case line(Int, [UInt8])
    /// A line that is longer than any message may be; it was skipped.
    case tooLong(Int)
    /// Nothing yet: ``fill()`` reads on.
    case nothing
    case end
  }

  /// Bytes that a line may have.
  static let limit = ShadowLimits.greatestPayload

  let descriptor: CInt
  /// Bytes taken from the input so far.
  private(set) var bytesRead = 0
  /// Bytes up to the end of the line that was taken last.
  var bytesTaken: Int { bytesRead - (buffer.count - start) }
  private let path: String
  private var buffer: [UInt8] = []
  /// Where the next line begins in the buffer.
  private var start = 0
  /// How far the buffer was searched for an end.
  private var searched = 0
  private var number = 0
  /// Whether the line that is being read is too long, so that its bytes are dropped.
  private var isSkipping = false
  private var isAtEnd = false

  /// - Parameter path: `-` for standard input.
  /// - Throws: `CommandFailure` if it cannot be opened.
  init(_ path: String) throws(CommandFailure) {
    self.path = path
    descriptor = try InputText.open(path)
  }

  /// Bytes of the whole input, if it is a file.
  var size: Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Takes the next line from what was read.
  mutating func next() -> Next {
    while true {
      let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n"))
      searched = end ?? buffer.count
      let isEnded = end != nil || isAtEnd
      if isSkipping || searched - start > Self.limit {
        isSkipping = !isEnded
        let isReported = isEnded
        drop(through: end)
        guard isReported else { return .nothing }
        number += 1
        return .tooLong(number)
      }
      guard isEnded else { return .nothing }
      if end == nil, start == buffer.count { return .end }
      var line = buffer[start..<searched]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      number += 1
      let isBlank = line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      let taken = Array(line)
      drop(through: end)
      if !isBlank { return .line(number, taken) }
    }
  }

  /// Lets go of a line, or of all that there is.
  private mutating func drop(through end: Int?) {
    start = end.map { $0 + 1 } ?? buffer.count
    searched = start
  }

  /// Reads once more; waits if nothing has come yet, unless the descriptor does not block.
  ///
  /// - Throws: `CommandFailure` if that fails.
  mutating func fill() throws(CommandFailure) {
    buffer.removeFirst(start)
    (searched, start) = (searched - start, 0)
    var piece = [UInt8](repeating: 0, count: 1 << 15)
    let count = read(descriptor, &piece, piece.count)
    guard count >= 0 else {
      if errno == EINTR || errno == EAGAIN { return }
      throw InputText.failure(path, errno)
    }
    if count == 0 { isAtEnd = true }
    bytesRead += count
    buffer += piece[..<count]
  }
}
