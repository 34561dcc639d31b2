import Glibc

/// Takes away the documents that nobody has looked at for long; what is staged stays for ever.
package struct KeptTidying: Sendable {
  /// Days after which a document is forgotten.
  private static let mostDays: Int64 = 90
  /// Documents beyond these are forgotten, the oldest first.
  private static let mostDocuments = 200
  /// Seconds after which a file that is still being written belongs to nobody.
  private static let unfinished: Int64 = 3600

  private let collection: String
  private let now: Int64
  private let most: Int

  /// - Parameters:
  ///   - state: the program's folder of what it keeps.
  ///   - now: seconds since 1970.
  ///   - most: documents that may stay.
  package init(state: String, now: Int64, most: Int = mostDocuments) {
    collection = "\(state)/\(KeptFolder.collection)"
    self.now = now
    self.most = most
  }

  /// Does it; what cannot be done is of no matter.
  package func run() {
    var documents: [(folder: String, time: Int64)] = []
    for name in Files.names(in: collection) ?? [] {
      let folder = "\(collection)/\(name)"
      guard let names = Files.names(in: folder) else { continue }
      for file in names where file.hasSuffix(PrivateFile.unfinished) {
        if let time = time(of: "\(folder)/\(file)"), now - time > Self.unfinished {
          unlink("\(folder)/\(file)")
        }
      }
      if let time = time(of: "\(folder)/\(KeptFolder.document)") {
        documents.append((folder, time))
      }
      for number in Set(names.compactMap(KeptSlot.number))
      where
        !names.contains(KeptSlot.file(number))
      {
        // Letting go of a slot without edits takes its lock away.
        _ = try? KeptSlot.claim(number, in: folder)
      }
    }
    documents.sort { $0.time > $1.time }
    for (place, document) in documents.enumerated()
    where place >= most || now - document.time > Self.mostDays * 86_400 {
      unlink("\(document.folder)/\(KeptFolder.document)")
    }
    // Only those that are empty go.
    for name in Files.names(in: collection) ?? [] { rmdir("\(collection)/\(name)") }
  }

  /// When a file was changed last, in seconds since 1970; nil for anything but a file.
  private func time(of path: String) -> Int64? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int64(status.st_mtim.tv_sec)
  }
}
