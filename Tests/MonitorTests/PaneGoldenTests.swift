import Canvas
import JSON
import Monitor
import Shadow
import Testing

/// Every pane in the four sizes that layouts are made for, with wide characters in it.
///
/// A frame holds roles, not colours; how each role looks in the dark theme and without colours is
/// in `roles.txt`, so that these files together fix both.
@Suite("Every pane in every size")
struct PaneGoldenTests {
  /// What is open on the screen.
  enum Pane: String, CaseIterable {
    case table, filter, log, detail, wishes, edit, message, preview, help, palette, shadows, travel
    case checks
  }

  static let sizes = [
    Size(rows: 24, columns: 80), Size(rows: 12, columns: 40), Size(rows: 40, columns: 120),
    Size(rows: 60, columns: 200),
  ]

  static let reported = """
    {"humidity":60,"latlng":"57.652,11.958","pump1":{"type":"pump","flow":11,"running":true},\
    "tcxn":{"battery_level":87,"connection_status":2,"rssi":77},"temperature":21.5,\
    "温度":"二十一度","표시등":"켜짐","emoji":"🌡 ok","naïve":"Zürich"}
    """
  static let desired = #"{"pump1":{"flow":12},"温度":"二十二度"}"#

  /// Someone who has watched a thing for a while and has an edit staged.
  static func person(_ size: Size) throws -> Person {
    var person = try Person(size: size, reported: reported, desired: desired, version: 40)
    person.send(.shadow(Person.address, .live(refusedFilters: [])))
    var earlier = reported
    for step in 1...8 {
      person.wait(milliseconds: 2100)
      let next = reported.replacing("\"temperature\":21.5", with: "\"temperature\":\(21 + step).5")
      try person.receiveDocuments(
        from: (earlier, desired), reported: next, desired: desired, version: 40 + Int64(step),
        token: "simulator-3f")
      earlier = next
    }
    person.wait(milliseconds: 300)
    person.press(.home)
    while person.model.table.selection?.name != "temperature" { person.press(.down) }
    person.type("e")
    person.press(.control("u"))
    person.type("22")
    person.press(.enter)
    return person
  }

  static func open(_ pane: Pane, _ person: inout Person) {
    switch pane {
    case .table: break
    case .filter: person.type("/温度")
    case .log:
      person.model.focusLog()
      person.type("jj")
    case .detail: person.type("i")
    case .wishes: person.type("v")
    case .edit: person.type("e")
    case .message:
      person.model.focusLog()
      person.press(.enter)
      person.type("3")
    case .preview: person.type("b")
    case .help: person.type("?")
    case .palette: person.type(":")
    case .shadows: person.type("Snight")
    case .travel: person.type("[[[")
    case .checks:
      person.send(ChecksTests.outage(at: person.now))
      person.type("c")
      person.send(.checks(ChecksTests.checks, isComplete: true))
    }
  }

  @Test("is drawn as its file shows", arguments: Pane.allCases, sizes)
  func pane(_ pane: Pane, _ size: Size) throws {
    var person = try Self.person(size)
    Self.open(pane, &person)
    try expectGolden(person.frame(), "panes/\(pane.rawValue)-\(size.columns)x\(size.rows)")
  }

  @Test("draws each role so in the dark theme and without colours")
  func roles() throws {
    let lines = Role.allCases.map { role in
      [
        role.rawValue.padded(to: 20), "dark: " + Theme.dark[role].words.padded(to: 40),
        "mono: " + Theme.mono[role].words,
      ].joined(separator: " ")
    }
    try expectGolden(lines.joined(separator: "\n") + "\n", "roles")
  }
}

extension Model {
  fileprivate mutating func focusLog() {
    // Tab, as often as it takes.
    for _ in 0..<8 where focus != .log { _ = update(&self, .key(.tab), at: Person.start) }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

extension Style {
  fileprivate var words: String {
    var words = [foreground.words]
    if background != .terminal { words.append("on \(background.words)") }
    for (isOn, word) in [
      (bold, "bold"), (dim, "dim"), (underline, "underline"), (reverse, "reverse"),
    ] where isOn { words.append(word) }
    return words.joined(separator: " ")
  }
}

extension Colour {
  fileprivate var words: String {
    switch self {
    case .terminal: "default"
    case .palette(let number): "\(number)"
    case .rgb(let red, let green, let blue): "(\(red) \(green) \(blue))"
    }
  }
}
