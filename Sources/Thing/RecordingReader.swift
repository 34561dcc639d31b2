import Glibc
package import Recordings

/// A recording on the disk, of which only the places of its lines are held in memory.
package final class RecordingReader {
  /// Bytes that are read at once.
  private static let piece = 1 << 20

  package let header: RecordingHeader
  package let index: RecordingIndex
  /// Where it stops being readable; nil if it does not.
  package let damage: RecordingDamage?
  /// Whether it was ended in good order; else it was cut off, or is still going on.
  package let isEnded: Bool
  private let path: String
  private let descriptor: CInt

  /// Why a file cannot be played.
  package enum Fault: Error, Hashable, Sendable {
    case file(RecordingFileFault)
    case refused(RecordingRefusal)
  }

  /// Opens a file and reads it once, up to its end or its first damage.
  ///
  /// - Parameter path: of a regular file.
  /// - Throws: `Fault`.
  package init(_ path: String) throws(Fault) {
    // Not blocking: a named pipe in the file's place must not hold us up.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    self.path = path
    guard descriptor >= 0 else { throw .file(RecordingFileFault(path, code: errno)) }
    do throws(Fault) {
      let scan = try Self.scan(descriptor, path)
      guard let header = scan.header else { throw .refused(.empty) }
      (self.header, index) = (header, scan.index)
      (damage, isEnded) = (scan.damage, scan.isEnded)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Reads a line again.
  ///
  /// - Parameter line: of the index.
  /// - Returns: the line; nil where the file is not what it was when it was opened.
  package func line(_ line: Int) -> RecordedLine? {
    let place = index.place(of: line)
    var bytes = [UInt8](repeating: 0, count: place.count)
    let count = bytes.withUnsafeMutableBytes { buffer in
      pread(descriptor, buffer.baseAddress, buffer.count, off_t(place.lowerBound))
    }
    return count == bytes.count ? try? RecordedLine(bytes) : nil
  }

  private static func scan(
    _ descriptor: CInt, _ path: String
  ) throws(Fault) -> RecordingScan {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .file(RecordingFileFault(path, code: errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw .file(RecordingFileFault(path, code: isFolder ? EISDIR : EINVAL))
    }
    var scan = RecordingScan()
    while true {
      let bytes = try read(descriptor, path)
      do throws(RecordingRefusal) {
        guard bytes.isEmpty else {
          if try scan.take(bytes) { continue }
          return scan
        }
        try scan.finish()
        return scan
      } catch {
        throw .refused(error)
      }
    }
  }

  /// The next bytes; none at the end.
  private static func read(_ descriptor: CInt, _ path: String) throws(Fault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: piece)
    while true {
      let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .file(RecordingFileFault(path, code: errno)) }
      bytes.removeLast(bytes.count - count)
      return bytes
    }
  }
}
