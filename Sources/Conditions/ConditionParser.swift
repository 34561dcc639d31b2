package import JSON
import Shadow

extension Condition {
  /// Reads a condition.
  ///
  ///     condition  = all { ("||" | "or") all }
  ///     all        = negated { ("&&" | "and") negated }
  ///     negated    = "not" negated | comparison
  ///     comparison = operand [ ("==" | "!=" | "<" | "<=" | ">" | ">=") operand ]
  ///     operand    = "!" operand | "(" condition ")" | function "(" path ")" | path | JSON
  ///     path       = root { "." name | "." text | "[" text "]" | "[" index "]" } | JSON Pointer
  ///
  /// - Parameter text: as it was typed.
  /// - Throws: `JSONSyntaxError` with the place of the first fault; its `excerpt` shows it.
  package init(parsing text: String) throws(JSONSyntaxError) {
    var parser = ConditionParser(text)
    self = try parser.whole()
  }
}

/// Reads by recursive descent, as deep as `Condition.deepest` allows.
private struct ConditionParser {
  private var reader: ConditionReader

  init(_ text: String) { reader = ConditionReader(text) }

  mutating func whole() throws(JSONSyntaxError) -> Condition {
    reader.skipSpace()
    let start = reader.position
    let condition = try any(depth: 0)
    guard reader.isAtEnd else { throw junk(expected: "the end") }
    try insist(condition, at: start)
    return condition
  }

  // MARK: And, or, not

  private mutating func any(depth: Int) throws(JSONSyntaxError) -> Condition {
    let parts = try list(depth, ["||", "or"]) { parser, depth throws(JSONSyntaxError) in
      try parser.all(depth: depth)
    }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func all(depth: Int) throws(JSONSyntaxError) -> Condition {
    let parts = try list(depth, ["&&", "and"]) { parser, depth throws(JSONSyntaxError) in
      try parser.negated(depth: depth)
    }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  /// One part or more, with one of the connectives between them.
  private mutating func list(
    _ depth: Int, _ connectives: [String],
    _ part: (inout ConditionParser, Int) throws(JSONSyntaxError) -> Condition
  ) throws(JSONSyntaxError) -> [Condition] {
    reader.skipSpace()
    var start = reader.position
    var parts = [try part(&self, depth)]
    while takeConnective(connectives) {
      if parts.count == 1 { try insist(parts[0], at: start) }
      reader.skipSpace()
      start = reader.position
      let next = try part(&self, depth)
      try insist(next, at: start)
      parts.append(next)
    }
    return parts
  }

  private mutating func takeConnective(_ connectives: [String]) -> Bool {
    reader.skipSpace()
    let word = reader.word
    for connective in connectives {
      let isNext = word.isEmpty ? reader.stands(connective) : word == connective
      if isNext { return reader.take(connective) }
    }
    return false
  }

  private mutating func negated(depth: Int) throws(JSONSyntaxError) -> Condition {
    reader.skipSpace()
    guard reader.word == "not" else { return try comparison(depth: depth) }
    try checkDepth(depth)
    _ = reader.take("not")
    reader.skipSpace()
    let start = reader.position
    let inner = try negated(depth: depth + 1)
    try insist(inner, at: start)
    return .not(inner)
  }

  /// Refuses what can be neither true nor false where that is asked for.
  private func insist(_ condition: Condition, at start: Int) throws(JSONSyntaxError) {
    guard !condition.mayBeTrue else { return }
    throw reader.fault("a condition, such as a comparison with ==", at: start)
  }

  private func checkDepth(_ depth: Int) throws(JSONSyntaxError) {
    guard depth < Condition.deepest else {
      throw reader.fault("at most \(Condition.deepest) levels of nesting")
    }
  }

  // MARK: Comparisons

  private mutating func comparison(depth: Int) throws(JSONSyntaxError) -> Condition {
    let leftStart = reader.position
    let isNegated = reader.next == "!"
    let left = try operand(depth: depth)
    reader.skipSpace()
    let place = reader.position
    guard let comparison = takeComparison() else { return left }
    guard !isNegated else {
      throw reader.fault("'&&', '||' or the end; to negate a comparison: !(a == b)", at: place)
    }
    reader.skipSpace()
    let rightStart = reader.position
    let right = try operand(depth: depth)
    try check(left, against: right, comparison, at: leftStart)
    try check(right, against: left, comparison, at: rightStart)
    reader.skipSpace()
    let end = reader.position
    if takeComparison() != nil {
      throw reader.fault("'&&', '||' or the end; comparisons do not chain: a < b && b < c", at: end)
    }
    return .comparison(left, comparison, right)
  }

  private mutating func takeComparison() -> Comparison? {
    // Those that begin another one come after it.
    for comparison in [.equal, .unequal, .lessOrEqual, .greaterOrEqual, .less, .greater]
      as [Comparison]
    where reader.take(comparison.rawValue) {
      return comparison
    }
    return nil
  }

  /// Refuses a literal because of which a comparison could never be true.
  private func check(
    _ operand: Condition, against other: Condition, _ comparison: Comparison, at start: Int
  ) throws(JSONSyntaxError) {
    guard case .literal(let value) = operand else { return }
    if case .age = other, value.number == nil {
      throw reader.fault("a number of seconds", at: start)
    }
    guard comparison.isOrder, !value.hasOrder else { return }
    throw reader.fault(
      "a number or a text: '\(comparison.rawValue)' orders nothing else", at: start)
  }

  // MARK: Operands

  private mutating func operand(depth: Int) throws(JSONSyntaxError) -> Condition {
    reader.skipSpace()
    switch reader.next {
    case "!":
      try checkDepth(depth)
      _ = reader.take("!")
      reader.skipSpace()
      let start = reader.position
      let inner = try operand(depth: depth + 1)
      try insist(inner, at: start)
      return .not(inner)
    case "(":
      try checkDepth(depth)
      _ = reader.take("(")
      let inner = try any(depth: depth + 1)
      guard reader.take(")") else { throw junk(expected: "')'") }
      return inner
    case "\"", "[", "{": return .literal(try reader.takeJSON())
    case "/": return .value(try path())
    case "-": return .literal(try reader.takeNumber())
    case let scalar? where (0x30...0x39).contains(scalar.value):
      return .literal(try reader.takeNumber())
    case .some where !reader.word.isEmpty: return try word()
    case "'": throw reader.fault("a text in double quotes")
    default: throw reader.fault(Self.operands)
    }
  }

  private static let operands = "a path, a value or '('"
  private static let literals: [String: JSONValue] = ["true": true, "false": false, "null": .null]
  private static let functions: [String: @Sendable (ConditionPath) -> Condition] = [
    "exists": Condition.exists, "changed": Condition.changed, "age": Condition.age,
  ]
  private static let connectives = ["and", "or", "not"]

  /// Reads an operand that begins with a word.
  private mutating func word() throws(JSONSyntaxError) -> Condition {
    let word = reader.word
    if let literal = Self.literals[word] {
      _ = reader.take(word)
      return .literal(literal)
    }
    if let make = Self.functions[word] {
      _ = reader.take(word)
      return try function(make)
    }
    guard !Self.connectives.contains(word) else {
      throw reader.fault(
        word == "not" ? "'!' or parentheses: 'not' negates a whole comparison" : Self.operands)
    }
    return .value(try path())
  }

  private mutating func function(
    _ make: (ConditionPath) -> Condition
  ) throws(JSONSyntaxError) -> Condition {
    reader.skipSpace()
    guard reader.take("(") else { throw reader.fault("'(' and a path") }
    reader.skipSpace()
    let start = reader.position
    guard reader.next == "/" || !reader.word.isEmpty else { throw reader.fault("a path") }
    let path = try path()
    let condition = make(path)
    if case .age = condition, !path.root.hasAge {
      throw reader.fault(
        "a path from reported, desired or delta: nothing else has an age", at: start)
    }
    reader.skipSpace()
    guard reader.take(")") else { throw reader.fault("')'") }
    return condition
  }

  // MARK: Paths

  private mutating func path() throws(JSONSyntaxError) -> ConditionPath {
    if reader.next == "/" { return try pointer() }
    let start = reader.position
    let name = reader.word
    _ = reader.take(name)
    let root = try root(name, at: start)
    var steps: [ConditionPath.Step] = []
    while let step = try step(below: root) { steps.append(step) }
    return ConditionPath(root, steps)
  }

  private func root(_ name: String, at start: Int) throws(JSONSyntaxError) -> ConditionPath.Root {
    if let root = ConditionPath.Root(rawValue: name) { return root }
    let roots = ConditionPath.Root.allCases.map(\.rawValue)
    let expected = "reported, desired, delta, metadata or version"
    if name == "state" {
      throw reader.fault("\(expected), without 'state' before it", at: start)
    }
    let known =
      roots + Self.functions.keys.sorted() + Self.literals.keys.sorted() + Self.connectives
    let hint = Spelling.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
    throw reader.fault("\(expected); \(hint ?? "a text stands in double quotes")", at: start)
  }

  private mutating func step(
    below root: ConditionPath.Root
  ) throws(JSONSyntaxError) -> ConditionPath.Step? {
    let start = reader.position
    guard reader.next == "." || reader.next == "[" else { return nil }
    guard root != .version else {
      throw reader.fault("an operator: version is a number", at: start)
    }
    guard !reader.take("[") else { return .exactly(try bracket()) }
    _ = reader.take(".")
    if reader.next == "\"" { return .exactly(.key(try key())) }
    let name = reader.takeRun(\.isNamePart)
    guard !name.isEmpty else {
      throw reader.fault("a name, in double quotes unless it is of letters, digits, - and _")
    }
    return ConditionPath.step(named: name)
  }

  /// Reads what stands behind `[`.
  private mutating func bracket() throws(JSONSyntaxError) -> JSONStep {
    reader.skipSpace()
    let step: JSONStep
    if reader.next == "\"" {
      step = .key(try key())
    } else {
      let start = reader.position
      let digits = reader.takeRun { (0x30...0x39).contains($0.value) }
      guard let index = Int(digits), "\(index)" == digits else {
        throw reader.fault("a name in double quotes, or the number of an element", at: start)
      }
      step = .index(index)
    }
    reader.skipSpace()
    guard reader.take("]") else { throw reader.fault("']'") }
    return step
  }

  private mutating func key() throws(JSONSyntaxError) -> String {
    try reader.takeJSON().string ?? ""
  }

  /// Reads a JSON Pointer, which ends before a space, a parenthesis, a comma, a quote or an operator.
  private mutating func pointer() throws(JSONSyntaxError) -> ConditionPath {
    let start = reader.position
    let text = reader.takeRun {
      !$0.properties.isWhitespace && !"()=!<>&|,\"".unicodeScalars.contains($0)
    }
    guard let pointer = JSONPointer(text) else {
      throw reader.fault("a JSON Pointer, with ~0 for '~' and ~1 for '/'", at: start)
    }
    let root = try root(pointer.tokens.first ?? "", at: start + 1)
    guard root != .version || pointer.tokens.count == 1 else {
      throw reader.fault("/version alone: it is a number", at: start)
    }
    return ConditionPath(root, pointer.tokens.dropFirst().map(ConditionPath.step))
  }

  // MARK: Faults

  /// What is there can go on nothing that was read.
  private func junk(expected end: String) -> JSONSyntaxError {
    switch reader.next {
    case "=": reader.fault("'=='")
    case "&": reader.fault("'&&'")
    case "|": reader.fault("'||'")
    default: reader.fault("\(end), or an operator such as == or &&")
    }
  }
}
