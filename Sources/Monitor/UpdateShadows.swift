import Canvas
import JSON
import Shadow

extension Model {
  /// Edits that are staged, over all open shadows.
  package var stagedCount: Int { shadows.reduce(0) { $0 + $1.draft.edits.count } }

  /// Whether an update of some open shadow has no answer yet.
  var isAwaitingAnswer: Bool { shadows.contains { $0.delivery != nil } }

  // MARK: Choosing

  mutating func openShadowList() {
    picker = Picker(.shadows, items: shadowItems(typed: ""))
  }

  /// Offers what is typed as a shadow to open.
  mutating func refreshShadowList() {
    guard let picker, picker.subject == .shadows else { return }
    let items = shadowItems(typed: picker.line.text)
    self.picker?.show(items)
  }

  private func shadowItems(typed: String) -> [Picker.Item] {
    let open = shadows.map { shadow in
      Picker.Item(.shadow(shadow.address), title: words(shadow.address), note: note(shadow))
    }
    let remembered = networkedThings.compactMap { known -> (ShadowAddress, Picker.Item)? in
      let address = ShadowAddress(thing: known.thing)
      guard replay == nil, place(of: address) == nil else { return nil }
      let size = known.bytes.map { sizeSpans($0) + [Span("  ")] } ?? []
      return (
        address,
        Picker.Item(
          .shadow(address), title: words(address), note: size + [Span("open", .keyHint)])
      )
    }
    let offered = offers(typed).filter { address in
      place(of: address) == nil && !remembered.contains { $0.0 == address }
    }
    let fresh = offered.filter { isNetworked($0) && $0.nameFault == nil && !isReadOnly }
    return open + remembered.map(\.1)
      + offered.map { address in
        Picker.Item(
          .shadow(address), title: words(address),
          note: [Span(address.nameFault == nil ? "open" : "", .keyHint)],
          obstacle: address.nameFault, isFixed: true)
      }
      + fresh.map { address in
        Picker.Item(
          .newNetworkedThing(address), title: "new \(words(address))",
          note: [Span("its type", .keyHint)], isFixed: true)
      }
  }

  /// For instance `1.9/8 KB`.
  private func sizeSpans(_ bytes: Int) -> [Span] {
    [
      Span(tenths(bytes, of: 1024), meterRole(bytes)),
      Span("/\(ShadowLimits().size / 1024) KB", .textDim),
    ]
  }

  /// What can be opened, by what is typed: the classic shadow, a named one, a networked thing, whose
  /// name is `PARENT__NAME` (mic-thing-api 1.9).
  private func offers(_ typed: String) -> [ShadowAddress] {
    // A recording has what it has.
    guard replay == nil else { return [] }
    let classic = ShadowAddress(thing: thing)
    guard !typed.isEmpty else { return [classic] }
    let prefix = parentThing + "__"
    let name = typed.hasPrefix(prefix) ? String(typed.dropFirst(prefix.count)) : typed
    return (typed.hasPrefix(prefix) ? [] : [ShadowAddress(thing: thing, shadow: typed)])
      + [ShadowAddress(thing: prefix + name)]
  }

  private func words(_ address: ShadowAddress) -> String {
    if let shadow = address.shadow { return "shadow \(shadow)" }
    if address.thing.hasSameScalars(as: thing) { return "classic shadow" }
    return isNetworked(address)
      ? "networked thing \(address.thing)" : "parent thing \(address.thing)"
  }

  private func note(_ shadow: OpenShadow) -> [Span] {
    var parts: [Span] = []
    let differences = (shadow.travel?.live ?? shadow.table.tree).differences
    if differences > 0 { parts.append(Span(differText(differences), .differs)) }
    if !shadow.draft.isEmpty {
      parts.append(Span("\(shadow.draft.edits.count) staged", .editStaged))
    }
    switch (shadow.link, shadow.held.state) {
    case (.refused, _): parts.append(Span("not permitted", .stateOffline))
    case (_, .held(let document)):
      parts.append(Span("v\(document.version)"))
      return Array(
        (parts.map { [$0] } + [sizeSpans(shadow.held.size)]).joined(separator: [Span("  ")]))
    case (_, .missing): parts.append(Span("no shadow yet", .textDim))
    case (_, .unknown): parts.append(Span("not known yet", .textDim))
    }
    return Array(parts.map { [$0] }.joined(separator: [Span("  ")]))
  }

  /// Shows a shadow, opening it first if need be.
  mutating func show(_ address: ShadowAddress) -> [Effect] {
    closeEntry()
    if let place = place(of: address) {
      current = place
      guard case .refused = shadows[place].link else { return [] }
      // Asked for once more: perhaps it is permitted by now.
      shadows[place].link = .opening
      return [.openShadow(address)]
    }
    shadows.append(OpenShadow(address: address, nextToken: tokens.token()))
    current = shadows.count - 1
    return [.openShadow(address)]
  }

  mutating func closeShadow() -> [Effect] {
    guard draft.isEmpty, delivery == nil else {
      ask(.closeShadow)
      return []
    }
    return closeCurrentShadow()
  }

  mutating func closeCurrentShadow() -> [Effect] {
    guard shadows.count > 1 else { return [] }
    closeEntry()
    let closed = shadows.remove(at: current)
    current = min(current, shadows.count - 1)
    return [.closeShadow(closed.address)]
  }

  /// Takes in how a shadow stands on the connection.
  mutating func follow(_ address: ShadowAddress, _ link: ShadowLink, at now: Int64) {
    guard let place = place(of: address) else { return }
    if case .live(_, let before) = shadows[place].link, case .live(_, let leftOut) = link {
      connection.leftOutFilters.removeAll { before.contains($0) && !leftOut.contains($0) }
    }
    shadows[place].link = link
    switch link {
    case .live(let filters, let leftOut):
      for filter in leftOut where !connection.leftOutFilters.contains(filter) {
        connection.leftOutFilters.append(filter)
        remark("\(filter) is left out: connections ended over it", .logRejected, at: now)
      }
      for filter in filters where !connection.refusedFilters.contains(filter) {
        remark("the broker refused \(filter)", .logRejected, at: now)
      }
    case .refused(let what, let cause, _):
      remark(sentences("\(words(address)): \(what)", cause), .stateOffline, at: now)
    case .opening: break
    }
  }

  /// Takes in that a shadow is not asked for by itself any more.
  mutating func leaveGetOut(of address: ShadowAddress, _ what: String, at now: Int64) {
    guard let place = place(of: address) else { return }
    shadows[place].getDenial = what
    remark("\(words(address)) is not asked for any more: \(what)", .logRejected, at: now)
  }

  // MARK: Things

  mutating func openThingList() -> [Effect] {
    things = []
    picker = Picker(.things, items: [])
    return [.listThings]
  }

  /// Takes in further things of the batch.
  mutating func list(_ more: [BatchThing], isComplete: Bool, at now: Int64) {
    guard picker?.subject == .things else { return }
    things += more
    guard !things.isEmpty else {
      guard isComplete else { return }
      overlay = nil
      reply = Reply(passing: "No batch is known here: start with --batch FOLDER to choose from it")
      return
    }
    let items = things.map { item($0, at: now) }
    picker?.show(items)
  }

  private func item(_ other: BatchThing, at now: Int64) -> Picker.Item {
    Picker.Item(
      .thing(other.name), title: other.name,
      note: other.name.hasSameScalars(as: thing)
        ? [Span("this one", .stateConnected)] : other.note(at: now), obstacle: other.fault)
  }

  /// Takes in that another thing is looked at: until it is chosen again, nothing is known to be so.
  mutating func leave(at now: Int64) {
    checkup.isRunning = false
    jobs = JobsBoard()
    overlay = nil
    connection = Connection()
    for place in shadows.indices {
      shadows[place].freshness = Freshness()
      shadows[place].link = .opening
      if shadows[place].delivery?.state == .waiting {
        shadows[place].delivery?.loseAnswer(after: requests.count)
      }
    }
    remark("left for another thing", .stateOffline, at: now)
  }
}

extension BatchThing {
  /// What is said of it in the list: when it was looked at, and what its certificate is worth.
  func note(at now: Int64) -> [Span] {
    var parts: [Span] = []
    if let lastUsed {
      parts.append(Span("used \(Age(milliseconds: now - lastUsed).text) ago", .textDim))
    }
    if fault != nil {
      parts.append(Span("cannot be used", .editError))
    } else if let begins, begins > now {
      parts.append(Span("not valid yet", .editError))
    } else if let expires, expires <= now {
      parts.append(Span("expired", .editError))
    } else if let expires {
      let days = (expires - now) / 86_400_000
      let words = days > 999 ? "valid for years" : "expires in \(counted(Int(days), "day"))"
      parts.append(Span(words, days < 30 ? .meterWarn : .textDim))
    }
    return Array(parts.map { [$0] }.joined(separator: [Span("  ")]))
  }
}
