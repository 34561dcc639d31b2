import JSON

/// What the broker takes for a topic, and for a topic filter (device-shadow spec 10.4).
///
/// AWS IoT tells nobody why it ends a connection: what it would not take is better not sent.
package enum TopicRules {
  /// Bytes that a topic or filter may have.
  package static let greatestSize = 256
  /// Slashes that it may have.
  package static let mostSlashes = 7
  /// Slashes in front that do not count, where rules are told directly.
  private static let ruleSlashes = 3

  /// What is wrong with a topic to publish to, as a sentence for people; nil if nothing is.
  package static func fault(inTopic topic: String) -> String? {
    if topic.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "#") }) {
      return "The topic “\(topic)” holds “+” or “#”: these are for filters, and a message goes to "
        + "one topic."
    }
    return common(topic, "topic")
  }

  /// What is wrong with a filter to subscribe to, as a sentence for people; nil if nothing is.
  package static func fault(inFilter filter: String) -> String? {
    let levels = filter.split(separator: "/", omittingEmptySubsequences: false)
    for (place, level) in levels.enumerated() {
      if level.utf8.contains(UInt8(ascii: "#")), level != "#" || place < levels.count - 1 {
        return "In the filter “\(filter)” a “#” is not the last level by itself."
      }
      if level.utf8.contains(UInt8(ascii: "+")), level != "+" {
        return "In the filter “\(filter)” a “+” is not a level by itself."
      }
    }
    return common(filter, "filter")
  }

  private static func common(_ text: String, _ kind: String) -> String? {
    if text.isEmpty { return "The \(kind) is empty." }
    if text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
    {
      return "The \(kind) “\(text)” holds a control character."
    }
    let size = text.utf8.count
    guard size <= greatestSize else {
      return "The \(kind) has \(size) bytes; AWS IoT takes \(greatestSize) at most."
    }
    let slashes = text.utf8.count { $0 == UInt8(ascii: "/") }
    let most = mostSlashes + (text.hasPrefix("$aws/rules/") ? ruleSlashes : 0)
    guard slashes <= most else {
      return "The \(kind) “\(text)” has \(slashes) slashes; AWS IoT takes \(most) at most."
    }
    return nil
  }

  /// What a person should know of a topic before publishing to it; nil for nothing.
  ///
  /// - Parameters:
  ///   - topic: without a fault.
  ///   - thing: as which it is published.
  /// - Returns: a sentence or two.
  package static func advice(onTopic topic: String, of thing: String) -> String? {
    if let advice = advice(onShell: topic) { return advice }
    guard topic.hasPrefix("$aws/"), !topic.hasPrefix("$aws/rules/") else { return nil }
    guard let (address, place) = ShadowAddress.parse(topic: topic) else {
      return "Topics that begin with $aws/ are AWS IoT's own: it cuts the connection over most of "
        + "them."
    }
    guard case .request(let operation) = place else {
      return "Only the service publishes on \(topic): AWS IoT cuts the connection of anybody else."
    }
    guard address.thing.hasSameScalars(as: thing) else {
      return
        "This is the shadow of \(address.thing): AWS IoT cuts the connection unless the policy "
        + "permits it."
    }
    return "`shadowscope \(operation.rawValue)` checks the request, and waits for its answer."
  }

  /// What a person should know of a filter before subscribing to it; nil for nothing.
  package static func advice(onFilter filter: String) -> String? { advice(onShell: filter) }

  private static func advice(onShell text: String) -> String? {
    guard text.hasPrefix("/things/") else { return nil }
    return "“\(text)” begins with a slash: if it was to begin with $aws, put it in single quotes, "
      + "or the shell takes that for a variable."
  }
}
