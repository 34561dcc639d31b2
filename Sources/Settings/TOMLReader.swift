/// Reads TOML 1.0, and keeps the line of every key.
///
/// Its own, for what there is tells no lines and ends the process at some malformed texts. It is
/// strict but for times, of which only the characters are looked at: no setting is a time. The
/// work is linear; recursion is bounded by ``deepest``.
struct TOMLReader {
  /// Why a text is no TOML.
  struct Fault: Error, Hashable {
    /// The line from 1.
    let line: Int
    let reason: String
  }

  /// Braces and brackets inside one another, and parts of one key.
  static let deepest = 16

  var cursor: TOMLCursor
  private var depth = 0

  private init(_ text: String) { cursor = TOMLCursor(text) }

  /// Reads a whole text.
  ///
  /// - Throws: `Fault` at the first place that is no TOML.
  static func entries(of text: String) throws(Fault) -> [SettingsText.Entry] {
    var reader = TOMLReader(text)
    let root = TOMLTable(.header)
    var table = root
    while try reader.cursor.skipToStatement() {
      if reader.cursor.take("[") {
        table = try reader.header(in: root)
      } else {
        try reader.assignment(in: table)
      }
      try reader.cursor.endLine()
    }
    return root.entries
  }

  private mutating func header(in root: TOMLTable) throws(Fault) -> TOMLTable {
    let isArray = cursor.take("[")
    let line = cursor.line
    var path = try key()
    guard cursor.take("]"), !isArray || cursor.take("]") else {
      throw cursor.fault("a header ends in \"\(isArray ? "]]" : "]")\"")
    }
    let last = path.removeLast()
    var table = root
    for part in path {
      guard let next = table.passed(part, line: line) else { throw twice(part, line) }
      table = next
    }
    guard let named = isArray ? table.appended(last, line: line) : table.headed(last, line: line)
    else { throw twice(last, line) }
    return named
  }

  private mutating func assignment(in table: TOMLTable) throws(Fault) {
    let line = cursor.line
    var path = try key()
    guard cursor.take("=") else { throw cursor.fault("\"=\" is missing after the key") }
    cursor.skipSpaces()
    let value = try value()
    let last = path.removeLast()
    var table = table
    for part in path {
      guard let next = table.dotted(part, line: line) else { throw twice(part, line) }
      table = next
    }
    guard table.insert(value, at: last, line: line) else { throw twice(last, line) }
  }

  private func twice(_ key: [UInt8], _ line: Int) -> Fault {
    Fault(line: line, reason: "\"\(String(decoding: key, as: UTF8.self))\" is there already")
  }

  /// The parts of a key, with the spaces around it.
  private mutating func key() throws(Fault) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    repeat {
      guard parts.count < Self.deepest else {
        throw cursor.fault("a key has more than \(Self.deepest) parts")
      }
      cursor.skipSpaces()
      if cursor.take("\"") {
        parts.append(try cursor.basicText())
      } else if cursor.take("'") {
        parts.append(try cursor.literalText())
      } else {
        let bare = cursor.takeWhile { $0.isBareKey }
        guard !bare.isEmpty else { throw cursor.fault("a key is wanted") }
        parts.append(bare)
      }
      cursor.skipSpaces()
    } while cursor.take(".")
    return parts
  }

  private mutating func value() throws(Fault) -> SettingsText.Value {
    switch cursor.peek {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try cursor.text())
    case UInt8(ascii: "["): return try nested { reader throws(Fault) in try reader.list() }
    case UInt8(ascii: "{"): return try nested { reader throws(Fault) in try reader.inlineTable() }
    default:
      let line = cursor.line
      let word = cursor.takeWord()
      guard let value = TOMLWord.value(word) else {
        throw Fault(
          line: line,
          reason: word.isEmpty
            ? "a value is wanted" : "\"\(String(decoding: word, as: UTF8.self))\" is no value")
      }
      return value
    }
  }

  private mutating func nested(
    _ read: (inout TOMLReader) throws(Fault) -> SettingsText.Value
  ) throws(Fault) -> SettingsText.Value {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw cursor.fault("brackets stand more than \(Self.deepest) deep")
    }
    cursor.advance()
    return try read(&self)
  }

  private mutating func list() throws(Fault) -> SettingsText.Value {
    var values: [SettingsText.Value] = []
    while true {
      try cursor.skipBlanks()
      if cursor.take("]") { return .list(values) }
      values.append(try value())
      try cursor.skipBlanks()
      guard cursor.take(",") || cursor.peek == UInt8(ascii: "]") else {
        throw cursor.fault("\",\" or \"]\" is missing in a list")
      }
    }
  }

  private mutating func inlineTable() throws(Fault) -> SettingsText.Value {
    let table = TOMLTable(.inline)
    cursor.skipSpaces()
    if cursor.take("}") { return .table([]) }
    repeat {
      try assignment(in: table)
      cursor.skipSpaces()
    } while cursor.take(",")
    guard cursor.take("}") else { throw cursor.fault("\",\" or \"}\" is missing in a table") }
    return .table(table.entries)
  }
}

extension UInt8 {
  /// Whether a key may hold it without quotes.
  var isBareKey: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
