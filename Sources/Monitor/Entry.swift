package import JSON
package import Shadow

/// The edit line while it is open.
package struct Entry: Sendable {
  package enum Subject: Sendable {
    /// The name or pointer of a resource to add; a name stands below this path.
    case path(below: JSONPath)
    /// The value of a resource; `prefill` is the text that the line began with.
    case value(path: JSONPath, section: Section, prefill: String?)
    /// What the table is narrowed down to, as it is typed; `earlier` was so before, with this path
    /// selected.
    case filter(earlier: String, selected: JSONPath?)
    /// What the log is narrowed to; `before` is what it was when the line was opened.
    case logFilter(before: String)
    /// What is looked for in the lines that are read.
    case search
    /// The file that these bytes are to be saved in.
    case savePath([UInt8])
    /// The time at which staged values were observed.
    case observationTime
    /// The name of the shadow that is to be deleted.
    case deletion
    /// The client id to connect under.
    case clientID
    /// The type of a networked thing that is to be made.
    case thingType(ShadowAddress)
    /// Details of the chosen job, which go with what it becomes.
    case jobDetails(JobAction)
  }

  package let subject: Subject
  /// The edit without its value, as of when the line was opened: what comes meanwhile is a conflict,
  /// not what it began from.
  var basis: StagedEdit?
  package private(set) var line: LineEditor
  /// What the text means as a value; kept, since a long text takes a while to read.
  package private(set) var typed: TypedValue
  /// What the line can become, while Tab goes through it.
  private(set) var completion: Completion?
  /// When a key was pressed last, in ms since 1970: what `5m ago` counts from.
  var now: Int64 = 0
  /// How the text is read.
  private(set) var reading = TypedValue.Reading.asTyped
  /// Why Enter must be pressed once more; the next change of the text takes it back.
  package var warning: String?
  /// The place in the history that the line shows, and what was typed before it was looked at.
  private var recalled: (place: Int, typed: String)?

  init(_ subject: Subject, text: String = "", killed: String = "") {
    self.subject = subject
    line = LineEditor(text, killed: killed)
    typed = TypedValue(text)
  }

  mutating func insert(_ text: String) { change { $0.insert(text) } }

  mutating func perform(_ action: LineEditor.Action) { change { $0.perform(action) } }

  /// Shows an earlier text in place of the line, or a later one, and at the end what was typed.
  mutating func recall(from history: [String], older: Bool) {
    let now = recalled ?? (place: history.count, typed: line.text)
    let place = now.place + (older ? -1 : 1)
    guard place >= 0, place <= history.count, place != now.place else { return }
    let text = place == history.count ? now.typed : history[place]
    change { $0.replace(with: text) }
    recalled = place == history.count ? nil : (place, now.typed)
  }

  /// Goes on with the completion in hand, or begins with the one that is given.
  mutating func complete(_ fresh: Completion, backwards: Bool) {
    var completion = self.completion ?? fresh
    let text = completion.next(backwards: backwards)
    if !completion.isEmpty { change { $0.replace(with: text) } }
    // What can become one thing only is done with: the next Tab begins from there.
    self.completion = completion.total == 1 ? nil : completion
  }

  private mutating func change(_ body: (inout LineEditor) -> Void) {
    let before = line.text
    body(&line)
    let text = line.text
    // By code points: `Character` takes two spellings of é for one.
    guard !text.hasSameScalars(as: before) else { return }
    warning = nil
    recalled = nil
    completion = nil
    typed = TypedValue(text)
    // A removal has no text: who types wants a value.
    if reading == .removal || !typed.readings.contains(reading) { reading = .asTyped }
  }

  /// What would be staged, as the text is read now.
  var meaning: TypedValue { typed.read(reading, of: line.text) }

  var isForced: Bool { reading != .asTyped }

  /// The reading that comes next, and what it would make of the text.
  var nextReading: (reading: TypedValue.Reading, value: TypedValue) {
    let readings = typed.readings
    let place = readings.firstIndex(of: reading) ?? 0
    let next = readings[(place + 1) % readings.count]
    return (next, typed.read(next, of: line.text))
  }

  mutating func switchReading() {
    reading = nextReading.reading
    warning = nil
  }
}

/// What a typed name or pointer leads to.
package enum TypedPath: Sendable {
  case path(JSONPath)
  case refused(String)

  /// Takes a text: with a `/` in front it is a JSON Pointer (RFC 6901) from the section on, else
  /// one plain name below `base`, dots and slashes and all; `""` is the empty name, as it is shown.
  ///
  /// - Parameters:
  ///   - text: as typed.
  ///   - base: where a plain name belongs.
  ///   - document: to see what is on the way; nil where there is no shadow.
  package init(_ text: String, below base: JSONPath, in document: ShadowDocument?) {
    guard !text.isEmpty else {
      self = .refused("a name, or a pointer such as /pump1/flow")
      return
    }
    let path: JSONPath
    if text.utf8.first == UInt8(ascii: "/") {
      guard let pointer = JSONPointer(text) else {
        self = .refused("~ stands only in ~0 (for ~) and ~1 (for /)")
        return
      }
      path = JSONPath(keys: pointer.tokens)
    } else {
      path = base.appending(key: text == "\"\"" ? "" : text)
    }
    for length in path.steps.indices.dropFirst() {
      let around = JSONPath(Array(path.steps[..<length]))
      let isArray = Section.allCases.contains {
        document?.value($0, around)?.array != nil
      }
      if isArray {
        self = .refused("\(around.display) is an array, which is written whole: edit that")
        return
      }
    }
    self = .path(path)
  }
}
