import Shadow

/// A named connection in the file of settings: the table `[profiles.NAME]`.
package struct Profile: Sendable {
  /// One entry that can be used.
  package struct Entry: Hashable, Sendable {
    package let value: SettingValue
    /// The line on which it stands, from 1.
    package let line: Int

    package init(value: SettingValue, line: Int) {
      self.value = value
      self.line = line
    }
  }

  package let name: String
  /// The line of its header, from 1.
  package let line: Int
  /// Paths as they are written.
  package internal(set) var entries: [Setting: Entry] = [:]
  /// Keys that differ from those of the file.
  package internal(set) var keys: [Configuration.KeyChoice] = []
  /// What in it cannot be used; a profile with any of these is refused as a whole, since a
  /// connection that leaves something out could be another than was meant.
  package internal(set) var faults: [SettingsFault] = []
}

/// Reads one profile.
struct ProfileReading {
  /// How faults name the file.
  let file: String
  private(set) var profile: Profile

  /// Entries whose names sound like something that belongs into no file.
  private static let secrets: Set<String> = [
    "key", "private-key", "privkey", "passphrase", "password", "pass", "secret", "pin", "token",
  ]

  /// - Parameters:
  ///   - entry: of the table of profiles.
  ///   - file: how faults name it.
  ///   - readKeys: reads one entry of a table of keys.
  init(
    _ entry: SettingsText.Entry, file: String,
    readKeys: (SettingsText.Entry) -> Result<Configuration.KeyChoice, SettingsFault>
  ) {
    self.file = file
    profile = Profile(name: entry.key, line: entry.line)
    guard let entries = entry.value.table else {
      skip(entry, .wrongValue(of: entry.key, wanted: "a table"))
      return
    }
    for entry in entries {
      if entry.key == "keys" {
        guard let commands = entry.value.table else {
          skip(entry, .wrongValue(of: "keys", wanted: "a table"))
          continue
        }
        for command in commands {
          switch readKeys(command) {
          case .success(let choice): profile.keys.append(choice)
          case .failure(let fault): profile.faults.append(fault)
          }
        }
      } else {
        read(entry)
      }
    }
    let sources = Setting.sources.compactMap { setting in
      profile.entries[setting].map { (setting: setting, line: $0.line) }
    }.sorted { $0.line < $1.line }
    for other in sources.dropFirst() {
      let kind = SettingsFault.Kind.contradiction(
        sources[0].setting.rawValue, other.setting.rawValue, line: sources[0].line)
      profile.faults.append(SettingsFault(file: file, line: other.line, kind: kind))
    }
  }

  /// Whether an entry of this name would hold a secret.
  static func isSecret(_ name: String) -> Bool {
    secrets.contains(name.lowercased().replacing("_", with: "-"))
  }

  private mutating func read(_ entry: SettingsText.Entry) {
    guard let setting = Setting(rawValue: entry.key) else {
      if entry.value.table == nil, Self.isSecret(entry.key) {
        return skip(entry, .secret(entry.key))
      }
      let names = Setting.allCases.map(\.rawValue) + ["keys"]
      let meant = Spelling.nearest(to: entry.key.replacing("_", with: "-"), among: names)
      return skip(entry, .unknownEntry(entry.key, meant: meant))
    }
    guard let value = Self.value(of: entry.value, for: setting) else {
      return skip(entry, .wrongValue(of: entry.key, wanted: setting.wanted))
    }
    if let text = value.text, let words = setting.fault(in: text) {
      return skip(entry, .unusable(entry.key, words))
    }
    profile.entries[setting] = Profile.Entry(value: value, line: entry.line)
  }

  private static func value(of value: SettingsText.Value, for setting: Setting) -> SettingValue? {
    switch setting.kind {
    case .text, .path: value.text.map(SettingValue.text)
    case .flag: value.flag.map(SettingValue.flag)
    case .seconds:
      value.integer.flatMap { Setting.keepAliveRange.contains($0) ? .seconds($0) : nil }
    }
  }

  private mutating func skip(_ entry: SettingsText.Entry, _ kind: SettingsFault.Kind) {
    profile.faults.append(SettingsFault(file: file, line: entry.line, kind: kind))
  }
}
