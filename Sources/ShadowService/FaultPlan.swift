import JSON
package import Shadow

/// The rules in force, what they have done so far, and the chance that they draw on.
///
/// The same seed and the same rules do the same to the same sequence of requests: nothing hangs on
/// time, and each rule draws from a generator of its own, so that none disturbs another.
package struct FaultPlan: Sendable {
  /// So many rules may be in force at once.
  package static let mostRules = 100

  /// A rule in force.
  package struct Entry: Sendable {
    /// Counted from 1 as rules are added; never given again.
    package let id: Int
    package let rule: FaultRule
    /// How many messages or requests it has chosen.
    package fileprivate(set) var matched = 0
    /// How often it has acted.
    package fileprivate(set) var fired = 0
    fileprivate var generator: SeededGenerator

    fileprivate init(id: Int, rule: FaultRule, seed: UInt64) {
      self.id = id
      self.rule = rule
      generator = SeededGenerator(seed: seed)
    }
  }

  /// What a rule did, for the log.
  package struct Note: Hashable, Sendable {
    package let id: Int
    package let rule: FaultRule
    /// Of the message that it did it to, or of the request.
    package let topic: String
  }

  /// What becomes of a request before the service sees it.
  package enum Verdict: Hashable, Sendable {
    case pass
    /// It is as if it never came.
    case lose
    /// The service is not asked.
    case refuse(ShadowError)
  }

  /// One thing to do for an answer; what comes first in a list is done first where both are due.
  package enum Delivery: Hashable, Sendable {
    /// Publish so many milliseconds from now.
    case publish(Publication, delay: Int64)
    /// Cut the connections of a thing once the broker has all that was published for this answer
    /// before; so many milliseconds from now at the earliest.
    case cut(thing: String, delay: Int64)
  }

  package let seed: UInt64
  /// In the order in which they act.
  package private(set) var entries: [Entry] = []

  private var lastID = 0
  private var seeds: SeededGenerator

  /// Makes a plan.
  ///
  /// - Parameters:
  ///   - rules: numbered from 1 in this order.
  ///   - seed: what all chance hangs on.
  package init(rules: [FaultRule] = [], seed: UInt64 = 0) {
    self.seed = seed
    seeds = SeededGenerator(seed: seed)
    for rule in rules { add(rule) }
  }

  package var isEmpty: Bool { entries.isEmpty }

  /// Adds a rule behind the others.
  package mutating func add(_ rule: FaultRule) {
    lastID += 1
    entries.append(Entry(id: lastID, rule: rule, seed: seeds.next()))
  }

  /// Removes the rule with this number.
  ///
  /// - Returns: false if there is none.
  package mutating func remove(_ id: Int) -> Bool {
    guard let place = entries.firstIndex(where: { $0.id == id }) else { return false }
    entries.remove(at: place)
    return true
  }

  package mutating func removeAll() { entries = [] }

  // MARK: Requests

  /// Asks the rules that are about requests.
  ///
  /// - Parameters:
  ///   - topic: the request's full topic.
  ///   - address: as the topic says.
  ///   - operation: as the topic says.
  ///   - notes: what rules did is added here.
  /// - Returns: the verdict of the first rule that has one, and whether to cut the thing's
  ///   connections now.
  package mutating func judge(
    _ topic: String, _ address: ShadowAddress, _ operation: ShadowOperation,
    notes: inout [Note]
  ) -> (verdict: Verdict, cuts: Bool) {
    var cuts = false
    for place in entries.indices {
      let rule = entries[place].rule
      guard rule.isAboutRequests,
        rule.selection.chooses(topic, address, operation, isRequest: true, kind: .request),
        entries[place].fires()
      else { continue }
      notes.append(Note(id: entries[place].id, rule: rule, topic: topic))
      switch rule.action {
      case .drop: return (.lose, cuts)
      case .answer(let code, let message):
        let words = message ?? ShadowError.words(for: code, address)
        return (.refuse(ShadowError(code: code, message: words)), cuts)
      case .disconnect: cuts = true
      case .delay, .duplicate, .reorder, .timestamp, .noTimestamp: break
      }
    }
    return (.pass, cuts)
  }

  // MARK: Answers

  /// Applies the rules, in their order, to what the service publishes for one request.
  ///
  /// - Parameters:
  ///   - publications: the service's, in its order.
  ///   - time: seconds since 1970, for rejections that are to tell it.
  ///   - notes: what rules did is added here.
  /// - Returns: what to do, in order.
  package mutating func deliver(
    _ publications: [Publication], time: Int64, notes: inout [Note]
  ) -> [Delivery] {
    var items = publications.map(Item.init)
    for place in entries.indices where !entries[place].rule.isAboutRequests {
      let rule = entries[place].rule
      if rule.action == .reorder {
        let chosen = items.indices.filter { items[$0].isChosen(by: rule) }
        guard chosen.count > 1, entries[place].fires() else { continue }
        notes.append(
          Note(id: entries[place].id, rule: rule, topic: items[chosen[0]].publication.topic))
        entries[place].reorder(&items, at: chosen)
        continue
      }
      for index in items.indices
      where items[index].isChosen(by: rule) && entries[place].fires() {
        notes.append(
          Note(id: entries[place].id, rule: rule, topic: items[index].publication.topic))
        entries[place].act(on: &items[index], time: time)
      }
    }
    return items.flatMap(\.deliveries)
  }
}

/// One message of an answer on its way through the rules.
private struct Item {
  var publication: Publication
  let address: ShadowAddress?
  let topic: ShadowTopic?
  var copies = 1
  var delay: Int64 = 0
  var cuts = false

  init(_ publication: Publication) {
    self.publication = publication
    let parsed = ShadowAddress.parse(topic: publication.topic)
    address = parsed?.0
    topic = parsed?.1
  }

  func isChosen(by rule: FaultRule) -> Bool {
    guard copies > 0, let address, let topic else { return false }
    let (operation, kind): (ShadowOperation, FaultRule.Kind) =
      switch topic {
      case .request(let operation): (operation, .request)
      case .accepted(let operation): (operation, .accepted)
      case .rejected(let operation): (operation, .rejected)
      case .delta: (.update, .delta)
      case .documents: (.update, .documents)
      }
    switch rule.action {
    case .timestamp, .noTimestamp: if kind != .rejected { return false }
    case .drop, .delay, .duplicate, .reorder, .answer, .disconnect: break
    }
    return rule.selection.chooses(
      publication.topic, address, operation, isRequest: false, kind: kind)
  }

  var deliveries: [FaultPlan.Delivery] {
    let copies = Array(
      repeating: FaultPlan.Delivery.publish(publication, delay: delay), count: copies)
    guard cuts, let address else { return copies }
    return copies + [.cut(thing: address.thing, delay: delay)]
  }
}

extension FaultPlan.Entry {
  /// Counts one that is chosen.
  ///
  /// - Returns: whether the rule acts on it.
  fileprivate mutating func fires() -> Bool {
    let frequency = rule.frequency
    matched += 1
    guard matched > frequency.after, (matched - frequency.after) % frequency.every == 0 else {
      return false
    }
    if let next = frequency.next, fired >= next { return false }
    if let rate = frequency.rate?.value, Double.random(in: 0..<1, using: &generator) >= rate {
      return false
    }
    fired += 1
    return true
  }

  fileprivate mutating func act(on item: inout Item, time: Int64) {
    switch rule.action {
    case .drop: item.copies = 0
    case .delay(let range): item.delay += Int64.random(in: range, using: &generator)
    case .duplicate: item.copies += 1
    case .timestamp: item.publication.setTimestamp(time)
    case .noTimestamp: item.publication.setTimestamp(nil)
    case .disconnect: item.cuts = true
    // One is about all messages at once, the other about requests.
    case .reorder, .answer: break
    }
  }

  /// Gives these messages another order among their places.
  fileprivate mutating func reorder(_ items: inout [Item], at places: [Int]) {
    var order = places.shuffled(using: &generator)
    // The one order that is none.
    if order == places { order.append(order.removeFirst()) }
    for (place, item) in zip(places, order.map { items[$0] }) { items[place] = item }
  }
}

extension FaultRule.Selection {
  /// Whether all selectors hold; without kinds all answers are chosen.
  fileprivate func chooses(
    _ topic: String, _ address: ShadowAddress, _ operation: ShadowOperation, isRequest: Bool,
    kind: FaultRule.Kind
  ) -> Bool {
    guard kinds.isEmpty || kinds.contains(kind),
      operations.isEmpty || operations.contains(operation),
      thing?.matches(address.thing) ?? true, self.topic?.matches(topic) ?? true
    else { return false }
    return switch shadows {
    case .all: true
    case .classic: address.shadow == nil
    case .named(let pattern): address.shadow.map(pattern.matches) ?? false
    }
  }
}

extension Publication {
  /// Gives a rejection this time, or none; its other bytes stay as they are written.
  fileprivate mutating func setTimestamp(_ time: Int64?) {
    guard var body = (try? JSONParser.parse(payload))?.object else { return }
    body["timestamp"] = time.map { .number(JSONNumber($0)) }
    payload = JSONValue.object(body).compactBytes
  }
}

extension ShadowError {
  /// What the service says with a code of its own accord (spec 9); what it does not say is ours.
  fileprivate static func words(for code: Int, _ address: ShadowAddress) -> String {
    switch code {
    case 400: invalidJSON.message
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: noShadow(address).message
    case 409: versionConflict.message
    case 413: tooLarge.message
    case 415: notUTF8.message
    case 429: "Too many requests"
    case 500: internalFailure.message
    default: "Fault on demand"
    }
  }
}
