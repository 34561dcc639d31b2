import Glibc
package import Recordings

/// A recording that is being written: a file that only its owner can read.
///
/// Each line is handed to the system whole and at once, so that a program that is killed leaves no
/// more than a last line that is cut off. A recording that never gets a line leaves no file, and one
/// that was there before as it was.
package final class RecordingFile {
  /// As it was opened, for people.
  package let path: String
  /// Messages written so far.
  package private(set) var messages = 0
  /// Bytes written so far.
  package private(set) var size: Int
  private let descriptor: CInt
  private let isNew: Bool
  /// The first line, until it is written with the second.
  private var header: [UInt8]?

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: where it is to be, not through a symbolic link.
  ///   - isReplacing: whether a file that is there may be written over; it keeps its name and place.
  ///   - header: the first line, written with the next one.
  /// - Throws: `RecordingFileFault`; then a file that was there is as it was.
  package init(
    _ path: String, isReplacing: Bool = false, header: RecordingHeader
  ) throws(RecordingFileFault) {
    let way = O_WRONLY | O_CLOEXEC | O_NONBLOCK
    var descriptor = open(path, way | O_CREAT | O_EXCL, 0o600)
    isNew = descriptor >= 0
    if !isNew, isReplacing, errno == EEXIST { descriptor = open(path, way | O_NOFOLLOW) }
    guard descriptor >= 0 else { throw RecordingFileFault(path, code: errno) }
    (self.path, self.descriptor, size) = (path, descriptor, 0)
    self.header = header.line
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw RecordingFileFault(path, code: EINVAL)
    }
    // The umask may have taken bits away, and an old file may have had more.
    guard fchmod(descriptor, 0o600) == 0 else { throw RecordingFileFault(path, code: errno) }
  }

  deinit {
    close(descriptor)
    if isNew, size == 0 { unlink(path) }
  }

  /// Writes a line.
  ///
  /// - Throws: `RecordingFileFault`; then the recording holds whole lines up to here.
  package func write(_ line: RecordedLine) throws(RecordingFileFault) {
    try write(line.bytes)
    if case .message = line.content { messages += 1 }
  }

  /// Writes the last line, and waits until the file is on the disk.
  ///
  /// - Parameter now: ms since 1970.
  /// - Throws: `RecordingFileFault`.
  package func end(at now: Int64) throws(RecordingFileFault) {
    try write(RecordedLine(time: now, .end(messages: messages)))
    guard fsync(descriptor) == 0 else { throw RecordingFileFault(path, code: errno) }
  }

  /// Whether anything was written.
  package var hasBegun: Bool { size > 0 }

  private func write(_ line: [UInt8]) throws(RecordingFileFault) {
    let bytes = (header ?? []) + line
    if header != nil {
      guard ftruncate(descriptor, 0) == 0 else { throw RecordingFileFault(path, code: errno) }
    }
    if let code = Files.write(bytes, to: descriptor) {
      // A part of the line may have found room: without it the rest is undamaged.
      if ftruncate(descriptor, off_t(size)) == 0 { lseek(descriptor, off_t(size), SEEK_SET) }
      throw RecordingFileFault(path, code: code)
    }
    header = nil
    size += bytes.count
  }
}

/// Why a recording cannot be written or read.
package struct RecordingFileFault: Error, Hashable, Sendable {
  package let path: String
  /// `errno` as the system left it.
  package let code: CInt

  init(_ path: String, code: CInt) {
    self.path = path
    self.code = code
  }

  /// The system's words.
  package var reason: String { String(cString: strerror(code)) }

  /// What to do, a sentence.
  package var remedy: String {
    switch code {
    case EEXIST: "Name another file; --force writes over this one."
    case ENOENT: "Make the folder, or name another."
    case EACCES, EPERM, EROFS: "Name a folder of yours."
    case EISDIR, ENOTDIR: "Name a file in a folder."
    case ELOOP: "A symbolic link stands there: name the file itself."
    case ENOSPC, EDQUOT: "Free some room on that disk, or name a file on another."
    default: "Name another file."
    }
  }
}
