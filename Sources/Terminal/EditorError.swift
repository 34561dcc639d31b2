import Canvas

/// Why an editor outside gave no new text; nothing was changed, and its file is gone.
package enum EditorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// `VISUAL` and `EDITOR` are not set, and there is neither vi nor nano.
  case noEditor
  /// The file could not be made; the folder, and the system's words.
  case noFile(folder: String, reason: String)
  /// The system could not start a process; its words.
  case notStarted(reason: String)
  /// The editor's command, and what it ended with.
  case failed(command: String, status: Int32)
  case killed(command: String, signal: Int32)
  /// The file could not be read again; the system's words.
  case unreadable(reason: String)
  case notUTF8
  /// Both in bytes.
  case tooLong(count: Int, limit: Int)

  package var description: String {
    switch self {
    case .noEditor:
      "There is no editor to start: EDITOR is not set, and neither vi nor nano is in PATH. "
        + "Set EDITOR, for instance EDITOR=nano."
    case .noFile(let folder, let reason):
      "No file for the editor could be made in \(Self.safe(folder)): \(Self.safe(reason)). "
        + "TMPDIR names another folder."
    case .notStarted(let reason): "The editor could not be started: \(Self.safe(reason))."
    case .failed(let command, 127):
      "The editor \(Self.safe(command)) was not found. EDITOR or VISUAL names it. "
        + "Nothing was changed."
    case .failed(let command, let status):
      "The editor \(Self.safe(command)) ended with status \(status), so nothing was changed."
    case .killed(let command, let signal):
      "The editor \(Self.safe(command)) was ended by signal \(signal), so nothing was changed."
    case .unreadable(let reason):
      "What the editor left cannot be read: \(Self.safe(reason)). Nothing was changed."
    case .notUTF8: "What the editor left is not UTF-8 text. Nothing was changed."
    case .tooLong(let count, let limit):
      "What the editor left is \(count) bytes long; \(limit) are the limit. Nothing was changed."
    }
  }

  private static func safe(_ text: String) -> String { SafeText.escaped(text, limit: 100) }
}
