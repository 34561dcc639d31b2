import Canvas

/// Why a text was not copied to the terminal's clipboard.
package enum CopyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The terminal type has no way to its clipboard.
  case noClipboard(String)
  /// The text is longer than terminals take; both in bytes.
  case tooLong(count: Int, limit: Int)

  package var description: String {
    switch self {
    case .noClipboard(let type):
      "This terminal (\(SafeText.escaped(type, limit: 60))) offers programs no clipboard. Save to "
        + "a file, or select with the mouse."
    case .tooLong(let count, let limit):
      "The text is \(count) bytes long, and terminals take no more than \(limit) at once. Save to "
        + "a file."
    }
  }
}
