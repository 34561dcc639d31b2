package import Shadow

/// What is to go wrong, and with which requests and answers; its text is the rule language of
/// `--fault`, which `FaultRule.parse` reads.
package struct FaultRule: Hashable, Sendable {
  package var action: Action
  package var selection = Selection()
  package var frequency = Frequency()

  package init(
    _ action: Action, of selection: Selection = Selection(), _ frequency: Frequency = Frequency()
  ) {
    self.action = action
    self.selection = selection
    self.frequency = frequency
  }

  /// What happens to what is chosen.
  package enum Action: Hashable, Sendable {
    /// The message never leaves; of kind `request`: the request never reaches the service.
    case drop
    /// It leaves later, by so many milliseconds, drawn anew each time; later ones may overtake it.
    case delay(ClosedRange<Int64>)
    /// It leaves twice, as QoS 1 allows.
    case duplicate
    /// The messages of one request leave in another order.
    case reorder
    /// The service is not asked; the request is refused with this code. The message is nil for the
    /// service's own words for the code.
    case answer(code: Int, message: String?)
    /// A rejection tells its time.
    case timestamp
    /// A rejection does not tell its time.
    case noTimestamp
    /// The thing's connections are cut once the broker has the message.
    case disconnect
  }

  /// What kind of message a rule is about.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case request, accepted, rejected, delta, documents
  }

  /// Which shadows of a thing.
  package enum Shadows: Hashable, Sendable {
    case all
    case classic
    /// Named shadows whose name fits.
    case named(NamePattern)
  }

  /// Which messages; all of it must hold.
  package struct Selection: Hashable, Sendable {
    /// Empty for all kinds of answers, and for requests where the action is about requests.
    package var kinds: Set<Kind> = []
    /// Empty for all.
    package var operations: Set<ShadowOperation> = []
    package var thing: NamePattern?
    package var shadows = Shadows.all
    /// What the message's own topic must fit.
    package var topic: TopicFilter?

    package init() {}
  }

  /// How often of all that is chosen; counted over everything that the rule chooses.
  package struct Frequency: Hashable, Sendable {
    /// The first so many are let alone.
    package var after = 0
    /// Then every so-manyth is taken.
    package var every = 1
    /// Of these each with this probability.
    package var rate: Rate?
    /// And after so many the rule is used up.
    package var next: Int?

    package init() {}
  }

  /// A probability, as it was written.
  package struct Rate: Hashable, Sendable {
    /// 0...1.
    package let value: Double
    package let text: String

    /// Reads `0.2` or `20%`; nil for anything else.
    package init?(_ text: String) {
      let isPercent = text.hasSuffix("%")
      let digits = isPercent ? text.dropLast() : text[...]
      let isPlain = digits.utf8.allSatisfy {
        $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
      guard isPlain, let number = Double(digits) else { return nil }
      value = isPercent ? number / 100 : number
      guard (0...1).contains(value) else { return nil }
      self.text = text
    }
  }

  /// Whether the rule acts on requests before the service sees them.
  var isAboutRequests: Bool {
    if case .answer = action { return true }
    return selection.kinds.contains(.request)
  }
}

extension FaultRule: CustomStringConvertible {
  /// The rule in its language; parsing it gives the same rule.
  package var description: String {
    var words = [action.text]
    if case .answer(_, let message?) = action { words.append("message=\(Self.quoted(message))") }
    let kinds = Kind.allCases.filter(selection.kinds.contains).map(\.rawValue)
    if !kinds.isEmpty { words.append("kind=\(kinds.joined(separator: ","))") }
    let operations = ShadowOperation.allCases.filter(selection.operations.contains)
    if !operations.isEmpty {
      words.append("operation=\(operations.map(\.rawValue).joined(separator: ","))")
    }
    if let thing = selection.thing { words.append("thing=\(thing.text)") }
    switch selection.shadows {
    case .all: break
    case .classic: words.append("classic")
    case .named(let pattern): words.append("shadow=\(pattern.text)")
    }
    if let topic = selection.topic { words.append("topic=\(Self.quoted(topic.text))") }
    if frequency.after > 0 { words.append("after=\(frequency.after)") }
    if frequency.every > 1 { words.append("every=\(frequency.every)") }
    if let rate = frequency.rate { words.append("rate=\(rate.text)") }
    if let next = frequency.next { words.append("next=\(next)") }
    return words.joined(separator: " ")
  }

  /// A value as the language has it: in quotes if it could not be read without.
  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 32 && $0 != "\"" && $0 != "\\" }
    guard !isPlain else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

extension FaultRule.Action {
  fileprivate var text: String {
    switch self {
    case .drop: "drop"
    case .delay(let range):
      range.lowerBound == range.upperBound
        ? "delay=\(range.lowerBound)" : "delay=\(range.lowerBound)..\(range.upperBound)"
    case .duplicate: "duplicate"
    case .reorder: "reorder"
    case .answer(let code, _): "answer=\(code)"
    case .timestamp: "timestamp"
    case .noTimestamp: "no-timestamp"
    case .disconnect: "disconnect"
    }
  }
}
