import Glibc

/// What a batch holds of one thing, as far as that can be told without its private key, which is not
/// opened.
package struct BatchEntry: Hashable, Sendable {
  /// Where the thing's files are; `folder.thingName` is its name.
  package let folder: ThingFolder
  /// What the certificate says; nil if it cannot be read.
  package let certificate: CertificateFacts?
  /// Whether there is a file for the key; whether it fits only connecting tells.
  package let hasKey: Bool
  /// Why nobody can connect as the thing, if that is plain to see already.
  ///
  /// An expired certificate is no fault here: its dates are in `certificate`, and time goes on.
  package let fault: CredentialError?

  /// Looks at one folder on disk.
  ///
  /// - Returns: nil if neither file is in it, so that it is no thing's; one that nobody may look
  ///   into may be.
  package init?(of folder: ThingFolder) { self.init(of: folder, in: nil) }

  /// Looks at one folder, on disk or in a zip that is open.
  init?(of folder: ThingFolder, in archive: ZipArchive?) {
    let files = ThingFiles(of: folder, in: archive)
    self.folder = folder
    hasKey = files.holds(ThingFolder.keyFile)
    guard hasKey || files.holds(ThingFolder.certificateFile) else {
      guard archive == nil, Files.isFolder(folder.path), access(folder.path, X_OK) != 0 else {
        return nil
      }
      fault = CredentialError(folder: folder.path, fault: Files.Fault(code: errno))
      certificate = nil
      return
    }
    do throws(CredentialError) {
      certificate = try CertificateFacts.read(files)
      fault = files.fault(of: ThingFolder.keyFile, role: "the private key")
    } catch {
      certificate = nil
      fault = error
    }
  }
}

extension Batch {
  /// Looks at every thing of a batch, those included that lack a file, and hands them over by name
  /// in the order of their bytes, some at a time.
  ///
  /// It may be called on any thread, and reads files on it: a thousand things take about a tenth of
  /// a second.
  ///
  /// - Parameters:
  ///   - path: of the folder of things' folders, or of a zip.
  ///   - chunk: how many are handed over at once, 1 or more; the last time it may be fewer.
  ///   - deliver: takes them; answers false to end it there.
  /// - Throws: `CredentialError` if there is no such folder or no thing in it.
  package static func inventory(
    of path: String, chunk: Int = 50, deliver: ([BatchEntry]) -> Bool
  ) throws(CredentialError) {
    let path = Files.withoutTrailingSlashes(path)
    let archive = Files.isFile(path) ? try ZipArchive(opening: path) : nil
    let folders: [ThingFolder]
    if let archive { folders = try archive.things() } else { folders = try Self.folders(in: path) }
    var isEmpty = true
    var entries: [BatchEntry] = []
    for folder in folders {
      guard let entry = BatchEntry(of: folder, in: archive) else { continue }
      isEmpty = false
      entries.append(entry)
      guard entries.count >= chunk else { continue }
      guard deliver(entries) else { return }
      entries.removeAll(keepingCapacity: true)
    }
    if !entries.isEmpty { _ = deliver(entries) }
    guard isEmpty else { return }
    if let archive { throw .emptyBatch(archive) }
    let isThing = ThingFolder(path: path).isComplete
    throw isThing ? .thingInPlaceOfBatch(path) : .emptyBatch(path)
  }

  /// The folders in a folder, by name in the order of their bytes; files are among them.
  private static func folders(in path: String) throws(CredentialError) -> [ThingFolder] {
    switch Files.entries(of: path) {
    case .success(let names):
      return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        .map { ThingFolder(path: "\(path)/\($0)") }
    case .failure(let fault): throw CredentialError(folder: path, fault: fault)
    }
  }
}
