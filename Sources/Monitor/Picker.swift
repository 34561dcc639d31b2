package import Canvas
import JSON
package import Shadow

/// A list to choose from, narrowed by typing: the palette, and whatever else is picked by name.
package struct Picker: Sendable {
  /// What can be chosen, and what a choice does.
  package enum Choice: Hashable, Sendable {
    case command(Command)
    /// An open shadow, or one to be opened.
    case shadow(ShadowAddress)
    /// A networked thing that is to be made, of a type that is asked for.
    case newNetworkedThing(ShadowAddress)
    case thing(String)
    /// A connection by its name in the settings.
    case profile(String)
    /// A text for the clipboard.
    case copy(String)
    /// A job of the thing, by its name.
    case job(String)
    /// What to do with the job that was chosen.
    case jobAction(JobAction)
  }

  /// What is picked; the raw value is the title.
  package enum Subject: String, Sendable {
    case commands, shadows, things, profiles, copy, jobs, job
  }

  /// One row.
  package struct Item: Sendable {
    package let choice: Choice
    /// What is searched and shown at the left.
    package let title: String
    /// Shown at the right, and not searched.
    package let note: [Span]
    /// Why it cannot be chosen now; nil if it can.
    package let obstacle: String?
    /// Whether it is there whatever is typed, behind what matches.
    let isFixed: Bool

    package init(
      _ choice: Choice, title: String, note: [Span] = [], obstacle: String? = nil,
      isFixed: Bool = false
    ) {
      self.choice = choice
      self.title = title
      self.note = note
      self.obstacle = obstacle
      self.isFixed = isFixed
    }
  }

  /// A row that the typed text leaves.
  struct Row: Sendable {
    let item: Item
    /// The code points of the title that were typed.
    let matches: [Int]
  }

  package let subject: Subject
  package private(set) var line = LineEditor()
  private var items: [Item]
  private(set) var rows: [Row] = []
  package private(set) var selected = 0
  private var scrolled = 0

  /// - Parameters:
  ///   - subject: what is picked.
  ///   - items: in the order in which they are shown while nothing is typed.
  package init(_ subject: Subject, items: [Item]) {
    self.subject = subject
    self.items = items
    narrow()
  }

  package var choice: Item? { rows.indices.contains(selected) ? rows[selected].item : nil }

  /// How many there are to choose from.
  package var total: Int { items.count }

  /// Shows other items; the selection stays with its choice.
  mutating func show(_ items: [Item]) {
    let kept = choice?.choice
    self.items = items
    narrow()
    if let kept, let row = rows.firstIndex(where: { $0.item.choice == kept }) { selected = row }
  }

  mutating func insert(_ text: String) { change { $0.insert(text) } }

  mutating func perform(_ action: LineEditor.Action) { change { $0.perform(action) } }

  /// Selects the row that is so many further down.
  mutating func move(by count: Int) {
    selected = min(max(0, rows.count - 1), max(0, selected + count))
  }

  mutating func select(row: Int) { move(by: row - selected) }

  /// The first row to draw so that the selected one is among `height` rows.
  func top(height: Int) -> Int {
    max(0, min(max(min(scrolled, rows.count - height), selected - height + 1), selected))
  }

  /// Remembers where the list stands on a screen with room for so many rows.
  mutating func settle(height: Int) { scrolled = top(height: height) }

  private mutating func change(_ body: (inout LineEditor) -> Void) {
    let before = line.text
    body(&line)
    guard !line.text.hasSameScalars(as: before) else { return }
    narrow()
    (selected, scrolled) = (0, 0)
  }

  /// Leaves the rows that match, the best first.
  private mutating func narrow() {
    let pattern = FuzzyPattern(line.text)
    let found = items.enumerated().compactMap { place, item in
      item.isFixed ? nil : pattern.match(item.title).map { (place: place, item: item, match: $0) }
    }
    let sorted =
      pattern.isEmpty
      ? found
      : found.sorted { ($1.match.score, $0.place) < ($0.match.score, $1.place) }
    rows =
      sorted.map { Row(item: $0.item, matches: $0.match.positions) }
      + items.filter(\.isFixed).map { Row(item: $0, matches: []) }
    selected = min(selected, max(0, rows.count - 1))
  }
}
