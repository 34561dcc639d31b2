import Canvas
import Monitor
import Testing

@Suite("The side pane")
struct SideTests {
  static let sizes = [
    Size(rows: 7, columns: 36), Size(rows: 12, columns: 40), Size(rows: 24, columns: 80),
    Size(rows: 40, columns: 120), Size(rows: 48, columns: 160), Size(rows: 60, columns: 200),
    Size(rows: 100, columns: 300),
  ]

  static func person(_ size: Size) throws -> Person {
    try Person(
      size: size, reported: #"{"humidity":61,"pump":{"on":true}}"#, desired: #"{"humidity":62}"#)
  }

  @Test("opens and closes by one key, and by Esc where it has the focus", arguments: sizes)
  func toggle(_ size: Size) throws {
    var person = try Self.person(size)
    let before = person.frame()
    person.type("i")
    #expect(person.model.side == .detail)
    #expect(person.frame() != before)
    person.type("i")
    #expect(person.frame() == before)
    person.type("i")
    while person.model.focus != .side { person.press(.tab) }
    person.press(.escape)
    #expect(person.model.side == nil)
    #expect(person.frame() == before)
  }

  @Test("is one of the panes that Tab goes through while it is open", arguments: sizes)
  func focus(_ size: Size) throws {
    var person = try Self.person(size)
    person.type("i")
    var seen: Set<Pane> = []
    for _ in Pane.allCases {
      seen.insert(person.model.focus)
      person.press(.tab)
    }
    #expect(seen.isSuperset(of: [.resources, .side]))
  }

  @Test(
    "shares the screen with the other panes, and no two have a place in common", arguments: sizes)
  func layout(_ size: Size) throws {
    var person = try Self.person(size)
    person.type("i")
    for _ in 0..<2 * Pane.allCases.count {
      let layout = Layout(person.model, in: size, at: person.now)
      let areas = [
        Layout.Area(rows: layout.table, columns: layout.resourceColumns),
        Layout.Area(rows: layout.log, columns: 0..<size.columns),
        Layout.Area(rows: layout.edit, columns: 0..<size.columns), layout.side,
      ].filter { !$0.isEmpty }
      for (place, area) in areas.enumerated() {
        #expect((0..<size.rows).clamped(to: area.rows) == area.rows)
        #expect((0..<size.columns).clamped(to: area.columns) == area.columns)
        for other in areas[(place + 1)...] {
          #expect(!(area.rows.overlaps(other.rows) && area.columns.overlaps(other.columns)))
        }
      }
      if person.model.focus == .side { #expect(!layout.side.isEmpty) }
      if person.model.focus == .resources { #expect(!layout.table.isEmpty) }
      if person.model.focus == .log { #expect(!layout.log.isEmpty) }
      person.press(.tab)
    }
  }

  @Test(
    "grows and shrinks by keys, within limits that leave the others their room", arguments: sizes)
  func dividers(_ size: Size) throws {
    var person = try Self.person(size)
    person.type("i")
    while person.model.focus != .side { person.press(.tab) }
    for keys in [String(repeating: ">", count: 200), String(repeating: "<", count: 400)] {
      person.type(keys)
      let layout = Layout(person.model, in: size, at: person.now)
      #expect(!layout.side.isEmpty)
      if layout.sidePlace == .right { #expect(layout.resourceColumns.count >= 50) }
      if layout.sidePlace != .instead { #expect(layout.table.count >= 2) }
    }
  }

  @Test("moves its line at once on the way back from a limit")
  func limit() throws {
    var person = try Self.person(Size(rows: 40, columns: 120))
    person.type("i")
    person.press(.tab)
    person.type(String(repeating: ">", count: 100))
    let widest = Layout(person.model, in: person.model.size, at: person.now).side.columns.count
    person.type("<")
    let next = Layout(person.model, in: person.model.size, at: person.now).side.columns.count
    #expect(next < widest)
  }

  @Test("is found by a place on the screen, as everything else is", arguments: sizes)
  func spots(_ size: Size) throws {
    var person = try Self.person(size)
    for keys in ["", "i"] {
      person.type(keys)
      let layout = Layout(person.model, in: size, at: person.now)
      for row in 0..<size.rows {
        for column in 0..<size.columns {
          let spot = layout.pane(at: Position(row: row, column: column))
          let isSide = layout.side.rows.contains(row) && layout.side.columns.contains(column)
          if isSide { #expect(spot == .side(row: row - layout.side.rows.lowerBound)) }
          if layout.log.contains(row), !isSide {
            #expect(spot == .log(row: row - layout.log.lowerBound))
          }
          if layout.table.contains(row), column < layout.resourceColumns.upperBound - 1 {
            #expect(spot == .resources(row: row - layout.table.lowerBound))
          }
          #expect(spot != nil)
        }
      }
    }
    let layout = Layout(person.model, in: size, at: person.now)
    if let column = layout.sideDivider {
      let row = layout.side.rows.lowerBound
      #expect(layout.pane(at: Position(row: row, column: column)) == .sideDivider)
    }
    if let row = layout.bottomDivider {
      #expect(layout.pane(at: Position(row: row, column: 3)) == .bottomDivider)
    }
    #expect(layout.pane(at: Position(row: size.rows, column: 0)) == nil)
  }

  @Test(
    "with the detail of a resource",
    arguments: [
      Size(rows: 12, columns: 40), Size(rows: 24, columns: 80), Size(rows: 40, columns: 120),
      Size(rows: 48, columns: 160), Size(rows: 60, columns: 200),
    ])
  func golden(_ size: Size) throws {
    var person = try GoldenTests.atWork(size)
    person.press(.home)
    person.type("i")
    try expectGolden(person.frame(), "detail-\(size.columns)x\(size.rows)")
  }
}
