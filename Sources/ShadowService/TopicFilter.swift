/// An MQTT topic filter with its wild cards `+` and `#` (MQTT 3.1.1, 4.7).
package struct TopicFilter: Hashable, Sendable {
  package let text: String
  private let levels: [Substring]

  /// Takes a well-formed filter; nil for an empty one or one with a wild card in a wrong place.
  package init?(_ text: String) {
    let levels = text.split(separator: "/", omittingEmptySubsequences: false)
    guard !text.isEmpty else { return nil }
    for (place, level) in levels.enumerated() {
      if level.utf8.contains(UInt8(ascii: "+")), level != "+" { return nil }
      if level.utf8.contains(UInt8(ascii: "#")), level != "#" || place != levels.count - 1 {
        return nil
      }
    }
    self.text = text
    self.levels = levels
  }

  /// Whether a topic fits; a wild card in front does not stand for `$aws`, as MQTT has it.
  package func matches(_ topic: String) -> Bool {
    let topic = topic.split(separator: "/", omittingEmptySubsequences: false)
    guard let head = topic.first, let start = levels.first else { return false }
    if head.utf8.first == UInt8(ascii: "$"), start == "+" || start == "#" { return false }
    for (place, level) in levels.enumerated() {
      // Before the levels are counted: a filter that ends in /# holds its parent level too.
      if level == "#" { return true }
      guard place < topic.count else { return false }
      if level != "+", !level.utf8.elementsEqual(topic[place].utf8) { return false }
    }
    return topic.count == levels.count
  }
}
