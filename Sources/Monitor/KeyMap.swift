package import Canvas

/// Which keys ask for which command: the standard ones, and what a person chose instead.
package struct KeyMap: Sendable {
  /// The keys of a command in place of its standard ones.
  private var chosen: [Command: [Key]] = [:]
  /// Commands by key, in the order of the table; made from all of the above.
  private var commands: [Key: [Command]] = [:]

  /// The standard keys.
  package init() { index() }

  /// The keys of a command, the one that hints name first; may be none.
  package subscript(command: Command) -> [Key] { chosen[command] ?? command.standardKeys }

  /// The commands that a key may mean, in the order of the table.
  package func commands(for key: Key) -> [Command] { commands[key] ?? [] }

  /// Two commands that would share a key where only one of them can be meant.
  package struct Clash: Hashable, Sendable {
    package let key: Key
    package let command: Command
    /// Who has the key already.
    package let other: Command
  }

  /// Gives commands other keys, all at once, so that two may swap theirs.
  ///
  /// - Parameter choices: for each command all its keys; an empty list takes its keys away.
  /// - Returns: the clashes; with any the map stays as it was.
  package mutating func choose(_ choices: [Command: [Key]]) -> [Clash] {
    var map = self
    map.chosen.merge(choices) { $1 }
    map.index()
    let clashes = map.clashes(of: choices)
    if clashes.isEmpty { self = map }
    return clashes
  }

  private func clashes(of choices: [Command: [Key]]) -> [Clash] {
    Command.allCases.filter { choices[$0] != nil }.flatMap { command in
      self[command].flatMap { key in
        commands(for: key)
          .filter { $0 != command && !$0.contexts.isDisjoint(with: command.contexts) }
          .map { Clash(key: key, command: command, other: $0) }
      }
    }
  }

  private mutating func index() {
    commands = [:]
    for command in Command.allCases {
      for key in self[command] { commands[key, default: []].append(command) }
    }
  }
}

extension Command {
  /// The name in the palette and in the configuration: `next-difference`.
  package var name: String {
    rawValue.reduce(into: "") { name, character in
      if character.isUppercase { name += "-" }
      name += character.lowercased()
    }
  }

  /// The command of a name.
  package init?(named name: String) {
    guard let command = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = command
  }
}
