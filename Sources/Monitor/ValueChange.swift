package import JSON
package import Shadow

/// One change of a value before our eyes.
package struct ValueChange: Sendable {
  /// Whose update made it.
  package enum Author: Hashable, Sendable {
    /// Ours, with its client token.
    case ours(String)
    /// Somebody else's, with its client token.
    case other(String)
    /// An update without a token.
    case nobody
    /// It came to light by a `get`: by whom and when exactly nobody here knows.
    case unseen

    /// The client token, where one is known.
    var token: String? {
      switch self {
      case .ours(let token), .other(let token): token
      case .nobody, .unseen: nil
      }
    }
  }

  /// When it arrived, in ms since 1970.
  package let time: Int64
  package let section: Section
  /// nil where there was no value.
  package let old: JSONValue?
  /// nil where there is none any more.
  package let new: JSONValue?
  /// The version that has it.
  package let version: Int64
  package let author: Author

  /// About what it takes in memory, in bytes.
  let cost: Int

  init(_ change: ResourceChange, at time: Int64, version: Int64, by author: Author) {
    (self.time, self.version, self.author) = (time, version, author)
    (section, old, new) = (change.section, change.old, change.new)
    // The old value is the new one of the change before, and shares its storage.
    cost = 160 + (new?.cost ?? 0)
  }
}

extension JSONValue {
  /// About what the value takes in memory, in bytes; recursion is bounded by the parser's depth.
  fileprivate var cost: Int {
    switch self {
    case .null, .bool: 0
    case .number: 40
    case .string(let text): text.utf8.count
    case .array(let elements): elements.reduce(40) { $0 + 32 + $1.cost }
    case .object(let object): object.reduce(40) { $0 + 64 + $1.key.utf8.count + $1.value.cost }
    }
  }
}
