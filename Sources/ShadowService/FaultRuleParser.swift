import Shadow

extension FaultRule {
  /// Reads one rule of the language: an action, then selectors in any order, apart by spaces.
  ///
  ///     drop | delay=MS | delay=MIN..MAX | duplicate | reorder | answer=CODE [message="TEXT"]
  ///     | timestamp | no-timestamp | disconnect
  ///
  ///     kind=KIND,… operation=OPERATION,… thing=PATTERN shadow=PATTERN classic topic=FILTER
  ///     after=N every=N rate=P next=N
  ///
  /// - Parameter text: the rule.
  /// - Returns: the rule as a value.
  /// - Throws: `FaultRuleError`, which points at the first fault.
  package static func parse(_ text: String) throws(FaultRuleError) -> FaultRule {
    var parser = FaultRuleParser(text)
    return try parser.rule()
  }
}

/// One word of a rule, `name` or `name=value`, and where its parts stand.
private struct Word {
  var name: String
  var start: Int
  /// Nil where there is no `=`.
  var value: String?
  var valueStart: Int
}

private struct FaultRuleParser {
  private static let longestDelay: Int64 = 600_000

  private let text: String
  private let scalars: [Unicode.Scalar]
  private var place = 0

  init(_ text: String) {
    self.text = text
    scalars = Array(text.unicodeScalars)
  }

  mutating func rule() throws(FaultRuleError) -> FaultRule {
    guard let first = try nextWord() else {
      throw fault(at: place, "an action is missing: " + Self.actions)
    }
    var rule = FaultRule(try action(first))
    var seen = [first.name]
    // Where each selector stands, for what is wrong with all of them together.
    var starts: [String: Int] = [:]
    while let word = try nextWord() {
      guard !seen.contains(word.name) else {
        throw fault(at: word.start, "\(word.name) is there already")
      }
      try take(word, into: &rule)
      seen.append(word.name)
      starts[word.name] = word.start
    }
    try check(rule, starts, end: scalars.count)
    return rule
  }

  // MARK: Words

  private mutating func nextWord() throws(FaultRuleError) -> Word? {
    while place < scalars.count, scalars[place] == " " { place += 1 }
    guard place < scalars.count else { return nil }
    var word = Word(name: "", start: place, value: nil, valueStart: place)
    while place < scalars.count, Self.isInName(scalars[place]) {
      word.name.unicodeScalars.append(scalars[place])
      place += 1
    }
    word.valueStart = place
    guard place < scalars.count, scalars[place] != " " else { return word }
    guard scalars[place] == "=", !word.name.isEmpty else {
      throw fault(
        at: place, word.name.isEmpty ? "a word is expected here" : "'=' or a space is expected here"
      )
    }
    place += 1
    word.valueStart = place
    word.value = try value()
    return word
  }

  private static func isInName(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || scalar == "-"
  }

  private mutating func value() throws(FaultRuleError) -> String {
    var value = String.UnicodeScalarView()
    guard place < scalars.count, scalars[place] == "\"" else {
      while place < scalars.count, scalars[place] != " " {
        guard scalars[place] != "\"" else {
          throw fault(at: place, "a quote may only stand around a whole value")
        }
        value.append(scalars[place])
        place += 1
      }
      return String(value)
    }
    let opening = place
    place += 1
    while place < scalars.count, scalars[place] != "\"" {
      if scalars[place] == "\\" {
        place += 1
        guard place < scalars.count, scalars[place] == "\"" || scalars[place] == "\\" else {
          throw fault(at: place - 1, #"a backslash stands only in \" and \\"#)
        }
      }
      value.append(scalars[place])
      place += 1
    }
    guard place < scalars.count else { throw fault(at: opening, "this quote is not closed") }
    place += 1
    guard place == scalars.count || scalars[place] == " " else {
      throw fault(at: place, "a space is expected after the quote")
    }
    return String(value)
  }

  // MARK: Actions

  private static let actions =
    "drop, delay=MS, duplicate, reorder, answer=CODE, timestamp, no-timestamp or disconnect"

  private func action(_ word: Word) throws(FaultRuleError) -> FaultRule.Action {
    switch word.name {
    case "delay": return .delay(try delay(word))
    case "answer":
      return .answer(code: try number(word, 400...599, "a code from 400 to 599"), message: nil)
    default: break
    }
    let action: FaultRule.Action
    switch word.name {
    case "drop": action = .drop
    case "duplicate": action = .duplicate
    case "reorder": action = .reorder
    case "timestamp": action = .timestamp
    case "no-timestamp": action = .noTimestamp
    case "disconnect": action = .disconnect
    default: throw fault(at: word.start, "no such action; it is one of " + Self.actions)
    }
    try expectNoValue(word)
    return action
  }

  private func delay(_ word: Word) throws(FaultRuleError) -> ClosedRange<Int64> {
    let needed = "milliseconds up to \(Self.longestDelay), for instance 200 or 100..500"
    guard let value = word.value else {
      throw fault(at: word.valueStart, "=MS is missing: \(needed)")
    }
    let wrong = fault(at: word.valueStart, "this should be \(needed)")
    let dots = value.firstRange(of: "..")
    let lower = dots.map { value[..<$0.lowerBound] } ?? value[...]
    let upper = dots.map { value[$0.upperBound...] } ?? value[...]
    guard let from = Self.digits(lower), let to = Self.digits(upper) else { throw wrong }
    guard from <= to else { throw fault(at: word.valueStart, "the range ends before it starts") }
    guard to <= Self.longestDelay else { throw wrong }
    return Int64(from)...Int64(to)
  }

  // MARK: Selectors

  private func take(_ word: Word, into rule: inout FaultRule) throws(FaultRuleError) {
    switch word.name {
    case "message":
      guard case .answer(let code, _) = rule.action else {
        throw fault(at: word.start, "only answer has a message")
      }
      let message = try needed(word, "a text in quotes")
      rule.action = .answer(code: code, message: message)
    case "kind":
      rule.selection.kinds = try list(
        word, FaultRule.Kind.init(rawValue:), FaultRule.Kind.allCases.map(\.rawValue))
    case "operation":
      rule.selection.operations = try list(
        word, ShadowOperation.init(rawValue:), ShadowOperation.allCases.map(\.rawValue))
    case "thing": rule.selection.thing = try pattern(word)
    case "shadow":
      guard rule.selection.shadows == .all else { throw fault(at: word.start, Self.oneOfShadows) }
      rule.selection.shadows = .named(try pattern(word))
    case "classic":
      guard rule.selection.shadows == .all else { throw fault(at: word.start, Self.oneOfShadows) }
      try expectNoValue(word)
      rule.selection.shadows = .classic
    case "topic":
      let text = try needed(word, "an MQTT topic filter")
      guard let filter = TopicFilter(text) else {
        throw fault(
          at: word.valueStart, "this is no topic filter: + stands for a whole level, # is the last")
      }
      rule.selection.topic = filter
    case "after": rule.frequency.after = try number(word, 1...Self.most, "a number from 1")
    case "every": rule.frequency.every = try number(word, 1...Self.most, "a number from 1")
    case "next": rule.frequency.next = try number(word, 1...Self.most, "a number from 1")
    case "rate":
      guard let rate = FaultRule.Rate(try needed(word, "a probability")) else {
        throw fault(at: word.valueStart, "this should be a probability, for instance 0.2 or 20%")
      }
      rule.frequency.rate = rate
    default:
      throw fault(
        at: word.start,
        "no such selector; they are kind, operation, thing, shadow, classic, topic, after, every, "
          + "rate and next")
    }
  }

  private static let oneOfShadows = "either classic or shadow=PATTERN, not both"
  private static let most = 1_000_000_000

  /// What no selector alone can be blamed for.
  private func check(
    _ rule: FaultRule, _ starts: [String: Int], end: Int
  ) throws(FaultRuleError) {
    guard let kind = starts["kind"] else { return }
    let kinds = rule.selection.kinds
    switch rule.action {
    case .answer:
      guard kinds == [.request] else {
        throw fault(at: kind, "answer is about whole requests; leave the kind out")
      }
    case .timestamp, .noTimestamp:
      guard kinds == [.rejected] else {
        throw fault(at: kind, "only rejections have or lack a timestamp; leave the kind out")
      }
    case .drop, .disconnect:
      guard !kinds.contains(.request) || kinds.count == 1 else {
        throw fault(at: kind, "a rule is either about requests or about answers")
      }
    case .delay, .duplicate, .reorder:
      guard !kinds.contains(.request) else {
        throw fault(at: kind, "this action is about answers, not requests")
      }
    }
  }

  // MARK: Values

  private func expectNoValue(_ word: Word) throws(FaultRuleError) {
    if word.value != nil { throw fault(at: word.valueStart - 1, "\(word.name) takes no value") }
  }

  private func needed(_ word: Word, _ what: String) throws(FaultRuleError) -> String {
    guard let value = word.value else {
      throw fault(at: word.valueStart, "=, then \(what), is missing")
    }
    guard !value.isEmpty else { throw fault(at: word.valueStart, "\(what) is missing") }
    return value
  }

  private func number(
    _ word: Word, _ range: ClosedRange<Int>, _ what: String
  ) throws(FaultRuleError) -> Int {
    guard let number = Self.digits(try needed(word, what)[...]), range.contains(number) else {
      throw fault(at: word.valueStart, "this should be \(what)")
    }
    return number
  }

  private static func digits(_ text: Substring) -> Int? {
    let isPlain = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isPlain ? Int(text) : nil
  }

  private func pattern(_ word: Word) throws(FaultRuleError) -> NamePattern {
    guard let pattern = NamePattern(try needed(word, "a name, in which * stands for anything"))
    else {
      throw fault(at: word.valueStart, "this should be a name, in which * stands for anything")
    }
    return pattern
  }

  private func list<Element: Hashable>(
    _ word: Word, _ element: (String) -> Element?, _ names: [String]
  ) throws(FaultRuleError) -> Set<Element> {
    let choice = "one or more of \(names.joined(separator: ", "))"
    var elements: Set<Element> = []
    var start = word.valueStart
    for name in try needed(word, choice).split(separator: ",", omittingEmptySubsequences: false) {
      guard let element = element(String(name)) else {
        throw fault(at: start, "this should be \(choice), apart by commas")
      }
      elements.insert(element)
      start += name.unicodeScalars.count + 1
    }
    return elements
  }

  private func fault(at offset: Int, _ reason: String) -> FaultRuleError {
    FaultRuleError(rule: text, offset: offset, reason: reason)
  }
}
