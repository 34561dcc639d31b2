package import Canvas
import JSON

/// The first screen when no thing was named: what can be done, and the few questions on the way.
package struct StartScreen: Sendable {
  /// What is to be done outside, with the answer to each of the first two by ``found(_:)`` and
  /// ``list(_:isComplete:at:)``.
  package enum Request: Hashable, Sendable {
    /// See what lies at a path: answer with ``found(_:)``.
    case look(path: String)
    /// Tell the things of a batch: answer with ``list(_:isComplete:at:)``.
    case listThings(batch: String)
    /// Open a thing; `name` is nil where the folder is the thing's own.
    case open(path: String, name: String?, endpoint: String)
    /// Open what a profile of this name says.
    case openProfile(String)
    case demo
    case quit
    case suspend
    case redraw
  }

  /// What lies at a path.
  package enum Finding: Hashable, Sendable {
    case thing
    case batch
    /// Neither; the words say what is there instead, and what to do.
    case nothing(String)
  }

  enum Stage: Sendable {
    case menu
    case path
    case endpoint
    case things(Picker)
    case profiles(Picker)
  }

  private(set) var stage = Stage.menu
  private(set) var line = LineEditor()
  /// Why the last try failed.
  private(set) var fault: String?
  private var path = ""
  private var isBatch = false
  private var name: String?
  /// The broker that was named, host and port.
  package private(set) var endpoint: String
  private var things: [BatchThing] = []
  package var keys = KeyMap()
  /// What in the settings could not be used: told with the menu.
  package var notices: [String] = []
  /// The connections that can be opened by a name.
  package var profiles: [StartProfile] = []

  /// The menu.
  ///
  /// - Parameter endpoint: the broker to suggest, host and port; may be empty.
  package init(endpoint: String = "") { self.endpoint = endpoint }

  /// The list of the things of a batch that was named already, together with the broker.
  ///
  /// - Returns: the screen, which is to be followed by `.listThings(batch:)`.
  package static func choosing(from batch: String, endpoint: String) -> StartScreen {
    var screen = StartScreen(endpoint: endpoint)
    screen.path = batch
    screen.isBatch = true
    screen.stage = .things(Picker(.things, items: []))
    return screen
  }

  /// The batch that is being listed already when the screen begins.
  package var batch: String? {
    guard case .things = stage, things.isEmpty else { return nil }
    return path
  }

  /// The question for the broker, where the files were named already.
  ///
  /// - Parameters:
  ///   - path: of the thing's folder, or of the batch.
  ///   - isBatch: which of the two.
  ///   - name: the thing of the batch; nil to list them.
  ///   - endpoint: the broker to suggest, host and port; may be empty.
  /// - Returns: the screen with that question.
  package static func asking(
    path: String, isBatch: Bool, name: String?, endpoint: String
  ) -> StartScreen {
    var screen = StartScreen(endpoint: endpoint)
    (screen.path, screen.isBatch, screen.name) = (path, isBatch, name)
    screen.ask(.endpoint, text: endpoint)
    return screen
  }

  /// Takes in that nothing could be opened, and why: everything typed is kept.
  package mutating func refuse(_ words: String) {
    ask(.endpoint, text: endpoint)
    fault = words
  }

  /// Takes in that a profile could not be opened, and why.
  package mutating func refuseProfile(_ words: String) { back(because: words) }

  // MARK: What happens

  /// Does what a key asks for.
  package mutating func press(_ key: Key) -> Request? {
    let commands = keys.commands(for: key)
    if commands.contains(.interrupt) { return .quit }
    if commands.contains(.suspend) { return .suspend }
    if commands.contains(.redraw) { return .redraw }
    switch stage {
    case .menu: return choose(key)
    case .path, .endpoint: return edit(key)
    case .things(let picker), .profiles(let picker): return pick(key, picker)
    }
  }

  /// The list that stands on the screen; nil where there is none.
  var picker: Picker? {
    get {
      switch stage {
      case .things(let picker), .profiles(let picker): picker
      case .menu, .path, .endpoint: nil
      }
    }
    set {
      guard let newValue else { return }
      if case .profiles = stage { stage = .profiles(newValue) } else { stage = .things(newValue) }
    }
  }

  /// Whether there is a list that the mouse could choose from; elsewhere it is the terminal's.
  package var takesMouse: Bool { picker != nil }

  /// Does what the mouse asks for in the list: a press selects, a second one opens, the wheel
  /// scrolls.
  ///
  /// - Parameters:
  ///   - event: what the mouse did.
  ///   - size: the screen's.
  /// - Returns: what is to be done outside; nil for nothing.
  package mutating func follow(_ event: MouseEvent, in size: Size) -> Request? {
    guard var picker else { return nil }
    if let rows = event.wheelRows {
      picker.move(by: rows)
    } else if case .press(.left) = event.action,
      let row = pickerRow(at: event.place, picker, in: size)
    {
      if row == picker.selected { return press(.enter) }
      picker.select(row: row)
    }
    self.picker = picker
    return nil
  }

  /// Takes in what lies at the path that was typed.
  package mutating func found(_ finding: Finding) {
    switch finding {
    case .thing, .batch:
      isBatch = finding == .batch
      ask(.endpoint, text: endpoint)
    case .nothing(let words): fault = words
    }
  }

  /// Takes in further things of the batch; `now` in ms since 1970.
  package mutating func list(_ more: [BatchThing], isComplete: Bool, at now: Int64) {
    guard case .things(var picker) = stage else { return }
    things += more
    if isComplete, things.isEmpty {
      back(because: "There is no thing in \(path).")
    } else {
      picker.show(
        things.map {
          Picker.Item(.thing($0.name), title: $0.name, note: $0.note(at: now), obstacle: $0.fault)
        })
      stage = .things(picker)
    }
  }

  // MARK: Each stage

  private mutating func choose(_ key: Key) -> Request? {
    switch key {
    case "p" where !profiles.isEmpty: listProfiles()
    case .enter where !profiles.isEmpty: listProfiles()
    case "o", .enter: ask(.path, text: path)
    case "d": return .demo
    case .escape: return .quit
    default: return keys.commands(for: key).contains(.quit) ? .quit : nil
    }
    return nil
  }

  private mutating func listProfiles() {
    fault = nil
    stage = .profiles(
      Picker(
        .profiles,
        items: profiles.map {
          Picker.Item(.profile($0.name), title: $0.name, note: [Span($0.note, .textDim)])
        }))
  }

  private mutating func edit(_ key: Key) -> Request? {
    switch key {
    case .character(let character): insert(String(character))
    case .paste(let text):
      insert(text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "")
    default:
      let commands = keys.commands(for: key).filter { $0.contexts.contains(.line) }
      if commands.contains(.abandon) {
        back(because: nil)
      } else if commands.contains(.stage) {
        return enter()
      } else if let action = commands.lazy.compactMap(\.lineAction).first {
        line.perform(action)
      }
    }
    return nil
  }

  private mutating func insert(_ text: String) {
    line.insert(text)
    fault = nil
  }

  private mutating func enter() -> Request? {
    let text = line.text.trimmed
    guard !text.isEmpty else { return nil }
    fault = nil
    if case .path = stage {
      (path, name) = (text, nil)
      return .look(path: text)
    }
    endpoint = text
    guard isBatch, name == nil else {
      return .open(path: path, name: isBatch ? name : nil, endpoint: text)
    }
    things = []
    stage = .things(Picker(.things, items: []))
    return .listThings(batch: path)
  }

  private mutating func pick(_ key: Key, _ picker: Picker) -> Request? {
    var picker = picker
    switch key {
    case .character(let character): picker.insert(String(character))
    case .paste(let text): picker.insert(text)
    default:
      let commands = keys.commands(for: key).filter { $0.contexts.contains(.picker) }
      if commands.contains(.closePicker) {
        back(because: nil)
        return nil
      }
      if commands.contains(.choose) {
        switch picker.choice?.choice {
        case .thing(let name): return .open(path: path, name: name, endpoint: endpoint)
        case .profile(let name): return .openProfile(name)
        case nil, .command, .shadow, .newNetworkedThing, .job, .jobAction, .copy: return nil
        }
      }
      for command in commands {
        if let action = command.lineAction { picker.perform(action) }
        if let rows = command.listStep { picker.move(by: rows) }
      }
    }
    self.picker = picker
    return nil
  }

  private mutating func ask(_ stage: Stage, text: String) {
    self.stage = stage
    line = LineEditor(text)
    fault = nil
  }

  private mutating func back(because fault: String?) {
    stage = .menu
    self.fault = fault
  }
}

extension Command {
  /// What it does to a line of text; nil for any other command.
  var lineAction: LineEditor.Action? {
    switch self {
    case .lineStart: .toStart
    case .lineEnd: .toEnd
    case .characterBack: .back
    case .characterForward: .forward
    case .wordBack: .wordBack
    case .wordForward: .wordForward
    case .deleteBack: .deleteBack
    case .deleteForward: .deleteForward
    case .killWord: .killWordBack
    case .killToStart: .killToStart
    case .killToEnd: .killToEnd
    case .yank: .yank
    default: nil
    }
  }

  /// Rows that it moves the selection of a list down; nil for any other command.
  var listStep: Int? {
    switch self {
    case .pickUp: -1
    case .pickDown: 1
    case .pickPageUp: -10
    case .pickPageDown: 10
    default: nil
    }
  }
}

extension String {
  /// Without spaces at its ends.
  fileprivate var trimmed: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
