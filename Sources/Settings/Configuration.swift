package import Canvas
package import Monitor
import Shadow

/// What a person has set in `config.toml`.
package struct Configuration: Sendable {
  /// All keys of one command, as chosen.
  package struct KeyChoice: Hashable, Sendable {
    package let command: Command
    /// Empty to take its keys away.
    package let keys: [Key]
    package let line: Int
  }

  /// The file's name for faults.
  package let file: String
  /// The name of a theme and its line.
  package private(set) var theme: (name: String, line: Int)?
  /// Whether the mouse is captured; nil to decide by whether the terminal is far away.
  package private(set) var mouse: Bool?
  package private(set) var keys: [KeyChoice] = []
  /// The connections that have a name, in the order of the file.
  package private(set) var profiles: [Profile] = []
  /// The profile that counts where none is named, and its line.
  package private(set) var defaultProfile: (name: String, line: Int)?
  /// What is wrong with the entry that names the default profile; nil where it is right or absent.
  package private(set) var defaultFault: SettingsFault?
  /// Whether the file could be read, or there is none; otherwise the fault says why.
  package private(set) var isReadable = true
  /// What was skipped, in the order of the file.
  package private(set) var faults: [SettingsFault] = []

  /// Nothing is set.
  private init(file: String) { self.file = file }

  /// Reads the text of a file; what cannot be used is skipped and named in ``faults``.
  ///
  /// - Parameters:
  ///   - text: any text.
  ///   - file: how faults name it.
  package init(_ text: String, file: String) {
    self.init(file: file)
    do throws(SettingsFault) {
      for entry in try SettingsText(text, file: file).entries { read(entry) }
      if let fault = missingDefault { faults.append(fault) }
    } catch {
      faults = [error]
      isReadable = false
    }
  }

  /// Reads a file; nothing is set where there is none.
  package static func read(_ path: String) -> Configuration {
    do throws(SettingsFault) {
      guard let text = try SettingsFile.text(path) else { return Configuration(file: path) }
      return Configuration(text, file: path)
    } catch {
      var configuration = Configuration(file: path)
      configuration.faults = [error]
      configuration.isReadable = false
      return configuration
    }
  }

  /// The folder of the file, which relative paths in it start from.
  package var folder: String {
    guard let slash = file.lastIndex(of: "/") else { return "." }
    return slash == file.startIndex ? "" : String(file[..<slash])
  }

  /// The profile of a name; names are compared by code points.
  package func profile(named name: String) -> Profile? {
    profiles.first { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// What is wrong with the profile that counts where none is named: there is none of that name.
  var missingDefault: SettingsFault? {
    guard let (name, line) = defaultProfile, profile(named: name) == nil else { return nil }
    return SettingsFault(file: file, line: line, kind: unknownProfile(name))
  }

  /// Everything that is wrong in the file, that in profiles included, by line.
  package var allFaults: [SettingsFault] {
    (faults + profiles.flatMap(\.faults) + keyMap.faults).sorted {
      ($0.line ?? 0, $0.description) < ($1.line ?? 0, $1.description)
    }
  }

  private func unknownProfile(_ name: String) -> SettingsFault.Kind {
    let known = profiles.map(\.name)
    return .unknownProfile(name, known: known, meant: Spelling.nearest(to: name, among: known))
  }

  /// The standard keys with those that were chosen.
  package var keyMap: (map: KeyMap, faults: [SettingsFault]) { keyMap(with: nil) }

  /// The standard keys with those that were chosen, and before them those of a profile.
  ///
  /// - Returns: the map, and a fault for every choice that clashes and is left out.
  package func keyMap(with profile: Profile?) -> (map: KeyMap, faults: [SettingsFault]) {
    var map = KeyMap()
    var faults: [SettingsFault] = []
    let own = profile?.keys ?? []
    var left = keys.filter { choice in !own.contains { $0.command == choice.command } } + own
    while !left.isEmpty {
      let clashes = map.choose(Dictionary(uniqueKeysWithValues: left.map { ($0.command, $0.keys) }))
      // All at once, so that commands may swap keys; then once more without what clashed.
      let refused = left.filter { choice in clashes.contains { $0.command == choice.command } }
      if refused.isEmpty { break }
      for choice in refused {
        for clash in clashes where clash.command == choice.command {
          faults.append(
            SettingsFault(
              file: file, line: choice.line,
              kind: .clash(
                key: clash.key.label, command: clash.command.name, other: clash.other.name)))
        }
      }
      left.removeAll { refused.contains($0) }
    }
    return (map, faults)
  }

  private static let entries = ["theme", "mouse", "keys", "profile", "profiles"]

  private mutating func read(_ entry: SettingsText.Entry) {
    switch entry.key {
    case "theme":
      guard let name = entry.value.text else { return wrong(entry, wanted: "a theme's name") }
      theme = (name, entry.line)
    case "mouse":
      guard let flag = entry.value.flag else { return wrong(entry, wanted: "true or false") }
      mouse = flag
    case "keys":
      guard let commands = entry.value.table else { return wrong(entry, wanted: "a table") }
      for command in commands {
        switch keyChoice(command) {
        case .success(let choice): keys.append(choice)
        case .failure(let fault): faults.append(fault)
        }
      }
    case "profile":
      guard let name = entry.value.text else {
        wrong(entry, wanted: "a profile's name")
        defaultFault = faults.last
        return
      }
      defaultProfile = (name, entry.line)
    case "profiles":
      guard let tables = entry.value.table else { return wrong(entry, wanted: "a table") }
      profiles = tables.map { table in
        ProfileReading(table, file: file) { keyChoice($0) }.profile
      }
    case _ where Setting(rawValue: entry.key) != nil:
      skip(entry, .belongsInProfile(entry.key))
    case _ where entry.value.table == nil && ProfileReading.isSecret(entry.key):
      skip(entry, .secret(entry.key))
    default:
      let meant = Spelling.nearest(to: entry.key, among: Self.entries)
      skip(entry, .unknownEntry(entry.key, meant: meant))
    }
  }

  private func keyChoice(_ entry: SettingsText.Entry) -> Result<KeyChoice, SettingsFault> {
    func fault(_ kind: SettingsFault.Kind) -> Result<KeyChoice, SettingsFault> {
      .failure(SettingsFault(file: file, line: entry.line, kind: kind))
    }
    guard let command = Command(named: entry.key) else {
      let meant = Spelling.nearest(to: entry.key, among: Command.allCases.map(\.name))
      return fault(.unknownCommand(entry.key, meant: meant))
    }
    let values: [SettingsText.Value]
    if case .list(let list) = entry.value { values = list } else { values = [entry.value] }
    var keys: [Key] = []
    for value in values {
      // A number is a key too: the one that types it.
      guard let name = value.text ?? value.integer.map(String.init) else {
        return fault(.wrongValue(of: entry.key, wanted: "a key or a list of keys"))
      }
      guard let key = Key(named: name) else {
        return fault(.unknownKey(name, command: entry.key))
      }
      if case .character = key, !command.contexts.isDisjoint(with: [.line, .picker]) {
        return fault(.typingKey(key.label, command: entry.key))
      }
      if !keys.contains(key) { keys.append(key) }
    }
    return .success(KeyChoice(command: command, keys: keys, line: entry.line))
  }

  private mutating func wrong(_ entry: SettingsText.Entry, wanted: String) {
    skip(entry, .wrongValue(of: entry.key, wanted: wanted))
  }

  private mutating func skip(_ entry: SettingsText.Entry, _ kind: SettingsFault.Kind) {
    faults.append(SettingsFault(file: file, line: entry.line, kind: kind))
  }
}
