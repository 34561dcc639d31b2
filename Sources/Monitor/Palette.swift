import Canvas
import JSON

extension Model {
  /// Opens the list of everything that can be done, by name and with its keys.
  mutating func openPalette() {
    let commands = Command.allCases.filter { command in
      let isOfReplay = replay != nil && command.contexts.contains(.replay)
      return (command.contexts.contains(.browsing) || isOfReplay) && command != .palette
    }
    // What works here comes first.
    let here = commands.filter { $0.isAvailable(in: self) }
    let others = commands.filter { !$0.isAvailable(in: self) }
    picker = Picker(
      .commands,
      items: (here + others).map { command in
        let keys = keys[command].prefix(3).map(\.label).joined(separator: " ")
        return Picker.Item(
          .command(command), title: "\(command.name)  \(command.help)",
          note: [Span(keys, .keyHint)],
          obstacle: here.contains(command)
            ? nil : reason(against: command) ?? "It does nothing here")
      })
  }

  /// Does what is selected in the list.
  mutating func choose(at now: Int64) -> [Effect] {
    guard let item = picker?.choice else { return [] }
    overlay = nil
    if let obstacle = item.obstacle {
      reply = Reply(passing: obstacle)
      return []
    }
    switch item.choice {
    case .command(let command): return perform(command, at: now)
    case .shadow(let address): return show(address)
    case .newNetworkedThing(let address):
      openThingType(of: address)
      return []
    case .copy(let text): return [.copy(text)]
    case .job(let name): return choose(job: name, at: now)
    case .jobAction(let action): choose(action)
    // Only the start screen has these.
    case .profile: return []
    case .thing(let name): return name.hasSameScalars(as: thing) ? [] : [.switchThing(name)]
    }
    return []
  }
}
