import Canvas
import JSON
import Shadow

/// The open edit line: what is edited, the line with its cursor, and what it will be.
struct EntryView {
  static let lineCount = 3

  let lines: [[Span]]
  /// The cursor's column in the second line.
  let cursorColumn: Int

  private static let prompt = "> "

  init(_ model: Model, _ entry: Entry, width: Int) {
    let window = LineWindow(entry.line, width: max(1, width - Self.prompt.count))
    cursorColumn = Self.prompt.count + window.cursorColumn
    let input = [Span(Self.prompt, .textDim), Span(window.text, .editLine)]
    let heading =
      entry.completion.map { Self.candidates($0, width: width) }
      ?? Self.heading(model, entry, width: width)
    lines = [
      heading, input,
      Self.meaning(model, entry, window, width: width),
    ]
  }

  /// What Tab goes through, around the one that is in the line.
  static func candidates(_ completion: Completion, width: Int) -> [Span] {
    guard !completion.isEmpty else { return [Span("Nothing that is known begins so", .textDim)] }
    let shown = completion.shown ?? -1
    var spans: [Span] = []
    var used = 0
    var last = max(0, shown)
    // Those before it go out of sight as it moves on.
    var first = last
    let counts = 2 * "\(completion.total)".count + 6
    func columns(_ place: Int) -> Int {
      TextWidth.columns(completion.candidates[place], limit: 30) + 2
    }
    used = columns(last)
    while first > 0, used + columns(first - 1) <= width / 2 {
      first -= 1
      used += columns(first)
    }
    while last + 1 < completion.candidates.count, used + columns(last + 1) + counts <= width {
      last += 1
      used += columns(last)
    }
    if first > 0 { spans += [Span("\(first) …  ", .textDim)] }
    for place in first...last {
      let text = TextWidth.fitted(completion.candidates[place], width: columns(place) - 2)
      spans += [Span(text, place == shown ? .match : .text), Span("  ")]
    }
    let behind = completion.total - last - 1
    if behind > 0 { spans.append(Span("… \(behind) more", .textDim)) }
    return spans
  }

  // MARK: What is edited

  private static func heading(_ model: Model, _ entry: Entry, width: Int) -> [Span] {
    if let warning = entry.warning, width < 60 { return [Span(warning, .editError)] }
    var spans: [Span]
    switch entry.subject {
    case .filter:
      spans = [Span("filter by path and value", .textDim)]
    case .logFilter:
      spans = [Span("show in the log only", .textDim)]
      if model.log.shownCount < model.log.total {
        spans += [
          Span("   \(model.log.shownCount)"), Span(" of \(model.log.total)", .textDim),
        ]
      }
    case .search:
      spans = [Span("look for", .textDim)]
      if let note = model.searched?.searchNote { spans.append(Span("   \(note)")) }
    case .savePath(let bytes):
      spans = [Span("save \(byteText(bytes.count)) to", .textDim)]
    case .path(let base):
      spans = [Span("add to ", .textDim), Span(model.target.rawValue)]
      if !base.steps.isEmpty { spans += [Span(", in ", .textDim), Span(base.display, .path)] }
    case .value(let path, let section, _):
      spans = [Span(section.rawValue + " ", .textDim), Span(path.display, .path)]
      guard entry.warning == nil else { break }
      let held = model.shadow.document?.value(section, path)
      if let basis = entry.basis, held != basis.base {
        func words(_ value: JSONValue?) -> String { value.map(ValueText.line) ?? "nothing" }
        spans.append(
          Span(
            "   changed meanwhile: was \(words(basis.base)), is \(words(held))", .editError))
      } else if let held {
        spans += [
          Span("   now ", .textDim), Span(ValueText.line(held), ValueText.role(held)),
        ]
      } else {
        spans.append(Span("   new", .added))
      }
    case .observationTime:
      spans = [Span("observed", .path), Span("   empty for the time of arrival", .textDim)]
      if entry.warning != nil { spans.removeLast() }
    case .deletion:
      spans = [Span("delete the whole shadow", .editError)]
      if entry.warning == nil {
        spans += [
          Span("   type ", .textDim), Span(model.nameToType, .path), Span(" to do it", .textDim),
        ]
      }
    case .clientID:
      spans = [Span("connect under the client id", .path)]
      if entry.warning == nil, width >= 60 {
        spans.append(Span("   MIC's policy allows the thing's name alone", .textDim))
      }
    case .thingType(let address):
      spans = [
        Span("thing type of ", .textDim), Span(address.networkedName ?? address.thing, .path),
        Span("   empty: as its parent", .textDim),
      ]
    case .jobDetails(let action):
      spans = [Span("\(action.verb) ", .path), Span(model.jobs.chosen ?? "")]
    }
    if let warning = entry.warning { spans.append(Span("   \(warning)", .editError)) }
    return spans
  }

  // MARK: What it will be

  private static func meaning(
    _ model: Model, _ entry: Entry, _ window: LineWindow, width: Int
  ) -> [Span] {
    switch entry.subject {
    case .filter: return filterWords(model.table)
    case .logFilter: return filterHelp(model, width: width)
    case .search:
      return [Span("upper-case letters count where there are any; n next, N previous", .textDim)]
    case .savePath: return [Span("~ is your own folder; only you can read the file", .textDim)]
    case .path(let base): return place(entry.line.text, below: base, model)
    case .value(let path, let section, _):
      let meaning = entry.meaning
      switch meaning {
      case .broken(let error, let text):
        return fault(error, in: text, window, width: width)
      case .refused(let reason): return [Span(reason, .editError)]
      case .json, .text, .removal:
        let label = label(meaning, model, section, path, isShort: width < 60)
        guard entry.isForced else { return label }
        // What the text would be by itself stays in sight.
        let own = [Span(", not \(entry.typed.briefLabel)", .meterWarn)]
        return Array(label.prefix(1)) + own + label.dropFirst()
      }
    case .observationTime: return observation(model, entry)
    case .deletion: return deletion(model, entry)
    case .clientID: return clientID(model, entry, width: width)
    case .thingType:
      return [
        Span("reported.tcxn.thingType", .path),
        Span(", which MIC's public pages do not confirm", .textDim),
      ]
    case .jobDetails(let action): return jobDetails(entry, action, width: width)
    }
  }

  /// The names that a filter knows, those that are used lit.
  private static func filterHelp(_ model: Model, width: Int) -> [Span] {
    let named = model.log.filter.named
    let kinds = LogFilter.Kind.allCases.map { kind in
      Span(kind.rawValue, named.contains(kind) ? .match : .keyHint)
    }
    let contrary = Span(" -not", .textDim)
    let shown = width < 60 ? Array(kinds.prefix(2)) + kinds.filter { $0.text == "rejected" } : kinds
    let spans = shown.flatMap { [$0, Span(" ")] }
    return spans + (width < 60 ? [Span("… or any text", .textDim)] : []) + [contrary]
  }

  private static func observation(_ model: Model, _ entry: Entry) -> [Span] {
    let text = entry.line.text
    switch ObservationTime(text, at: entry.now, utcOffsetSeconds: model.utcOffsetSeconds) {
    case .moment(let moment):
      let time = CalendarTime(moment, utcOffsetSeconds: model.utcOffsetSeconds)
      return [
        Span("\(time.date) \(time.exactClock)", .typeNumber),
        Span("   \(Age(milliseconds: entry.now - moment).text) ago   \(moment) ms", .textDim),
      ]
    case .doubtful(_, let question): return [Span(question, .meterWarn)]
    case .refused(let reason): return [Span(reason, text.isEmpty ? .textDim : .editError)]
    }
  }

  private static func deletion(_ model: Model, _ entry: Entry) -> [Span] {
    guard entry.line.text.hasSameScalars(as: model.nameToType) else {
      return [
        Span("v\(model.shadow.version) goes, with "),
        Span("\(counted(model.table.tree.resources, "resource")). "),
        Span("Nobody can bring it back.", .textDim),
      ]
    }
    return [Span("Enter deletes it.", .editError)]
  }

  private static func clientID(_ model: Model, _ entry: Entry, width: Int) -> [Span] {
    if let fault = model.fault(inClientID: entry.line.text) { return [Span(fault, .editError)] }
    let edits = model.stagedCount > 0 ? "; what is staged stays" : ""
    return [
      Span(
        model.connection.isTakenOver
          ? "the other client keeps \(model.clientID)\(edits)"
          : "in place of \(model.clientID)\(edits)"),
      Span(width < 60 ? "" : "; ↑ has ids used before", .textDim),
    ]
  }

  private static func jobDetails(_ entry: Entry, _ action: JobAction, width: Int) -> [Span] {
    switch TypedDetails(entry.line.text) {
    case .refused(let reason):
      return [Span(reason, entry.line.text.isEmpty ? .textDim : .editError)]
    case .details(let details) where details.isEmpty:
      let example = action == .progress || action == .succeed ? "progress=50 %" : "reason=no room"
      let isNeeded = action == .progress
      return [
        Span(isNeeded ? "for instance " : "details if you like: ", .textDim), Span(example),
        Span(width < 60 ? "" : "   texts, \(JobDetails.mostPairs) at most", .textDim),
      ]
    case .details(let details):
      return [
        Span(counted(details.count, "detail")), Span("   those told before stay", .textDim),
      ]
    }
  }

  private static func place(_ text: String, below base: JSONPath, _ model: Model) -> [Span] {
    switch TypedPath(text, below: base, in: model.shadow.document) {
    case .refused(let reason): return [Span(reason, text.isEmpty ? .textDim : .editError)]
    case .path(let path):
      var spans = [Span("will be ", .textDim), Span(path.pointer, .path)]
      if path.keys.last?.isEmpty == true {
        spans.append(Span("   the empty name, shown as \"\"", .textDim))
      }
      if let obstacle = model.shadow.document?.obstacle(model.target, path) {
        return spans + [
          Span("   \(obstacle.path.display) is \(obstacle.value.kindLabel): ", .editError),
          Span("this replaces it", .editError),
        ]
      }
      if let held = model.shadow.document?.value(model.target, path) {
        spans += [
          Span("   is there: ", .textDim), Span(ValueText.line(held), ValueText.role(held)),
        ]
      }
      return spans
    }
  }

  private static func label(
    _ typed: TypedValue, _ model: Model, _ section: Section, _ path: JSONPath, isShort: Bool
  ) -> [Span] {
    let held = model.shadow.document?.value(section, path)
    let role: Role = typed.value.map(ValueText.role) ?? .removed
    var spans = [Span(typed.label, role)]
    // First, since a narrow screen cuts the rest.
    if let words = lintWords(MICLint.faults(in: typed.value, at: path)) {
      spans.append(Span("; \(words)", .meterWarn))
    }
    if case .object(let object)? = typed.value, let old = held?.object, !old.isEmpty {
      // An update merges objects, it does not replace them (spec 5).
      spans.append(
        Span(
          object.isEmpty
            ? "; changes nothing in an object that has members" : "; merged into what is there",
          .meterWarn))
    }
    if let held, let value = typed.value, held.kindName != value.kindName {
      spans.append(Span("; was \(held.kindName)", .meterWarn))
    }
    if let obstacle = model.shadow.document?.obstacle(section, path) {
      spans.append(Span("; " + obstacle.words, .editError))
    }
    if let key = typed.value?.duplicateKey {
      spans.append(Span("; \(key.nameText) is there twice, the last counts", .meterWarn))
    }
    let limits = ShadowLimits()
    let edit = StagedEdit(section, path, of: model.shadow.document, to: typed.value)
    var draft = model.draft
    guard draft.stage(edit) == nil, !model.choice.isBackdate else { return spans }
    let result = Preview(
      draft.edits, upon: model.shadow.document, address: model.address, token: model.nextToken)
    spans += [
      Span(isShort ? "   then " : "   document then "),
      Span(
        "\(tenths(result.documentBytes, of: 1024)) of \(limits.size / 1024) KB",
        meterRole(result.documentBytes)),
    ]
    if result.depth > limits.depth {
      spans.append(Span(", \(result.depth) levels of \(limits.depth)", .meterFull))
    } else if !isShort {
      spans += [Span(", "), Span(counted(result.depth, "level"), .meterOk)]
    }
    return spans
  }

  /// The fault with a caret under its place.
  private static func fault(
    _ error: JSONSyntaxError, in text: String, _ window: LineWindow, width: Int
  ) -> [Span] {
    let words = "expected \(error.expected), found \(error.found)"
    guard let column = window.column(ofByte: error.offset) else {
      return [Span("\(error.message)", .editError)]
    }
    let caret = prompt.count + column
    if caret + 2 + words.count <= width || caret < width / 2 {
      return [Span(String(repeating: " ", count: caret) + "^ " + words, .editError)]
    }
    let left = TextWidth.fitted(words, width: max(0, caret - 1), trailing: true)
    return [Span(left + " ^", .editError)]
  }
}

/// The part of a line that a narrow place shows, the cursor in it.
struct LineWindow {
  let text: String
  /// The cursor's column in `text`.
  let cursorColumn: Int
  /// The bytes of the line before the part that is shown.
  private let hiddenBytes: Int
  /// Columns taken by the mark that something is hidden at the left.
  private let markColumns: Int
  private let shown: ArraySlice<Character>

  init(_ line: LineEditor, width: Int) {
    let characters = line.characters
    // One column for the cursor at the end of the text.
    let room = max(1, width - 1)
    var start = line.cursor
    var used = 0
    while start > 0 {
      let columns = TextWidth.columns(String(characters[start - 1]), limit: room)
      // Something hidden at the left takes a column for its mark.
      guard used + columns <= (start > 1 ? room - 1 : room) else { break }
      used += columns
      start -= 1
    }
    let end = min(characters.count, max(line.cursor, start + width) + 1)
    shown = characters[start..<end]
    markColumns = start > 0 ? 1 : 0
    text = (start > 0 ? "…" : "") + String(shown)
    cursorColumn = used + markColumns
    hiddenBytes = start == 0 ? 0 : characters[..<start].reduce(0) { $0 + $1.utf8.count }
  }

  /// The column where a byte of the line is shown; nil if it is not in sight.
  func column(ofByte offset: Int) -> Int? {
    guard offset >= hiddenBytes else { return nil }
    var bytes = hiddenBytes
    var column = markColumns
    for character in shown {
      if bytes >= offset { return column }
      bytes += character.utf8.count
      column += TextWidth.columns(String(character))
    }
    return bytes >= offset ? column : nil
  }
}
