import Monitor

/// A profile as text, and its place in a file of settings of which everything else stays as it is.
package struct ProfileText: Sendable {
  package let name: String
  /// In the order in which they are written.
  package let entries: [(setting: Setting, value: SettingValue)]

  package init(name: String, entries: [(setting: Setting, value: SettingValue)]) {
    self.name = name
    self.entries = entries
  }

  /// A file with the profile in it.
  package struct Placed: Hashable, Sendable {
    /// The whole file.
    package var text: String
    /// Lines that go, without their ends: those of an earlier profile of this name, and of the
    /// earlier default.
    package var removed: [String] = []
    /// Lines that come.
    package var added: [String] = []
  }

  /// Why the file is left alone.
  package enum Fault: Error, Hashable, Sendable {
    /// The file is no TOML or no text.
    case unreadable([SettingsFault])
    /// The profile, or the default, is written in a form that cannot be changed without touching
    /// something else; the line of what is there, from 1.
    case inTheWay(line: Int)
  }

  /// The lines of the profile, without their ends.
  package var lines: [String] {
    let header = "[profiles.\(TOMLWriting.key(name))]"
    return [header]
      + entries.map { setting, value in
        let text =
          switch value {
          case .text(let text): TOMLWriting.quoted(text)
          case .flag, .seconds: value.description
          }
        return "\(setting.rawValue) = \(text)"
      }
  }

  /// Places the profile behind everything else, or where an earlier one of its name stands.
  ///
  /// What comes out is read again: it must hold this profile, and everything else as before.
  ///
  /// - Parameters:
  ///   - text: of the file; empty if there is none.
  ///   - file: how faults name it.
  ///   - isDefault: whether it shall be the profile that counts where none is named.
  /// - Returns: the new text and what makes it differ.
  /// - Throws: `Fault`.
  package func placed(
    in text: String, file: String, isDefault: Bool
  ) throws(Fault) -> Placed {
    let before = Configuration(text, file: file)
    guard before.isReadable else { throw .unreadable(before.faults) }
    var lines = TextLines(text)
    var placed = Placed(text: "")
    let earlier = before.profile(named: name)
    // Behind the front first, so that line numbers stay true.
    if let earlier, let rows = lines.section(of: name, at: earlier.line) {
      placed.removed += lines.replace(rows, by: self.lines)
    } else {
      lines.append(self.lines)
    }
    placed.added += self.lines
    if isDefault, before.defaultProfile?.name.utf8.elementsEqual(name.utf8) != true {
      let line = "profile = \(TOMLWriting.quoted(name))"
      if let (_, place) = before.defaultProfile {
        guard let change = lines.replaceText(inLine: place, by: TOMLWriting.quoted(name)) else {
          throw .inTheWay(line: place)
        }
        placed.removed.insert(change.old, at: 0)
        placed.added.insert(change.new, at: 0)
      } else {
        lines.insertAtTop(line)
        placed.added.insert(line, at: 0)
      }
    }
    placed.text = lines.text
    let after = Configuration(placed.text, file: file)
    guard holds(after, isDefault: isDefault, insteadOf: before) else {
      throw .inTheWay(line: earlier?.line ?? before.defaultProfile?.line ?? 1)
    }
    return placed
  }

  private func holds(
    _ after: Configuration, isDefault: Bool, insteadOf before: Configuration
  ) -> Bool {
    let named = entries.map { ($0.setting, $0.value) }
    let wanted = Dictionary(named) { $1 }
    guard after.isReadable, let profile = after.profile(named: name),
      profile.entries.mapValues(\.value) == wanted
    else { return false }
    let isNamed = after.defaultProfile?.name.utf8.elementsEqual(name.utf8) == true
    guard isDefault ? isNamed : after.defaultProfile?.name == before.defaultProfile?.name else {
      return false
    }
    return after.substance(without: name) == before.substance(without: name)
  }
}

extension Configuration {
  /// All that is set but for the entries of one profile and the default, without places.
  fileprivate func substance(without name: String) -> [String] {
    func words(_ keys: [KeyChoice]) -> String {
      keys.map { "\($0.command.name)=\($0.keys.map(\.label))" }.joined(separator: " ")
    }
    let others = profiles.filter { !$0.name.utf8.elementsEqual(name.utf8) }.map { profile in
      let entries = Setting.allCases.compactMap { setting in
        profile.entries[setting].map { "\(setting.rawValue)=\($0.value)" }
      }
      return "\(profile.name) \(entries) \(words(profile.keys)) \(profile.faults.count)"
    }
    let kept = profile(named: name)?.keys ?? []
    return [theme?.name ?? "", "\(mouse.map(\.description) ?? "")", words(keys), words(kept)]
      + others
  }
}
