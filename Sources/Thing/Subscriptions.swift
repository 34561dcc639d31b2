import JSON

/// What is to be subscribed, and how far that is done on the connection that there is; without a
/// socket and without a clock.
///
/// Each method takes what happened and answers what to do. A connection begins with one batch: what
/// the link was made with, and every group that was granted before. A group that is new comes after
/// that and by itself, one packet at a time, since a broker may cut the connection without a word:
/// then there is one suspect, and after the second time it is set aside, so that the others work.
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
    /// Tell that all of a group is answered: it works, without the refused filters.
    case live(group: UInt64, refused: [String])
    /// Tell that nothing of a group comes any more, as asked.
    case closed(group: UInt64)
  }

  /// What the end of a connection brings.
  package struct Ending: Hashable, Sendable {
    /// Groups that were being given up: nothing of them comes any more.
    package var closed: [UInt64] = []
    /// Groups that are not asked for any more: twice in a row that ended the connection.
    package var setAside: [UInt64] = []
    /// Whether a group that was asked for by itself is to blame, which can happen twice at most.
    package var hasSuspect = false
  }

  /// So many filters go into a packet at most (device-shadow spec 10.4).
  package static let packetLimit = 8
  /// So many connections in a row that end while a group is asked for set it aside.
  package static let failureLimit = 2

  private enum Phase { case down, starting, up }

  private struct Entry: Sendable {
    let group: FilterGroup
    /// Whether it belongs into the batch.
    var isProven: Bool
    var failures = 0
    /// Packets of its own that were sent on this connection; nil while it is part of the batch.
    var sent: Int? = 0
    var isLive = false
    var refused: [String] = []

    /// What it is asked for with, when it comes by itself.
    var packets: [[String]] { [group.filters, group.extras].flatMap(inPackets) }
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
  /// Packets of an UNSUBSCRIBE that have no answer yet, by group.
  private var closing: [UInt64: Int] = [:]

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
    entries.append(Entry(group: group, isProven: false))
    return next()
  }

  /// Gives a group up; one that is not open (any more) is left alone.
  package mutating func close(_ id: UInt64) -> [Action] {
    guard let place = entries.firstIndex(where: { $0.group.id == id }) else { return [] }
    let entry = entries.remove(at: place)
    let wasAsked = phase != .down && entry.sent != 0
    let filters = (entry.group.filters + entry.group.extras).filter { filter in
      !base.contains { $0.hasSameScalars(as: filter) }
    }
    guard wasAsked, !filters.isEmpty else { return [.closed(group: id)] }
    let packets = inPackets(filters)
    closing[id] = packets.count
    return packets.map { .send(Packet(kind: .unsubscribe(group: id), filters: $0)) }
  }

  // MARK: What happens on a connection

  /// CONNACK came.
  ///
  /// - Returns: the batch; empty if there is nothing in it.
  package mutating func begin() -> [Packet] {
    phase = .starting
    for place in entries.indices where entries[place].isProven { entries[place].sent = nil }
    let groups = entries.filter(\.isProven).map(\.group)
    let filters = groups.flatMap(\.filters) + groups.flatMap(\.extras) + base
    return inPackets(filters).map { Packet(kind: .batch, filters: $0) }
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
    for place in entries.indices where entries[place].sent == nil {
      entries[place].isLive = true
      actions.append(.live(group: entries[place].group.id, refused: entries[place].refused))
    }
    return actions + next()
  }

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
      for place in entries.indices {
        let group = entries[place].group
        entries[place].refused += refused.filter { filter in
          (group.filters + group.extras).contains { $0.hasSameScalars(as: filter) }
        }
      }
      return [.batch(refused: refused)]
    case .subscribe(let group): return granted(to: group, refused: refused) + next()
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

  private mutating func granted(to group: UInt64, refused: [String]) -> [Action] {
    guard let place = entries.firstIndex(where: { $0.group.id == group }) else { return [] }
    entries[place].refused += refused
    guard let sent = entries[place].sent, sent >= entries[place].packets.count else { return [] }
    entries[place].isLive = true
    entries[place].isProven = true
    entries[place].failures = 0
    return [.live(group: group, refused: entries[place].refused)]
  }

  /// The next packet of a group that comes by itself, once the one before is answered.
  private mutating func next() -> [Action] {
    let isBusy = asked.values.contains {
      if case .subscribe = $0.packet.kind { true } else { false }
    }
    guard phase == .up, !isBusy,
      let place = entries.firstIndex(where: { !$0.isLive }), let sent = entries[place].sent
    else { return [] }
    let packets = entries[place].packets
    guard sent < packets.count else { return [] }
    entries[place].sent = sent + 1
    let kind = Packet.Kind.subscribe(group: entries[place].group.id)
    return [.send(Packet(kind: kind, filters: packets[sent]))]
  }

  /// The filters whose SUBSCRIBE has no answer: what a cut may be about.
  package var unanswered: [String] {
    asked.sorted { $0.key < $1.key }.flatMap { _, asked -> [String] in
      if case .unsubscribe = asked.packet.kind { [] } else { asked.packet.filters }
    }
  }

  /// When an answer is overdue; nil if none is awaited.
  package var deadline: Int64? { asked.values.compactMap(\.deadline).min() }

  /// The connection, or the attempt, is over.
  ///
  /// - Parameter isSuspicious: whether what was being subscribed may be the cause.
  /// - Returns: what is to be told after the end itself.
  package mutating func lost(isSuspicious: Bool) -> Ending {
    var ending = Ending(closed: closing.keys.sorted())
    closing = [:]
    for case .subscribe(let group) in asked.values.map(\.packet.kind) where isSuspicious {
      ending.hasSuspect = true
      guard let place = entries.firstIndex(where: { $0.group.id == group }) else { continue }
      entries[place].failures += 1
      guard entries[place].failures >= Self.failureLimit else { continue }
      entries.remove(at: place)
      ending.setAside.append(group)
    }
    asked = [:]
    phase = .down
    for place in entries.indices {
      entries[place].sent = 0
      entries[place].isLive = false
      entries[place].refused = []
    }
    return ending
  }
}

/// Filters as they go into packets.
private func inPackets(_ filters: [String]) -> [[String]] {
  stride(from: 0, to: filters.count, by: Subscriptions.packetLimit).map { start in
    Array(filters[start...].prefix(Subscriptions.packetLimit))
  }
}
