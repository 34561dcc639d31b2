import Monitor

/// A message on its way to a file that only its owner can read.
struct SavedFile {
  let bytes: [UInt8]
  /// As typed; `~` in front stands for the person's own folder.
  let path: String

  /// Writes the file whole or not at all.
  ///
  /// - Parameter isReplacing: whether a file of this name may be replaced.
  /// - Returns: what became of it.
  func write(isReplacing: Bool) -> SaveResult {
    switch OutputFile(path: path, isReplacing: isReplacing).put(bytes) {
    case nil: return .saved(path: path, bytes: bytes.count)
    case .noName: return .failed("That cannot be a file's name", path: "", bytes)
    case .exists: return .exists(path: path, bytes)
    case .system(let code):
      let (reason, remedy) = OutputFile.Fault.words(of: code)
      return .failed("Not saved: \(reason). \(remedy)", path: path, bytes)
    }
  }
}
