import JSON
import Shadow

/// The things of a batch as a numbered list, narrowed down by parts of their names until one is chosen.
struct NumberedThings {
  /// Lines that are shown; more things are counted.
  private static let mostListed = 12

  /// What an answer comes to.
  enum Choice: Equatable {
    case thing(String)
    /// Several match: they are the list from now on.
    case narrowed
    /// No name holds it; the list is as it was.
    case none
  }

  private let all: [String]
  /// What the numbers stand for now.
  private(set) var listed: [String]

  /// - Parameter names: of all things, in their order.
  init(_ names: [String]) { (all, listed) = (names, names) }

  /// The list for people, a line each.
  var lines: [String] {
    let shown = listed.prefix(Self.mostListed)
    let width = "\(shown.count)".count
    var lines = shown.enumerated().map { place, name in
      let number = "\(place + 1)"
      return "  \(String(repeating: " ", count: width - number.count))\(number)  \(name)"
    }
    if listed.count > shown.count {
      lines.append("  … and \(listed.count - shown.count) more: a part of the name finds them")
    }
    return lines
  }

  /// Takes an answer: a whole name, else a number of the list, else a part of names.
  ///
  /// Names come first, since MIC's are numbers themselves: `00000001`.
  mutating func take(_ text: String) -> Choice {
    if let name = all.first(where: { $0.hasSameScalars(as: text) }) { return .thing(name) }
    if let parent = ShadowAddress(thing: text).parent,
      all.contains(where: { $0.hasSameScalars(as: parent) })
    {
      return .thing(text)
    }
    let numbered = listed.prefix(Self.mostListed)
    if !text.hasPrefix("0"), let number = Int(text), (1...max(1, numbered.count)).contains(number),
      !numbered.isEmpty
    {
      return .thing(numbered[number - 1])
    }
    let part = text.lowercased()
    let found = all.filter { $0.lowercased().contains(part) }
    if found.count == 1 { return .thing(found[0]) }
    guard !found.isEmpty else { return .none }
    listed = found
    return .narrowed
  }
}
