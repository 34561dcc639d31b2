import Testing
@testable import Thing

@Suite("What is subscribed on a connection")
struct SubscriptionsTests {
  private static let first = FilterGroup(id: 1, filters: ["a1", "a2"], extras: ["a3"])
  private static let second = FilterGroup(id: 2, filters: ["b1", "b2"])
  private static let third = FilterGroup(id: 3, filters: ["c1"])

  /// Subscriptions on a connection that is up.
  private func up(
    base: [String] = [], groups: [FilterGroup] = [first]
  ) -> (subscriptions: Subscriptions, id: Int32) {
    var subscriptions = Subscriptions(base: base, groups: groups, patience: 100)
    let id = start(&subscriptions, from: 1).id
    return (subscriptions, id)
  }

  /// Lets a connection begin, all granted.
  private func start(
    _ subscriptions: inout Subscriptions, from id: Int32
  ) -> (actions: [Subscriptions.Action], id: Int32) {
    var (count, packets) = subscriptions.begin()
    for (place, packet) in packets.enumerated() {
      subscriptions.sent(packet, id: id + Int32(place), now: 0)
    }
    var place = 0
    while place < packets.count {
      let codes = [Int32](repeating: 1, count: packets[place].filters.count)
      let actions = subscriptions.answered(id: id + Int32(place), codes: codes)
      #expect(actions.first == .batch(refused: []))
      if case .send(let packet)? = actions.dropFirst().first {
        subscriptions.sent(packet, id: id + Int32(packets.count), now: 0)
        packets.append(packet)
      }
      place += 1
    }
    #expect(packets.count == count)
    count = packets.count
    return (subscriptions.announced(), id + Int32(count))
  }

  private func subscribe(_ group: UInt64, _ filters: [String]) -> Subscriptions.Packet {
    Subscriptions.Packet(kind: .subscribe(group: group), filters: filters)
  }

  private func unsubscribe(_ group: UInt64, _ filters: [String]) -> Subscriptions.Packet {
    Subscriptions.Packet(kind: .unsubscribe(group: group), filters: filters)
  }

  @Test("begins with all groups of the start in one batch, extras and the link's own filters last")
  func batch() {
    let wide = FilterGroup(id: 4, filters: (1...8).map { "w\($0)" }, extras: ["w9"])
    var subscriptions = Subscriptions(base: ["z"], groups: [wide, Self.first], patience: 100)
    let packets = subscriptions.begin().now
    #expect(packets.map(\.filters) == [wide.filters, ["a1", "a2", "w9", "a3", "z"]])
    #expect(packets.allSatisfy { $0.kind == .batch })
    for (place, packet) in packets.enumerated() {
      subscriptions.sent(packet, id: Int32(place), now: 0)
    }
    #expect(subscriptions.deadline == nil, "the connecting has a dead-line of its own")
    #expect(subscriptions.unanswered == packets.flatMap(\.filters))
    #expect(
      subscriptions.answered(id: 1, codes: [1, 128, 1, 1, 128]) == [.batch(refused: ["a2", "z"])])
    #expect(
      subscriptions.answered(id: 0, codes: Array(repeating: 0, count: 8)) == [.batch(refused: [])])
    #expect(
      subscriptions.announced() == [
        .live(group: 4, refused: []), .live(group: 1, refused: ["a2"]),
      ])
  }

  @Test("asks for a new group at once, a packet at a time, and tells what is refused of it")
  func open() {
    var (subscriptions, id) = up()
    let wide = FilterGroup(id: 4, filters: (1...8).map { "w\($0)" }, extras: ["w9"])
    #expect(subscriptions.open(wide) == [.send(subscribe(4, wide.filters))])
    subscriptions.sent(subscribe(4, wide.filters), id: id, now: 7)
    #expect(subscriptions.deadline == 107)
    #expect(subscriptions.unanswered == wide.filters)
    let codes: [Int32] = [1, 1, 128, 1, 1, 1, 1, 1]
    #expect(subscriptions.answered(id: id, codes: codes) == [.send(subscribe(4, ["w9"]))])
    subscriptions.sent(subscribe(4, ["w9"]), id: id + 1, now: 8)
    #expect(subscriptions.unanswered == ["w9"])
    let actions = subscriptions.answered(id: id + 1, codes: [128])
    #expect(actions == [.live(group: 4, refused: ["w3", "w9"])])
    #expect(subscriptions.deadline == nil, "an idle connection needs no clock")
    #expect(subscriptions.unanswered == [])
  }

  @Test("asks for groups one after the other, in their order")
  func order() {
    var (subscriptions, id) = up()
    #expect(subscriptions.open(Self.second) == [.send(subscribe(2, ["b1", "b2"]))])
    subscriptions.sent(subscribe(2, ["b1", "b2"]), id: id, now: 0)
    #expect(subscriptions.open(Self.third) == [])
    #expect(
      subscriptions.answered(id: id, codes: [1, 1])
        == [.live(group: 2, refused: []), .send(subscribe(3, ["c1"]))])
  }

  @Test("keeps a group that is opened without a connection, and asks for it by itself")
  func openWhileDown() {
    var subscriptions = Subscriptions(base: [], groups: [Self.first], patience: 100)
    #expect(subscriptions.open(Self.second) == [])
    let (actions, id) = start(&subscriptions, from: 1)
    #expect(actions == [.live(group: 1, refused: []), .send(subscribe(2, ["b1", "b2"]))])
    subscriptions.sent(subscribe(2, ["b1", "b2"]), id: id, now: 0)
    #expect(subscriptions.answered(id: id, codes: [1, 1]) == [.live(group: 2, refused: [])])
    #expect(subscriptions.lost(isSuspicious: true) == Subscriptions.Ending())
    let packets = subscriptions.begin().now
    #expect(packets.map(\.filters) == [["a1", "a2", "b1", "b2", "a3"]], "granted once, so trusted")
  }

  @Test("gives a group up, but for filters that the link has of its own")
  func close() {
    var (subscriptions, id) = up(base: ["a2"])
    #expect(subscriptions.close(1) == [.send(unsubscribe(1, ["a1", "a3"]))])
    subscriptions.sent(unsubscribe(1, ["a1", "a3"]), id: id, now: 5)
    #expect(subscriptions.deadline == 105)
    #expect(subscriptions.unanswered == [], "nobody is cut for an UNSUBSCRIBE")
    #expect(subscriptions.answered(id: id) == [.closed(group: 1)])
    #expect(subscriptions.close(1) == [])
    #expect(subscriptions.begin().now.map(\.filters) == [["a2"]])
  }

  @Test("gives a group up in as many packets as it takes")
  func closeWide() {
    let wide = FilterGroup(id: 4, filters: (1...8).map { "w\($0)" }, extras: ["w9"])
    var (subscriptions, id) = up(groups: [wide])
    let packets = [unsubscribe(4, wide.filters), unsubscribe(4, ["w9"])]
    #expect(subscriptions.close(4) == packets.map { .send($0) })
    subscriptions.sent(packets[0], id: id, now: 0)
    subscriptions.sent(packets[1], id: id + 1, now: 0)
    #expect(subscriptions.answered(id: id) == [])
    #expect(subscriptions.answered(id: id + 1) == [.closed(group: 4)])
  }

  @Test("forgets a group at once that was not asked for on this connection")
  func closeWaiting() {
    var (subscriptions, _) = up()
    let packet = subscribe(2, ["b1", "b2"])
    #expect(subscriptions.open(Self.second) == [.send(packet)])
    subscriptions.sent(packet, id: 50, now: 0)
    _ = subscriptions.open(Self.third)
    #expect(subscriptions.close(3) == [.closed(group: 3)])
    _ = subscriptions.lost(isSuspicious: false)
    #expect(subscriptions.close(2) == [.closed(group: 2)])
    #expect(subscriptions.begin().now.map(\.filters) == [["a1", "a2", "a3"]])
  }

  @Test("gives a group up while it is asked for, and goes on with the next one after its SUBACK")
  func closeWhileAsked() {
    var (subscriptions, id) = up()
    _ = subscriptions.open(Self.second)
    subscriptions.sent(subscribe(2, ["b1", "b2"]), id: id, now: 0)
    _ = subscriptions.open(Self.third)
    #expect(subscriptions.close(2) == [.send(unsubscribe(2, ["b1", "b2"]))])
    subscriptions.sent(unsubscribe(2, ["b1", "b2"]), id: id + 1, now: 0)
    #expect(subscriptions.answered(id: id, codes: [1, 1]) == [.send(subscribe(3, ["c1"]))])
    #expect(subscriptions.answered(id: id + 1) == [.closed(group: 2)])
  }

  @Test("tells at the end of a connection what was being given up then")
  func closedByTheEnd() {
    var (subscriptions, id) = up()
    _ = subscriptions.close(1)
    subscriptions.sent(unsubscribe(1, ["a1", "a2", "a3"]), id: id, now: 0)
    #expect(subscriptions.lost(isSuspicious: true) == Subscriptions.Ending(closed: [1]))
    #expect(subscriptions.answered(id: id) == [], "of a connection that is gone")
  }

  /// Lets the connection end while the second group is asked for.
  private func end(
    _ subscriptions: inout Subscriptions, isSuspicious: Bool, id: Int32
  ) -> Subscriptions.Ending {
    subscriptions.sent(subscribe(2, ["b1", "b2"]), id: id, now: 0)
    return subscriptions.lost(isSuspicious: isSuspicious)
  }

  @Test("suspects a packet first and then its filters one by one, and leaves out the second time")
  func leaveOut() {
    var (subscriptions, id) = up()
    _ = subscriptions.open(Self.second)
    let first = end(&subscriptions, isSuspicious: true, id: id)
    #expect(first == Subscriptions.Ending(suspects: ["b1", "b2"]))
    #expect(
      start(&subscriptions, from: 20).actions == [
        .live(group: 1, refused: []), .send(subscribe(2, ["b1"])),
      ])
    subscriptions.sent(subscribe(2, ["b1"]), id: 40, now: 0)
    #expect(subscriptions.answered(id: 40, codes: [1]) == [.send(subscribe(2, ["b2"]))])
    subscriptions.sent(subscribe(2, ["b2"]), id: 41, now: 0)
    #expect(
      subscriptions.lost(isSuspicious: true)
        == Subscriptions.Ending(suspects: ["b2"], leftOut: "b2"))
    #expect(
      start(&subscriptions, from: 60).actions == [
        .live(group: 1, refused: []), .send(subscribe(2, ["b1"])),
      ])
    subscriptions.sent(subscribe(2, ["b1"]), id: 80, now: 0)
    #expect(
      subscriptions.answered(id: 80, codes: [1]) == [.live(group: 2, refused: [], leftOut: ["b2"])])
    // Opened anew, all of it is asked for again.
    _ = subscriptions.close(2)
    #expect(subscriptions.open(Self.second) == [.send(subscribe(2, ["b1", "b2"]))])
  }

  @Test("finds the one filter of a start that a policy forbids, with two connections lost")
  func batchSearch() {
    let wide = FilterGroup(id: 4, filters: (1...8).map { "w\($0)" }, extras: ["w9"])
    var subscriptions = Subscriptions(base: ["z"], groups: [wide], patience: 100)
    var lost = 0
    var told: [Subscriptions.Action] = []
    while told.isEmpty {
      told = run(&subscriptions, forbidden: ["w5"], lost: &lost).actions
    }
    #expect(lost == 2)
    #expect(told == [.live(group: 4, refused: [], leftOut: ["w5"])])
  }

  @Test("asks singly after a silence, and leaves nothing out for any number of them")
  func stalls() {
    var (subscriptions, id) = up()
    _ = subscriptions.open(Self.second)
    subscriptions.sent(subscribe(2, ["b1", "b2"]), id: id, now: 0)
    for round in 1...5 as ClosedRange<Int32> {
      let ending = subscriptions.lost(isSuspicious: true, isCounted: false)
      #expect(ending == Subscriptions.Ending(suspects: round == 1 ? ["b1", "b2"] : ["b1"]))
      id = 20 * round
      #expect(
        start(&subscriptions, from: id).actions == [
          .live(group: 1, refused: []), .send(subscribe(2, ["b1"])),
        ])
      subscriptions.sent(subscribe(2, ["b1"]), id: id + 10, now: 0)
    }
    // A cut counts from the first one.
    #expect(subscriptions.lost(isSuspicious: true) == Subscriptions.Ending(suspects: ["b1"]))
  }

  /// Subscriptions that have left `w5` out, on a connection that is up.
  private func leavingOut() -> Subscriptions {
    let wide = FilterGroup(id: 4, filters: (1...8).map { "w\($0)" })
    var subscriptions = Subscriptions(base: [], groups: [wide, Self.third], patience: 100)
    var lost = 0
    while run(&subscriptions, forbidden: ["w5"], lost: &lost).actions.isEmpty {}
    return subscriptions
  }

  @Test("asks again for what is left out when the person wants it, on the connection that is up")
  func askAgain() {
    var subscriptions = leavingOut()
    #expect(subscriptions.filterCount == 9)
    #expect(subscriptions.askAgain() == [.send(subscribe(4, ["w5"]))])
    #expect(subscriptions.askAgain() == [], "that is under way")
    subscriptions.sent(subscribe(4, ["w5"]), id: 90, now: 0)
    #expect(subscriptions.answered(id: 90, codes: [1]) == [.live(group: 4, refused: [])])
    #expect(subscriptions.askAgain() == [], "nothing is left out any more")
  }

  @Test("leaves it out again after two more connections, and keeps the rest")
  func stillForbidden() {
    var subscriptions = leavingOut()
    #expect(subscriptions.askAgain() == [.send(subscribe(4, ["w5"]))])
    subscriptions.sent(subscribe(4, ["w5"]), id: 90, now: 0)
    #expect(subscriptions.lost(isSuspicious: true) == Subscriptions.Ending(suspects: ["w5"]))
    var lost = 1
    var told: [Subscriptions.Action] = []
    while told.isEmpty, lost < 9 {
      told = run(&subscriptions, forbidden: ["w5"], lost: &lost).actions
    }
    #expect(lost == 2)
    #expect(
      told == [.live(group: 4, refused: [], leftOut: ["w5"]), .live(group: 3, refused: [])])
  }

  @Test("gives a group up that it asks for more of")
  func closeWhileAskedAgain() {
    var subscriptions = leavingOut()
    _ = subscriptions.askAgain()
    let filters = (1...8).map { "w\($0)" }
    #expect(subscriptions.close(4) == [.send(unsubscribe(4, filters))])
  }

  @Test("asks for everything on the next connection when the person wants it, singly first")
  func pardon() {
    var subscriptions = leavingOut()
    _ = subscriptions.lost(isSuspicious: false)
    #expect(subscriptions.askAgain() == [], "there is no connection")
    #expect(subscriptions.begin().now.map(\.filters) == [["w5"]])
  }

  @Test("goes on without several filters, one more connection for each")
  func several() {
    let wide = FilterGroup(id: 4, filters: (1...8).map { "w\($0)" }, extras: ["w9"])
    var subscriptions = Subscriptions(base: [], groups: [wide], patience: 100)
    var lost = 0
    var told: [Subscriptions.Action] = []
    while told.isEmpty, lost < 20 {
      told = run(&subscriptions, forbidden: ["w2", "w7", "w9"], lost: &lost).actions
    }
    #expect(told == [.live(group: 4, refused: [], leftOut: ["w2", "w7", "w9"])])
    #expect(lost == 5)
  }

  @Test("sets a group aside of which nothing is permitted, and says where nothing else is left")
  func setAside() {
    let wide = FilterGroup(id: 4, filters: (1...8).map { "w\($0)" })
    let all = Set(wide.filters)
    var subscriptions = Subscriptions(base: [], groups: [Self.first, wide], patience: 100)
    var lost = 0
    var endings: [Subscriptions.Ending] = []
    var told: [Subscriptions.Action] = []
    while told.isEmpty, lost < 20 {
      let round = run(&subscriptions, forbidden: all, lost: &lost)
      told = round.actions
      if let ending = round.ending { endings.append(ending) }
    }
    #expect(lost == 4)
    #expect(endings.last?.setAside == 4)
    #expect(told == [.live(group: 1, refused: [])])

    subscriptions = Subscriptions(base: [], groups: [wide], patience: 100)
    lost = 0
    for _ in 0..<4 {
      if let ending = run(&subscriptions, forbidden: all, lost: &lost).ending {
        endings.append(ending)
      }
    }
    #expect(endings.last?.isNothingLeft == true)
    #expect(endings.last?.setAside == nil)
    #expect(subscriptions.begin().now.map(\.filters) == [wide.filters], "all of it once more")
  }

  /// A connection to a broker that ends it at a packet with a forbidden filter.
  private func run(
    _ subscriptions: inout Subscriptions, forbidden: Set<String>, lost: inout Int
  ) -> (actions: [Subscriptions.Action], ending: Subscriptions.Ending?) {
    var id: Int32 = 1
    var waiting = subscriptions.begin().now
    for packet in waiting {
      subscriptions.sent(packet, id: id, now: 0)
      id += 1
    }
    var answered: Int32 = 1
    while !waiting.isEmpty {
      let packet = waiting.removeFirst()
      guard forbidden.isDisjoint(with: packet.filters) else {
        lost += 1
        return ([], subscriptions.lost(isSuspicious: true))
      }
      let codes = [Int32](repeating: 1, count: packet.filters.count)
      for case .send(let next) in subscriptions.answered(id: answered, codes: codes) {
        subscriptions.sent(next, id: id, now: 0)
        waiting.append(next)
        id += 1
      }
      answered += 1
    }
    return (subscriptions.announced(), nil)
  }

  @Test("bears no grudge for what it cannot have caused, nor for what is long ago")
  func noGrudge() {
    var (subscriptions, id) = up()
    _ = subscriptions.open(Self.second)
    for round in 0..<3 as Range<Int32> {
      #expect(end(&subscriptions, isSuspicious: false, id: id) == Subscriptions.Ending())
      id = start(&subscriptions, from: 20 * (round + 1)).id
    }
    _ = end(&subscriptions, isSuspicious: true, id: id)
    subscriptions.acquitAll()
    id = start(&subscriptions, from: 100).id
    subscriptions.sent(subscribe(2, ["b1", "b2"]), id: id, now: 0)
    #expect(subscriptions.answered(id: id, codes: [1, 1]) == [.live(group: 2, refused: [])])
    #expect(subscriptions.lost(isSuspicious: true) == Subscriptions.Ending())
  }

  @Test("is there where there is nothing to subscribe")
  func nothing() {
    var subscriptions = Subscriptions(base: [], patience: 100)
    #expect(subscriptions.begin().count == 0)
    #expect(subscriptions.announced() == [])
    #expect(subscriptions.open(Self.third) == [.send(subscribe(3, ["c1"]))])
  }
}
