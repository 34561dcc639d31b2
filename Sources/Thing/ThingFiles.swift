import Glibc

/// The files of a thing's folder, wherever that is; used by one thread.
///
/// A zip is opened once, so that everything read comes out of one and the same file, whatever
/// happens to its path meanwhile.
struct ThingFiles {
  /// Bytes that a certificate or a key may have; chains of a few kilobytes are the longest.
  static let limit = 64 << 10

  let folder: ThingFolder
  /// nil for a folder on disk.
  private let archive: ZipArchive?

  /// Opens a folder.
  ///
  /// - Throws: `CredentialError` if there is none or it cannot be read.
  init(of folder: ThingFolder) throws(CredentialError) {
    self.folder = folder
    guard folder.placeInZip == nil else {
      archive = try ZipArchive(opening: folder.path)
      return
    }
    archive = nil
    if case .failure(let fault) = Files.entries(of: folder.path) {
      throw CredentialError(folder: folder.path, fault: fault)
    }
  }

  /// Takes the files of a zip that is open already, or of a folder on disk without a look at it.
  init(of folder: ThingFolder, in archive: ZipArchive?) {
    self.folder = folder
    self.archive = archive
  }

  /// Whether there is a regular file of this name.
  func holds(_ name: String) -> Bool {
    guard let archive else { return Files.isFile(folder.words(for: name)) }
    return archive.file(name, in: folder.placeInZip ?? "") != nil
  }

  /// Why a file could not be read; nil if it can, as far as that is known without opening it.
  func fault(of name: String, role: String) -> CredentialError? {
    guard archive == nil else {
      return holds(name) ? nil : error(name, role, Files.Fault(code: ENOENT))
    }
    guard access(folder.words(for: name), R_OK) != 0 else { return nil }
    return error(name, role, Files.Fault(code: errno))
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - name: in the folder.
  ///   - role: what it is for, as in "the certificate".
  /// - Returns: its bytes, and the permission bits of the file on disk that they are from.
  /// - Throws: `CredentialError` if there is no such file or it cannot be read.
  func read(_ name: String, role: String) throws(CredentialError) -> Files.SecretContent {
    guard let archive else {
      switch Files.readSecret(folder.words(for: name), limit: Self.limit) {
      case .success(let content): return content
      case .failure(let fault): throw error(name, role, fault)
      }
    }
    guard let entry = archive.file(name, in: folder.placeInZip ?? "") else {
      let isFolder = archive.isFolder(name, in: folder.placeInZip ?? "")
      throw error(
        name, role, isFolder ? Files.Fault(code: EISDIR, isFolder: true) : Files.Fault(code: ENOENT)
      )
    }
    return Files.SecretContent(bytes: try archive.read(entry), mode: archive.mode)
  }

  private func error(_ name: String, _ role: String, _ fault: Files.Fault) -> CredentialError {
    CredentialError(file: folder.words(for: name), role: role, folder: folder, fault: fault)
  }
}
