/// Why the folder of shadows that last cannot be used; nothing in it was changed.
package enum StateError: Error, Hashable, Sendable, CustomStringConvertible {
  case file(FileError)
  /// Another sandbox keeps its shadows there.
  case inUse(String)
  /// It holds something that no sandbox put there.
  case foreign(folder: String, name: String)
  /// A file is not as it was written.
  case damaged(file: String, reason: String)
  /// A file is not there although another one says that it was.
  case missing(file: String)

  package var description: String {
    switch self {
    case .file(let error): error.description
    case .inUse(let folder):
      "another sandbox keeps its shadows in \(folder); stop it first, or name another folder"
    case .foreign(let folder, let name):
      """
      \(folder) holds \(name), which is no file of kept shadows; name an empty folder or one that \
      is not there yet
      """
    case .damaged(let file, let reason):
      """
      \(file) is damaged: \(reason). Nothing was changed; put a good copy in its place, or move \
      the folder away to start without its shadows
      """
    case .missing(let file):
      """
      \(file) is missing, without which shadows would be lost. Nothing was changed; put it back, \
      or move the folder away to start without its shadows
      """
    }
  }
}
