import CZip
import Glibc

/// Owns one `zip_t` that is made in memory, and the source that it grows in; used by one thread.
///
/// Nothing of it is on a disk until somebody writes what ``finish()`` returns.
final class ZipWriter {
  private let source: OpaquePointer
  /// nil once it is finished.
  private var archive: OpaquePointer?

  /// Begins an empty zip.
  ///
  /// - Throws: `ZipWritingError` where there is no memory.
  init() throws(ZipWritingError) {
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard let source = zip_source_buffer_create(nil, 0, 0, &error) else {
      throw ZipWritingError(&error)
    }
    guard let archive = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error) else {
      zip_source_free(source)
      throw ZipWritingError(&error)
    }
    // Ours as well: the bytes are read from it after the archive is gone.
    zip_source_keep(source)
    (self.source, self.archive) = (source, archive)
  }

  deinit {
    if let archive { zip_discard(archive) }
    zip_source_free(source)
  }

  /// Adds a folder that only its owner may enter.
  ///
  /// - Parameter name: with slashes between its parts, none at the end.
  /// - Throws: `ZipWritingError`.
  func addFolder(_ name: String) throws(ZipWritingError) {
    let index = zip_dir_add(archive, name, zip_flags_t(ZIP_FL_ENC_UTF_8))
    try check(index >= 0)
    try setMode(mode_t(S_IFDIR) | 0o700, of: zip_uint64_t(index))
  }

  /// Adds a file that only its owner may read.
  ///
  /// - Parameters:
  ///   - name: with slashes between its parts.
  ///   - content: all of it.
  /// - Throws: `ZipWritingError`.
  func addFile(_ name: String, _ content: [UInt8]) throws(ZipWritingError) {
    // libzip reads it when the zip is finished, and frees it then.
    let copy = malloc(max(1, content.count))
    content.withUnsafeBytes { bytes in
      if let copy, let start = bytes.baseAddress { memcpy(copy, start, bytes.count) }
    }
    guard let copy, let file = zip_source_buffer(archive, copy, zip_uint64_t(content.count), 1)
    else {
      free(copy)
      throw lastError
    }
    let index = zip_file_add(archive, name, file, zip_flags_t(ZIP_FL_ENC_UTF_8))
    if index < 0 { zip_source_free(file) }
    try check(index >= 0)
    try setMode(mode_t(S_IFREG) | 0o600, of: zip_uint64_t(index))
  }

  /// Ends the zip.
  ///
  /// - Parameter comment: what stands at its end, of ASCII letters.
  /// - Returns: the bytes of the file.
  /// - Throws: `ZipWritingError`.
  func finish(comment: String) throws(ZipWritingError) -> [UInt8] {
    try check(zip_set_archive_comment(archive, comment, zip_uint16_t(comment.utf8.count)) == 0)
    try check(zip_close(archive) == 0)
    archive = nil
    guard zip_source_open(source) == 0 else { throw ZipWritingError(reason: "it cannot be read") }
    defer { zip_source_close(source) }
    var facts = zip_stat_t()
    guard zip_source_stat(source, &facts) == 0 else {
      throw ZipWritingError(reason: "its size is not known")
    }
    var bytes = [UInt8](repeating: 0, count: Int(clamping: facts.size))
    let count = bytes.withUnsafeMutableBytes {
      zip_source_read(source, $0.baseAddress, zip_uint64_t($0.count))
    }
    guard Int(count) == bytes.count else { throw ZipWritingError(reason: "it was cut off") }
    return bytes
  }

  private func setMode(_ mode: mode_t, of index: zip_uint64_t) throws(ZipWritingError) {
    try check(
      zip_file_set_external_attributes(
        archive, index, 0, zip_uint8_t(ZIP_OPSYS_UNIX), zip_uint32_t(mode) << 16) == 0)
  }

  private func check(_ isDone: Bool) throws(ZipWritingError) {
    if !isDone { throw lastError }
  }

  private var lastError: ZipWritingError {
    guard let archive, let error = zip_get_error(archive) else {
      return ZipWritingError(reason: "there is no memory left")
    }
    return ZipWritingError(reason: String(cString: zip_error_strerror(error)))
  }
}

// One thread's: libzip keeps its place within the handle.
@available(*, unavailable)
extension ZipWriter: Sendable {}

/// Why a zip could not be made, in the zip library's words.
struct ZipWritingError: Error, Hashable {
  let reason: String

  init(reason: String) { self.reason = reason }

  fileprivate init(_ error: inout zip_error_t) {
    reason = String(cString: zip_error_strerror(&error))
  }
}
