import Canvas
import JSON
import Shadow

/// An earlier document of the shadow that is being looked at.
struct Travel: Sendable {
  let moment: History.Moment
  let document: ShadowDocument
  /// What changed with this version; nil where the document before it is not known.
  let changes: [ResourceChange]?
  /// What changed at a path: the sections, and whether all of it is new.
  private struct Change {
    var sections: Set<Section> = []
    var isNew = true
  }

  private var changed: [JSONPath: Change] = [:]
  /// By path of an object whether all that changed inside it is new.
  private var around: [JSONPath: Bool] = [:]
  /// The shadow as it is meanwhile.
  var live: ResourceTree

  init(
    _ moment: History.Moment, _ document: ShadowDocument, changes: [ResourceChange]?,
    live: ResourceTree
  ) {
    (self.moment, self.document, self.changes, self.live) = (moment, document, changes, live)
    for change in changes ?? [] {
      let isNew = change.old == nil
      changed[change.path, default: Change()].sections.insert(change.section)
      if !isNew { changed[change.path]?.isNew = false }
      for length in change.path.steps.indices.dropFirst() {
        around[JSONPath(Array(change.path.steps[..<length])), default: true] =
          isNew && around[JSONPath(Array(change.path.steps[..<length]))] ?? true
      }
    }
  }

  func isChanged(_ section: Section, _ path: JSONPath) -> Bool {
    changed[path]?.sections.contains(section) ?? false
  }

  /// The sign before a row: `~` changed, `+` new; for a fold that of anything inside.
  func mark(_ node: ResourceNode, isFolded: Bool) -> Span? {
    let here = changed[node.path]?.isNew
    let inside = isFolded ? around[node.path] : nil
    guard here != nil || inside != nil else { return nil }
    return (here ?? true) && (inside ?? true) ? Span("+", .added) : Span("~", .valueChanged)
  }
}

extension Model {
  /// The tree of the shadow as it is, be the table shown that of an earlier version or not.
  var liveTree: ResourceTree { shadows[current].unshown ?? travel?.live ?? table.tree }

  /// Shows the shadow as it is, unless an earlier version is being looked at.
  mutating func showLive(_ tree: ResourceTree) {
    shadows[current].unshown = nil
    if travel == nil { show(tree) } else { travel?.live = tree }
  }

  /// The version that is looked at in place of the shadow as it is; nil for none.
  package var travelledVersion: Int64? { travel?.moment.version }

  mutating func returnToLive() {
    guard let live = travel?.live else { return }
    travel = nil
    show(live)
  }

  /// The place behind all documents that are earlier than the one held now.
  private var livePlace: Int {
    let moments = history.moments
    return moments.last?.version == shadow.version ? moments.count - 1 : moments.count
  }

  /// Looks at the document before or after the one on the screen.
  mutating func travel(by step: Int) {
    let moments = history.moments
    let here = travel.flatMap { moments.firstIndex(of: $0.moment) } ?? livePlace
    let next = here + step
    if next >= livePlace {
      if travel == nil { reply = Reply(passing: "This is the shadow as it is now") }
      return returnToLive()
    }
    guard moments.indices.contains(next) else {
      let oldest = moments.first.map { "v\($0.version)" } ?? "This"
      reply = Reply(passing: "\(oldest) is the oldest document that the log has")
      return
    }
    look(at: next)
  }

  /// Looks at the table as of the message at hand, be it selected in the log or read.
  mutating func lookBack() {
    guard let message = messageAtHand else { return }
    overlay = nil
    reply = nil
    travel(to: message.number)
    // On a screen without room for both the table takes the log's place.
    if travel != nil, focus == .log, size.rows < Layout.rowsForLog { focus = .resources }
  }

  /// Looks at the table as of a message in the log.
  ///
  /// - Parameter number: the message's number in the log.
  package mutating func travel(to number: Int) {
    if let other = log[number: number]?.address, other != address {
      reply = Reply(passing: "That message is about another of the open shadows")
      return
    }
    guard let place = history.place(at: number) else {
      reply = Reply(passing: "No document had come before that message")
      return
    }
    guard place < livePlace else {
      returnToLive()
      reply = Reply(passing: "The shadow has not changed since that message")
      return
    }
    look(at: place)
  }

  private mutating func look(at place: Int) {
    let moment = history.moments[place]
    guard let (document, previous) = documents(of: moment) else {
      returnToLive()
      reply = Reply(passing: "The log has dropped v\(moment.version)")
      return
    }
    let tree = ResourceTree(document)
    var before = previous
    if before == nil, place > 0 { before = documents(of: history.moments[place - 1])?.current }
    var changes: [ResourceChange]?
    if let before {
      var found: [ResourceChange] = []
      tree.compare(with: ResourceTree(before), changed: { found.append($0) })
      changes = found
    }
    travel = Travel(moment, document, changes: changes, live: liveTree)
    table.show(tree, traces: traces)
  }

  /// Reads a document, and the one before it where the message has that, from the log again.
  private func documents(
    of moment: History.Moment
  ) -> (current: ShadowDocument, previous: ShadowDocument?)? {
    guard let entry = log[number: moment.number], let payload = entry.payload,
      let address = entry.address
    else { return nil }
    let topic = address.prefix + "/" + entry.topic
    switch ShadowMessage(topic: topic, payload: payload)?.content {
    case .document(let document): return (document, nil)
    case .documents(let previous, let current): return (current, previous)
    default: return nil
    }
  }

  /// Follows the log: what it has dropped cannot be looked at any more.
  mutating func settleHistory() {
    for place in shadows.indices {
      shadows[place].history.forget(before: log.dropped)
      guard let moment = shadows[place].travel?.moment, moment.number < log.dropped else {
        continue
      }
      with(place) { model in
        model.returnToLive()
        model.reply = Reply(
          "Live again: the log made room for newer messages and dropped v\(moment.version)", .stale)
      }
    }
  }

  /// What a command would change in a shadow that is not the one on the screen.
  func refusal(of command: Command) -> Reply? {
    guard let travel, command.changesShadow(in: self) else { return nil }
    let key = keys[.last].last?.label ?? keys[.dismiss].first?.label ?? ""
    return Reply(
      passing: "This is v\(travel.moment.version), not the shadow as it is: "
        + "\(key) returns to live, then edit", .editError)
  }

  /// The line above the table that says what is being looked at.
  func travelLine(width: Int, at now: Int64) -> [Span]? {
    guard let travel else { return nil }
    let key = keys[.last].last ?? keys[.dismiss].first
    let age = Age(milliseconds: now - travel.moment.time).words
    let version = Span("v\(travel.moment.version)", .meterWarn)
    let tail = [
      Span(", \(age) ago. ", .meterWarn), Span(key?.label ?? "", .keyHint),
      Span(" returns to live.", .meterWarn),
    ]
    let long = [Span("Looking at ", .meterWarn), version] + tail
    guard TextWidth.columns(long) <= width else { return [version] + tail }
    let more = [Span("  ")] + changeWords(travel)
    return TextWidth.columns(long) + 12 <= width ? long + more : long
  }

  private func changeWords(_ travel: Travel) -> [Span] {
    guard let changes = travel.changes else { return [] }
    guard !changes.isEmpty else { return [Span("Nothing changed with it.", .textDim)] }
    return Array(changes.prefix(20).map(\.summary).joined(separator: [Span(", ", .textDim)]))
  }
}

extension Command {
  /// Whether it edits or publishes, as the state is.
  fileprivate func changesShadow(in model: Model) -> Bool {
    switch self {
    case .target, .preview: false
    case .open, .toggle:
      model.focus == .resources ? model.table.selection?.isBranch == false : model.focus != .log
    default: group == .change
    }
  }
}
