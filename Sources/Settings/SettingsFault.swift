/// Something in a file of settings that cannot be used, with its place.
///
/// Texts from the file are quoted as they are: they are not safe to print without escaping.
package struct SettingsFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  package enum Kind: Hashable, Sendable {
    /// The file cannot be read; the system's words.
    case unreadable(String)
    /// The file cannot be written; the system's words.
    case unwritable(String)
    /// The file is not any more what was read; nothing was written.
    case changedMeanwhile
    /// The file is longer than ``SettingsFile/limit``.
    case tooLong
    /// The file is no UTF-8, or holds NUL.
    case noText
    /// The file is no TOML; the parser's words.
    case malformed(String)
    /// An entry that nothing reads, perhaps a misspelt one.
    case unknownEntry(String, meant: String?)
    /// An entry with a value of the wrong kind; what is wanted, such as `true or false`.
    case wrongValue(of: String, wanted: String)
    case unknownRole(String, meant: String?)
    /// A colour that is neither in the palette nor one of the terminal's; in a role or in the
    /// palette.
    case unknownColour(String, in: String, meant: String?)
    case unknownTheme(String, meant: String?)
    /// The theme inherits from one that is nowhere, or has nothing to give.
    case missingParent(String, meant: String?)
    /// The theme inherits from itself, by way of these names.
    case inheritanceLoop([String])
    case unknownCommand(String, meant: String?)
    case unknownKey(String, command: String)
    /// A key that would no longer type its character, by its label.
    case typingKey(String, command: String)
    /// The profile that the file itself names is not in it.
    case unknownProfile(String, known: [String], meant: String?)
    /// Two entries of a profile of which only one can hold; the other's line.
    case contradiction(String, String, line: Int)
    /// An entry that would hold a key or a passphrase.
    case secret(String)
    /// An entry of profiles that stands outside of them.
    case belongsInProfile(String)
    /// A value of the right kind that cannot be used; why, in sentences.
    case unusable(String, String)
    /// Two commands that would share a key where only one of them can be meant; by its label.
    case clash(key: String, command: String, other: String)
  }

  /// The file as it was named or found.
  package let file: String
  /// The line from 1; nil where the whole file is meant.
  package let line: Int?
  package let kind: Kind

  package init(file: String, line: Int? = nil, kind: Kind) {
    self.file = file
    self.line = line
    self.kind = kind
  }

  /// One line for the person: `themes/dusk.toml:7: there is no role "valu.changed"`.
  package var description: String {
    "\(file)\(line.map { ":\($0)" } ?? ""): \(words)"
  }

  private var words: String {
    switch kind {
    case .unreadable(let reason): "it cannot be read: \(reason)"
    case .unwritable(let reason): "it cannot be written: \(reason)"
    case .changedMeanwhile: "it has changed meanwhile, and was left as it is"
    case .tooLong: "it is longer than 256 KiB"
    case .noText: "it is no text in UTF-8"
    case .malformed(let reason): "it is no TOML: \(reason)"
    case .unknownEntry(let name, let meant): "there is no setting \"\(name)\"\(hint(meant))"
    case .wrongValue(let name, let wanted): "\"\(name)\" wants \(wanted)"
    case .unknownRole(let name, let meant): "there is no role \"\(name)\"\(hint(meant))"
    case .unknownColour(let name, let place, let meant):
      "there is no colour \"\(name)\" for \"\(place)\"\(hint(meant))"
    case .unknownTheme(let name, let meant): "there is no theme \"\(name)\"\(hint(meant))"
    case .missingParent(let name, let meant):
      "there is no theme \"\(name)\" to inherit from\(hint(meant))"
    case .inheritanceLoop(let names):
      "the theme inherits from itself: \(names.joined(separator: " → "))"
    case .unknownCommand(let name, let meant): "there is no command \"\(name)\"\(hint(meant))"
    case .unknownKey(let name, let command):
      "there is no key \"\(name)\" for \"\(command)\"; keys are for instance \"x\", \"ctrl-x\", "
        + "\"alt-b\", \"enter\" and \"f5\""
    case .typingKey(let key, let command):
      "\"\(command)\" cannot have the key \(key), which types into a line"
    case .unknownProfile(let name, let known, let meant):
      "there is no profile \"\(name)\"\(hint(meant)); \(Self.list(known))"
    case .contradiction(let other, let name, let line):
      "\"\(name)\" contradicts \"\(other)\" of line \(line); keep one of them"
    case .secret(let name):
      "\"\(name)\" is never kept in a file: a key stays where the thing's files are, a "
        + "passphrase is asked for"
    case .belongsInProfile(let name):
      "\"\(name)\" belongs into a profile: under [profiles.NAME]"
    case .unusable(let name, let words): "\"\(name)\" cannot be used: \(words)"
    case .clash(let key, let command, let other):
      "\"\(command)\" cannot have the key \(key), which \"\(other)\" has"
    }
  }

  /// The profiles that there are, for whoever named another.
  package static func list(_ profiles: [String]) -> String {
    switch profiles.count {
    case 0: "there are no profiles"
    case 1: "there is only \"\(profiles[0])\""
    default:
      "there are \(profiles.prefix(12).map { "\"\($0)\"" }.joined(separator: ", "))"
        + (profiles.count > 12 ? " and \(profiles.count - 12) more" : "")
    }
  }

  private func hint(_ meant: String?) -> String {
    meant.map { " (did you mean \"\($0)\"?)" } ?? ""
  }
}
