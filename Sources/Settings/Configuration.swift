package import Canvas
package import Monitor

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
    } catch {
      faults = [error]
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
      return configuration
    }
  }

  /// The standard keys with those that were chosen.
  ///
  /// - Returns: the map, and a fault for every choice that clashes and is left out.
  package var keyMap: (map: KeyMap, faults: [SettingsFault]) {
    var map = KeyMap()
    var faults: [SettingsFault] = []
    var left = keys
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

  private static let entries = ["theme", "mouse", "keys"]

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
      for command in commands { readKeys(command) }
    case _ where entry.key.hasPrefix("profile"):
      // Of connections, for whoever reads those.
      return
    default:
      let meant = Spelling.nearest(to: entry.key, among: Self.entries)
      skip(entry, .unknownEntry(entry.key, meant: meant))
    }
  }

  private mutating func readKeys(_ entry: SettingsText.Entry) {
    guard let command = Command(named: entry.key) else {
      let meant = Spelling.nearest(to: entry.key, among: Command.allCases.map(\.name))
      return skip(entry, .unknownCommand(entry.key, meant: meant))
    }
    let values: [SettingsText.Value]
    if case .list(let list) = entry.value { values = list } else { values = [entry.value] }
    var keys: [Key] = []
    for value in values {
      // A number is a key too: the one that types it.
      guard let name = value.text ?? value.integer.map(String.init) else {
        return wrong(entry, wanted: "a key or a list of keys")
      }
      guard let key = Key(named: name) else {
        return skip(entry, .unknownKey(name, command: entry.key))
      }
      if case .character = key, !command.contexts.isDisjoint(with: [.line, .picker]) {
        return skip(entry, .typingKey(key.label, command: entry.key))
      }
      if !keys.contains(key) { keys.append(key) }
    }
    self.keys.append(KeyChoice(command: command, keys: keys, line: entry.line))
  }

  private mutating func wrong(_ entry: SettingsText.Entry, wanted: String) {
    skip(entry, .wrongValue(of: entry.key, wanted: wanted))
  }

  private mutating func skip(_ entry: SettingsText.Entry, _ kind: SettingsFault.Kind) {
    faults.append(SettingsFault(file: file, line: entry.line, kind: kind))
  }
}
