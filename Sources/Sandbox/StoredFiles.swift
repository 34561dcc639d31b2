import COpenSSL
import Glibc
package import ShadowService
import Thing

/// The files that were put by signed URLs, private ones in a folder a thing.
///
/// A file's name is its key in per cent encoding, slashes too: keys are no paths, `a` and `a/b` can
/// both be there. A long key is cut, and its checksum stands behind it.
package struct StoredFiles: Sendable {
  /// Bytes that one file may have.
  package static let largest = 256 << 20
  /// Bytes of a name in per cent encoding that needs no cut; the cut ones are longer than that.
  private static let longestPlain = 180

  private let folder: String

  /// - Parameter folder: absolute; made when there is something to put there.
  package init(folder: String) { self.folder = folder }

  /// Where the file of a grant is, whether or not it is there.
  package func path(of grant: FileGrant) -> String {
    "\(folder)/\(Self.name(grant.thing))/\(Self.name(grant.key))"
  }

  /// Opens a file for reading.
  ///
  /// - Returns: a descriptor for the caller to close, and its bytes; nil if there is no such file.
  package func open(_ grant: FileGrant) -> (descriptor: CInt, size: Int)? {
    let descriptor = Glibc.open(path(of: grant), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    return (descriptor, Int(status.st_size))
  }

  /// Begins a file, which takes its name when it is whole.
  ///
  /// - Throws: `FileError`.
  package func begin(_ grant: FileGrant) throws(FileError) -> Unfinished {
    let folder = "\(folder)/\(Self.name(grant.thing))"
    try PrivateFiles.makeFolder(folder)
    // No key's name begins with a dot.
    let part = "\(folder)/.\(UInt64.random(in: .min ... .max)).part"
    return try Unfinished(part, becoming: path(of: grant))
  }

  private static func name(_ text: String) -> String {
    var name = percentEncoded(text).split(separator: "/", omittingEmptySubsequences: false)
      .joined(separator: "%2F")
    if name.hasPrefix(".") { name = "%2E" + name.dropFirst() }
    guard name.utf8.count > longestPlain else { return name }
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    let bytes = Array(text.utf8)
    _ = SHA256(bytes, bytes.count, &digest)
    return "\(name.prefix(longestPlain - 40))~\(hexadecimal(digest))"
  }

  /// A file that is being put; one that is given up leaves nothing behind.
  package final class Unfinished {
    private let descriptor: CInt
    private let part: String
    private let path: String
    private var isFinished = false
    /// Bytes that were written.
    package private(set) var count = 0

    fileprivate init(_ part: String, becoming path: String) throws(FileError) {
      descriptor = Glibc.open(
        part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw FileError("create", part) }
      (self.part, self.path) = (part, path)
    }

    deinit {
      close(descriptor)
      if !isFinished { unlink(part) }
    }

    /// Adds bytes.
    ///
    /// - Throws: `FileError`.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
      if let code = Files.write(Array(bytes), to: descriptor) {
        throw FileError("write", path, code: code)
      }
      count += bytes.count
    }

    /// Gives it its name, in the place of what had that before.
    ///
    /// - Throws: `FileError`.
    package func finish() throws(FileError) {
      guard rename(part, path) == 0 else { throw FileError("create", path) }
      isFinished = true
    }
  }
}
