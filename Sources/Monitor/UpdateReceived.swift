import Canvas
import JSON
import Shadow

extension Model {
  /// Takes in a message on a topic of the shadow; `arrival` in ms since 1970.
  mutating func receive(
    topic: String, payload: [UInt8], arrival: Int64, retained: Bool, quality: Int
  ) -> [Effect] {
    let message = ShadowMessage(topic: topic, payload: payload)
    if let message, !retained, isEcho(message, size: payload.count) { return [] }
    let known = (message?.address).flatMap(place(of:))
    var entry = LogEntry(
      time: arrival, direction: .incoming, topic: suffix(of: topic),
      address: known.map { shadows[$0].address }, payload: payload)
    entry.isRetained = retained
    entry.qualityOfService = quality
    entry.sender = message?.clientToken
    if let sent = requests.time(of: message?.clientToken), !retained {
      entry.isOurs = true
      if message?.topic.isAnswer == true { entry.roundTrip = Int(clamping: arrival - sent) }
    }
    if let message, let known {
      if retained {
        // Answers are never retained: this one is left over from who knows when (spec 4.1).
        entry.summary = [Span("retained: shown, not believed", .logRejected)]
      } else {
        with(known) { $0.take(message, arrival: arrival, for: &entry) }
      }
    } else if !retained, let (name, place) = JobTopic.parse(topic: topic),
      name.hasSameScalars(as: thing)
    {
      entry.summary = takeJobs(place, payload, at: arrival)
    } else {
      entry.summary = [Span("not a topic of an open shadow", .textDim)]
    }
    log.append(entry)
    if let known { with(known) { $0.logSettled(at: arrival) } }
    return []
  }

  /// Takes in a message of the current shadow, and puts into its entry in the log what it says.
  private mutating func take(
    _ message: ShadowMessage, arrival: Int64, for entry: inout LogEntry
  ) {
    if let timestamp = message.timestamp {
      shadow.compareClocks(arrival: arrival, timestamp: timestamp)
    }
    switch message.content {
    case .request(let body): entry.summary = summary(request: body, message)
    case .document(let document):
      entry.version = document.version
      entry.summary = receive(document, message, arrival: arrival)
    case .documents(let previous, let current):
      entry.version = current.version
      entry.summary = receive(current, after: previous, message, arrival: arrival)
    case .updateAccepted(_, let version):
      entry.version = version
      entry.summary = [who(message)]
    case .delta(let state, _, let version):
      entry.version = version
      entry.summary = summary(ofMembers: state)
    case .deleteAccepted(let version):
      entry.version = version
      entry.summary = [Span("deleted ", .removed), who(message)]
      if shadow.delete(version: version, at: arrival) {
        loseDocument()
        learn()
      }
    case .rejected(let error):
      entry.summary = [Span("\(error.code) \(error.message)", .logRejected)]
      if message.topic == .rejected(.get), error.code == 404 {
        shadow.miss(at: arrival)
        settleDelivery(nil, token: message.clientToken, isWhole: isWhole(message))
        loseDocument()
        learn()
      }
    case .unreadable(let reason, _):
      entry.summary = [Span("unreadable: \(reason)", .logRejected)]
    }
  }

  /// Whether this is a request of ours as the broker hands it to everybody: the log has it already.
  private mutating func isEcho(_ message: ShadowMessage, size: Int) -> Bool {
    guard case .request = message.content, let token = message.clientToken,
      requests.time(of: token) != nil
    else { return false }
    return log.meetEcho(token: token, size: size)
  }

  /// The answer to a `get`.
  private mutating func receive(
    _ document: ShadowDocument, _ message: ShadowMessage, arrival: Int64
  ) -> [Span] {
    let before = shadow.version
    let asked = requests.time(of: message.clientToken)
    let tree = ResourceTree(document, staged: stagedPaths)
    let changes = summary(of: tree, after: liveTree)
    let shown = liveTree
    guard hold(document, tree, arrival: arrival, asked: asked, by: .unseen) else {
      return older(document)
    }
    // Whose token is in the answer has asked for the document, not for what is in it.
    wishes.take(tree, after: shown, at: arrival, token: nil, isOurs: false)
    settleDelivery(document, token: message.clientToken, isWhole: isWhole(message))
    learn()
    var summary = [Span(counted(tree.resources, "resource"))]
    if tree.differences > 0 { summary.append(Span(", " + differText(tree.differences), .differs)) }
    if document.version < before {
      summary.append(Span(", made anew: the version went back from v\(before)", .stale))
    }
    if before > 0, let changes { summary += [Span("  ")] + changes }
    return summary
  }

  /// An update of anybody.
  private mutating func receive(
    _ document: ShadowDocument, after previous: ShadowDocument?, _ message: ShadowMessage,
    arrival: Int64
  ) -> [Span] {
    let tree = ResourceTree(document, staged: stagedPaths)
    // Nearly always what came before is what is held.
    let before =
      previous != nil && previous?.version == shadow.document?.version
      ? liveTree : ResourceTree(previous)
    let changes = summary(of: tree, after: before) ?? [Span("no change", .textDim)]
    guard hold(document, tree, arrival: arrival, asked: nil, by: author(message)) else {
      return older(document)
    }
    let isOurs = requests.time(of: message.clientToken) != nil
    wishes.take(tree, after: before, at: arrival, token: message.clientToken, isOurs: isOurs)
    delivery?.see(document.version, token: message.clientToken)
    settleDelivery(document, token: message.clientToken, isWhole: false)
    learn()
    return previous == nil ? [Span("created  ", .added)] + changes : changes
  }

  /// The service has told what the shadow is; an update without an answer needs a `get` still.
  private mutating func learn() { freshness.learn(isEnough: delivery?.state != .unknown) }

  private func older(_ document: ShadowDocument) -> [Span] {
    let reason = shadow.document.map { "older than v\($0.version)" } ?? "from before the deletion"
    return [Span("\(reason): changes nothing", .stale)]
  }

  /// Holds a document, to be shown by ``showNewest()``, unless it is too old.
  private mutating func hold(
    _ document: ShadowDocument, _ tree: ResourceTree, arrival: Int64, asked: Int64?,
    by author: ValueChange.Author
  ) -> Bool {
    var isFirst = shadow.isRecalled
    if case .unknown = shadow.state { isFirst = true }
    // What an earlier run knew has no place in this one's history.
    let before = isFirst ? nil : shadow.document
    guard shadow.take(document, at: arrival, asked: asked) else { return false }
    noteInHistory(document, after: before, arrival: arrival, by: author)
    traces.note(
      tree, after: isFirst ? ResourceTree() : liveTree, at: arrival, version: document.version,
      by: isFirst ? nil : author)
    shadows[current].unshown = tree
    return true
  }

  /// Puts a document that was taken in into the history, and a remark before it into the log where
  /// versions are missing.
  private mutating func noteInHistory(
    _ document: ShadowDocument, after before: ShadowDocument?, arrival: Int64,
    by author: ValueChange.Author
  ) {
    // The answer to a get of what is known already is no news.
    if let before, before.version == document.version, before.desired == document.desired,
      before.reported == document.reported, !history.moments.isEmpty
    {
      return
    }
    var unseen: ClosedRange<Int64>?
    if let held = before?.version, held < document.version - 1 {
      unseen = held + 1...document.version - 1
    }
    if let unseen {
      log.append(
        LogEntry(
          time: arrival, direction: .remark, topic: "history",
          summary: [Span(unseenText(unseen), .meterWarn)]))
    }
    // The message is the next that the log gets.
    history.note(
      History.Moment(
        number: log.total, version: document.version, time: arrival, token: author.token,
        unseen: unseen))
  }

  private func author(_ message: ShadowMessage) -> ValueChange.Author {
    guard let token = message.clientToken else { return .nobody }
    return requests.time(of: token) == nil ? .other(token) : .ours(token)
  }

  /// Shows that there is no shadow; what is staged is kept.
  private mutating func loseDocument() {
    wishes.take(
      ResourceTree(), after: liveTree, at: shadow.arrival, token: nil, isOurs: false,
      isDeleted: true)
    showLive(ResourceTree(nil, staged: stagedPaths))
    previewDraft()
  }

  // MARK: Summaries

  private func who(_ message: ShadowMessage) -> Span {
    guard let token = message.clientToken else { return Span("no token", .textDim) }
    return requests.time(of: token) == nil ? Span(token) : Span("ours \(token)", .logOut)
  }

  /// The first few changes, then how many more; nil for none.
  private func summary(of tree: ResourceTree, after older: ResourceTree) -> [Span]? {
    var spans: [Span] = []
    var count = 0
    tree.compare(
      with: older,
      changed: { change in
        count += 1
        guard count <= 3 else { return }
        spans += (spans.isEmpty ? [] : [Span(", ", .textDim)]) + change.summary
      })
    if count > 3 { spans.append(Span(", \(count - 3) more", .textDim)) }
    return spans.isEmpty ? nil : spans
  }

  /// What a request of somebody else wants to write, or else whose it is.
  private func summary(request body: JSONValue?, _ message: ShadowMessage) -> [Span] {
    guard let wish = wish(of: body) else { return [who(message)] }
    let isOurs = requests.time(of: message.clientToken) != nil
    return (isOurs ? [who(message), Span("  ")] : []) + wish
  }

  /// What a request wants to write; nil if that is nothing.
  func wish(of body: JSONValue?) -> [Span]? {
    guard let state = body?.object?["state"] else { return nil }
    if state.isNull { return [Span("state null", .typeNull)] }
    let sections = Section.allCases.compactMap { section -> [Span]? in
      guard let change = state.object?[section.rawValue] else { return nil }
      let members = change.object.map(summary(ofMembers:)) ?? [change.brief]
      return [Span("\(section.rawValue) ", .textDim)] + members
    }
    return sections.isEmpty ? nil : Array(sections.joined(separator: [Span("; ", .textDim)]))
  }

  /// Members with their values, the first few by name.
  private func summary(ofMembers state: JSONObject) -> [Span] {
    let tree = ResourceTree(ShadowDocument(desired: state, version: 0))
    let leaves = tree.nodes.filter { $0.leafValue(.desired) != nil }
    var spans: [Span] = []
    for leaf in leaves.prefix(3) {
      guard let value = leaf.leafValue(.desired) else { continue }
      if !spans.isEmpty { spans.append(Span(", ", .textDim)) }
      spans += [Span(leaf.path.display, .path), Span(" ")] + [value.brief]
    }
    if leaves.count > 3 { spans.append(Span(", \(leaves.count - 3) more", .textDim)) }
    return spans
  }
}

extension ShadowTopic {
  /// Whether it answers a request: `accepted` or `rejected`.
  fileprivate var isAnswer: Bool {
    switch self {
    case .accepted, .rejected: true
    case .request, .delta, .documents: false
    }
  }
}

extension ResourceChange {
  /// For instance `~ humidity 60 → 61`.
  var summary: [Span] {
    let name = [
      Span(section == .desired ? "desired " : "", .textDim), Span(path.display, .path), Span(" "),
    ]
    switch (old, new) {
    case (let old?, let new?):
      return [Span("~ ", .differs)] + name + [old.brief, Span(" → ", .textDim), new.brief]
    case (nil, let new?): return [Span("+ ", .added)] + name + [new.brief]
    case (let old?, nil): return [Span("− ", .removed)] + name + [old.brief]
    case (nil, nil): return []
    }
  }
}

extension JSONValue {
  /// The start of the value, enough to know it again.
  fileprivate var brief: Span {
    let line = ValueText.line(self)
    let scalars = line.unicodeScalars
    let text = scalars.count > 60 ? String(scalars.prefix(60)) + "…" : line
    return Span(text, ValueText.role(self))
  }
}
