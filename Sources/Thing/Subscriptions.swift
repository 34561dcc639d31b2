import JSON

/// What is to be subscribed, and how far that is done on the connection that there is; without a
/// socket and without a clock.
///
/// Each method takes what happened and answers what to do. A connection begins with one batch: what
/// the link was made with, and every group that was granted before. A group that is new comes after
/// that and by itself, one packet at a time, since a broker may cut the connection without a word:
/// then there is one suspect packet. From then on its filters are asked for singly, each after the
/// answer to the one before, until they are granted; the filter over which the other side ends the
/// connection again is left out, so that the rest works. Silence makes a packet suspect too, but no
/// filter is left out for that.
/// Times are milliseconds of any clock that only goes forward.
package struct Subscriptions: Sendable {
  /// A packet that is to be sent.
  package struct Packet: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      /// A SUBSCRIBE that belongs to the start of a connection.
      case batch
      case subscribe(group: UInt64)
      case unsubscribe(group: UInt64)
    }

    package let kind: Kind
    /// 1...8 of them (device-shadow spec 10.4).
    package let filters: [String]
  }

  /// What whoever has the socket must do.
  package enum Action: Hashable, Sendable {
    case send(Packet)
    /// A packet of the batch is answered.
    case batch(refused: [String])
    /// Tell that all of a group is answered: it works, without the refused filters and those that
    /// are left out.
    case live(group: UInt64, refused: [String], leftOut: [String] = [])
    /// Tell that nothing of a group comes any more, as asked.
    case closed(group: UInt64)
  }

  /// What the end of a connection brings.
  package struct Ending: Hashable, Sendable {
    /// Groups that were being given up: nothing of them comes any more.
    package var closed: [UInt64] = []
    /// The filters of the packet that is suspected of having ended it; empty for none.
    package var suspects: [String] = []
    /// The filter that is not asked for any more from now on.
    package var leftOut: String?
    /// The group that is not asked for any more: nothing of it was ever granted.
    package var setAside: UInt64?
    /// Whether nothing would be left, so that everything is kept for another try.
    package var isNothingLeft = false
  }

  /// So many filters go into a packet at most (device-shadow spec 10.4).
  package static let packetLimit = 8
  /// So many connections that end over a filter leave it out.
  package static let closureLimit = 2
  /// So many filters of a group left out, and none granted, set the group aside.
  package static let deniedLimit = 3

  private enum Phase { case down, starting, up }

  private struct Entry: Sendable {
    let group: FilterGroup
    /// Whether it belongs into the batch.
    var isProven: Bool
    /// Whether one of its filters was ever answered.
    var isKnown = false
    /// What it is asked for with on this connection when it comes by itself; nil while it is part of
    /// the batch.
    var plan: [[String]]? = []
    /// Packets of the plan that were sent.
    var sent = 0
    var isLive = false
    /// Whether some of it is subscribed on this connection, though more is being asked for.
    var isSubscribed = false
    var refused: [String] = []

    var filters: [String] { group.filters + group.extras }
  }

  private struct Asked: Sendable {
    let packet: Packet
    /// nil for a packet of the batch: the connecting has a dead-line of its own.
    let deadline: Int64?
  }

  private let base: [String]
  private let patience: Int64
  private var phase = Phase.down
  /// In the order in which they were opened; a handful.
  private var entries: [Entry]
  /// What has no answer yet, by packet id.
  private var asked: [Int32: Asked] = [:]
  /// Packets of the batch that wait for the answer to the one before.
  private var held: [Packet] = []
  /// Packets of an UNSUBSCRIBE that have no answer yet, by group.
  private var closing: [UInt64: Int] = [:]
  /// How many connections the other side ended over a filter since it was last answered; one that
  /// is here at all is asked for singly.
  private var closures: [ScalarKey: Int] = [:]
  /// Filters that are not asked for any more.
  private var denied: [String] = []

  /// Nothing is subscribed yet.
  ///
  /// - Parameters:
  ///   - base: subscribed on every connection, after the groups.
  ///   - groups: open from the start.
  ///   - patience: milliseconds from a packet to giving its answer up.
  package init(base: [String], groups: [FilterGroup] = [], patience: Int64) {
    self.base = base
    self.patience = patience
    entries = groups.map { Entry(group: $0, isProven: true) }
  }

  // MARK: What others ask for

  /// Adds a group.
  package mutating func open(_ group: FilterGroup) -> [Action] {
    entries.append(Entry(group: group, isProven: false, plan: packets(group.filters, group.extras)))
    return next()
  }

  /// Gives a group up; one that is not open (any more) is left alone.
  package mutating func close(_ id: UInt64) -> [Action] {
    guard let place = entries.firstIndex(where: { $0.group.id == id }) else { return [] }
    let entry = entries.remove(at: place)
    let wasAsked = phase != .down && (entry.plan == nil || entry.sent > 0 || entry.isSubscribed)
    let filters = entry.filters.filter { !base.holds($0) && !denied.holds($0) }
    forget(entry)
    guard wasAsked, !filters.isEmpty else { return [.closed(group: id)] }
    let packets = inPackets(filters)
    closing[id] = packets.count
    return packets.map { .send(Packet(kind: .unsubscribe(group: id), filters: $0)) }
  }

  // MARK: What happens on a connection

  /// CONNACK came.
  ///
  /// - Returns: how many packets the batch has, and those to send now; the others follow one by one.
  package mutating func begin() -> (count: Int, now: [Packet]) {
    phase = .starting
    for place in entries.indices {
      let group = entries[place].group
      entries[place].plan =
        entries[place].isProven ? nil : packets(group.filters, group.extras)
    }
    let groups = entries.filter(\.isProven).map(\.group)
    let all = packets(groups.flatMap(\.filters) + groups.flatMap(\.extras) + base).map {
      Packet(kind: .batch, filters: $0)
    }
    // While something is suspected there is never more than one suspect packet.
    let first = closures.isEmpty ? all.count : min(1, all.count)
    held = Array(all[first...])
    return (all.count, Array(all[..<first]))
  }

  /// A packet was handed over under this id.
  package mutating func sent(_ packet: Packet, id: Int32, now: Int64) {
    let deadline = packet.kind == .batch ? nil : now + patience
    asked[id] = Asked(packet: packet, deadline: deadline)
  }

  /// All of the batch is answered, and that has been told.
  package mutating func announced() -> [Action] {
    phase = .up
    var actions: [Action] = []
    for place in entries.indices where entries[place].plan == nil {
      entries[place].isLive = true
      actions.append(live(entries[place]))
    }
    return actions + next()
  }

  /// The filters of a SUBSCRIBE that was sent on this connection and has no answer yet.
  package func filters(ofPacket id: Int32) -> [String] { asked[id]?.packet.filters ?? [] }

  /// The answer to a packet came.
  ///
  /// - Parameters:
  ///   - id: of the packet; one that was not sent on this connection changes nothing.
  ///   - codes: one for each filter of a SUBSCRIBE, above 2 if it is refused; empty otherwise.
  /// - Returns: what to do, in this order.
  package mutating func answered(id: Int32, codes: [Int32] = []) -> [Action] {
    guard let packet = asked.removeValue(forKey: id)?.packet else { return [] }
    let refused = zip(packet.filters, codes).filter { $0.1 > 2 }.map(\.0)
    switch packet.kind {
    case .batch:
      acquit(packet)
      for place in entries.indices {
        let filters = entries[place].filters
        entries[place].refused += refused.filter(filters.holds)
        if packet.filters.contains(where: filters.holds) { entries[place].isKnown = true }
      }
      guard !held.isEmpty else { return [.batch(refused: refused)] }
      return [.batch(refused: refused), .send(held.removeFirst())]
    case .subscribe(let group):
      acquit(packet)
      return granted(to: group, refused: refused) + next()
    case .unsubscribe(let group):
      guard let rest = closing[group] else { return [] }
      guard rest <= 1 else {
        closing[group] = rest - 1
        return []
      }
      closing[group] = nil
      return [.closed(group: group)]
    }
  }

  private mutating func acquit(_ packet: Packet) {
    for filter in packet.filters { closures[ScalarKey(filter)] = nil }
  }

  private mutating func granted(to group: UInt64, refused: [String]) -> [Action] {
    guard let place = entries.firstIndex(where: { $0.group.id == group }) else { return [] }
    entries[place].refused += refused
    entries[place].isKnown = true
    guard let plan = entries[place].plan, entries[place].sent >= plan.count else { return [] }
    return [prove(place)]
  }

  private mutating func prove(_ place: Int) -> Action {
    entries[place].isLive = true
    entries[place].isProven = true
    return live(entries[place])
  }

  private func live(_ entry: Entry) -> Action {
    .live(
      group: entry.group.id, refused: entry.refused, leftOut: entry.filters.filter(denied.holds))
  }

  /// The next packet of a group that comes by itself, once the one before is answered.
  private mutating func next() -> [Action] {
    let isBusy = asked.values.contains {
      if case .subscribe = $0.packet.kind { true } else { false }
    }
    guard phase == .up, !isBusy,
      let place = entries.firstIndex(where: { !$0.isLive }), let plan = entries[place].plan
    else { return [] }
    // All that is left of it is left out.
    guard entries[place].sent < plan.count else {
      return plan.isEmpty ? [prove(place)] + next() : []
    }
    let kind = Packet.Kind.subscribe(group: entries[place].group.id)
    entries[place].sent += 1
    return [.send(Packet(kind: kind, filters: plan[entries[place].sent - 1]))]
  }

  /// The filters whose SUBSCRIBE has no answer: what a cut or a silence may be about.
  package var unanswered: [String] { askedPackets.flatMap(\.filters) }

  /// The packets of a SUBSCRIBE without an answer, in their order.
  private var askedPackets: [Packet] {
    asked.sorted { $0.key < $1.key }.map(\.value.packet).filter {
      if case .unsubscribe = $0.kind { false } else { true }
    }
  }

  /// How many filters there are, with those that are left out.
  package var filterCount: Int { entries.reduce(base.count) { $0 + $1.filters.count } }

  /// Filters of the link itself that are left out.
  package var leftOutOfBase: [String] { base.filter(denied.holds) }

  /// When an answer is overdue; nil if none is awaited.
  package var deadline: Int64? { asked.values.compactMap(\.deadline).min() }

  // MARK: The end

  /// The connection, or the attempt, is over.
  ///
  /// - Parameters:
  ///   - isSuspicious: whether what was being subscribed may be the cause.
  ///   - isCounted: whether that counts towards leaving it out: the other side ended it.
  /// - Returns: what is to be told after the end itself.
  package mutating func lost(isSuspicious: Bool, isCounted: Bool = true) -> Ending {
    var ending = Ending(closed: closing.keys.sorted())
    closing = [:]
    // A broker takes packets in their order: those behind were not looked at yet.
    if isSuspicious, let packet = askedPackets.first {
      ending.suspects = packet.filters
      for filter in packet.filters {
        closures[ScalarKey(filter), default: 0] += isCounted ? 1 : 0
      }
      if isCounted, let filter = packet.filters.first, packet.filters.count == 1,
        closures[ScalarKey(filter), default: 0] >= Self.closureLimit
      {
        leaveOut(filter, &ending)
      }
    }
    asked = [:]
    held = []
    phase = .down
    for place in entries.indices {
      entries[place].sent = 0
      entries[place].plan = []
      entries[place].isLive = false
      entries[place].isSubscribed = false
      entries[place].refused = []
    }
    return ending
  }

  private mutating func leaveOut(_ filter: String, _ ending: inout Ending) {
    ending.leftOut = filter
    denied.append(filter)
    closures[ScalarKey(filter)] = nil
    let place = entries.firstIndex { entry in
      let filters = entry.filters
      guard !entry.isKnown, filters.holds(filter) else { return false }
      return filters.filter(denied.holds).count >= min(Self.deniedLimit, filters.count)
    }
    let isAllDenied = (entries.flatMap(\.filters) + base).allSatisfy(denied.holds)
    guard place != nil || isAllDenied else { return }
    guard !isAllDenied, let place, entries.count > 1 || !base.isEmpty else {
      ending.isNothingLeft = true
      (denied, closures) = ([], [:])
      return
    }
    ending.setAside = entries[place].group.id
    forget(entries.remove(at: place))
  }

  /// Bears the filters of a group that is gone no grudge: the person may open it again.
  private mutating func forget(_ entry: Entry) {
    let filters = entry.filters.filter { !base.holds($0) }
    denied.removeAll(where: filters.holds)
    for filter in filters { closures[ScalarKey(filter)] = nil }
  }

  /// Asks again for what is left out, singly and since the person wants it: for that of groups at
  /// once where the connection is up, for anything else on the next one.
  ///
  /// - Returns: what to do; nothing where nothing is left out, or while a connection begins.
  package mutating func askAgain() -> [Action] {
    guard phase != .starting else { return [] }
    let missing = denied
    denied = []
    closures = closures.mapValues { _ in 0 }
    for filter in missing { closures[ScalarKey(filter)] = 0 }
    guard phase == .up else { return [] }
    for place in entries.indices where entries[place].isLive {
      let filters = entries[place].filters.filter(missing.holds)
      guard !filters.isEmpty else { continue }
      entries[place].plan = filters.map { [$0] }
      entries[place].sent = 0
      entries[place].isLive = false
      entries[place].isSubscribed = true
    }
    return next()
  }

  /// Bears no filter a grudge for ends that had another cause, such as a broker that went down.
  package mutating func acquitAll() { closures = [:] }

  /// Filters as they go into packets: the suspected ones first and singly, none that is left out.
  private func packets(_ parts: [String]...) -> [[String]] {
    let parts = parts.map { $0.filter { !denied.holds($0) } }
    func isSuspected(_ filter: String) -> Bool { closures[ScalarKey(filter)] != nil }
    return parts.joined().filter(isSuspected).map { [$0] }
      + parts.flatMap { inPackets($0.filter { !isSuspected($0) }) }
  }
}

/// Filters as they go into packets.
private func inPackets(_ filters: [String]) -> [[String]] {
  stride(from: 0, to: filters.count, by: Subscriptions.packetLimit).map { start in
    Array(filters[start...].prefix(Subscriptions.packetLimit))
  }
}

extension [String] {
  /// Whether one of them is this text, to the letter.
  func holds(_ text: String) -> Bool { contains { $0.hasSameScalars(as: text) } }
}
