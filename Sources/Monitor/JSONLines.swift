package import Canvas
package import JSON

/// A value as lines for people, a member or an element a line.
///
/// The text is that of ``JSONValue/pretty(indent:escaping:)``: order, number lexemes and duplicate
/// keys stay. Keys have the role `.path`, values that of their type; of duplicate keys those that
/// do not count are `.stale`. A long text is one line: drawing clips it, ``folded(_:width:)`` breaks
/// it.
package struct JSONLines: ~Copyable {
  /// A container of which some items are still to write.
  private enum Open {
    case array([JSONValue], next: Int)
    case object([JSONMember], next: Int, overruled: Set<Int>)
  }

  private let indent: Int
  private let limit: Int
  private var lines: [[Span]] = []
  /// Lines that the limit leaves no room for.
  private var dropped = 0
  private var line: [Span] = []
  private var open: [Open] = []

  private init(indent: Int, limit: Int) {
    (self.indent, self.limit) = (indent, limit)
  }

  /// Lays a value out.
  ///
  /// - Parameters:
  ///   - value: any value, however deep.
  ///   - indent: columns a level.
  ///   - limit: lines to make, 1 or more; what is left out is counted in one more.
  /// - Returns: one line or more.
  package static func lines(
    of value: JSONValue, indent: Int = 2, limit: Int = 50_000
  ) -> [[Span]] {
    var writer = JSONLines(indent: max(0, indent), limit: max(1, limit))
    writer.write(value)
    return writer.lines
  }

  private mutating func write(_ value: JSONValue) {
    begin(value)
    while let container = open.popLast() {
      switch container {
      case .array(let elements, let next): write(elements, at: next)
      case .object(let members, let next, let overruled):
        write(members, at: next, overruled: overruled)
      }
    }
    endLine()
    if dropped > 0 { lines.append([Span("… \(counted(dropped, "more line"))", .textDim)]) }
  }

  private mutating func write(_ elements: [JSONValue], at next: Int) {
    guard next < elements.count else { return close("]") }
    if next > 0 { put(",", .textDim) }
    startLine(level: open.count + 1)
    open.append(.array(elements, next: next + 1))
    begin(elements[next])
  }

  private mutating func write(_ members: [JSONMember], at next: Int, overruled: Set<Int>) {
    guard next < members.count else { return close("}") }
    if next > 0 { put(",", .textDim) }
    startLine(level: open.count + 1)
    open.append(.object(members, next: next + 1, overruled: overruled))
    if lines.count < limit {
      put(
        JSONValue.string(members[next].key).compact, overruled.contains(next) ? .stale : .path)
    }
    put(": ", .textDim)
    begin(members[next].value)
  }

  /// Writes a scalar or an empty container, of another container the opening bracket.
  private mutating func begin(_ value: JSONValue) {
    switch value {
    case .array(let elements) where !elements.isEmpty:
      put("[", .typeObject)
      open.append(.array(elements, next: 0))
    case .object(let object) where !object.isEmpty:
      put("{", .typeObject)
      open.append(.object(object.members, next: 0, overruled: object.overruled))
    case .null, .bool, .number, .string, .array, .object:
      if lines.count < limit { put(value.compact, ValueText.role(value)) }
    }
  }

  private mutating func close(_ bracket: String) {
    startLine(level: open.count)
    put(bracket, .typeObject)
  }

  private mutating func put(_ text: String, _ role: Role) {
    guard lines.count < limit else { return }
    line.append(Span(text, role))
  }

  private mutating func startLine(level: Int) {
    endLine()
    if level > 0, indent > 0 { put(String(repeating: " ", count: level * indent), .text) }
  }

  private mutating func endLine() {
    if lines.count < limit { lines.append(line) } else { dropped += 1 }
    line = []
  }
}

extension JSONObject {
  /// The places of members whose key comes again later.
  fileprivate var overruled: Set<Int> {
    guard hasDuplicates else { return [] }
    var seen: Set<ScalarKey> = []
    return Set(indices.reversed().filter { !seen.insert(ScalarKey(self[$0].key)).inserted })
  }
}
