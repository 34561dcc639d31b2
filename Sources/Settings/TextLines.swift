/// The lines of a file of settings, to be changed here and there: whatever is not touched keeps its
/// bytes.
struct TextLines {
  /// Each with its end, if it has one.
  private var lines: [[UInt8]]
  /// How lines end here.
  private let end: [UInt8]

  private static let newline = UInt8(ascii: "\n")

  init(_ text: String) {
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    for byte in text.utf8 {
      line.append(byte)
      guard byte == Self.newline else { continue }
      lines.append(line)
      line = []
    }
    if !line.isEmpty { lines.append(line) }
    let first = lines.first ?? []
    end = first.suffix(2) == [13, 10] ? [13, 10] : [Self.newline]
    self.lines = lines
  }

  /// All of it.
  var text: String { String(decoding: lines.joined(), as: UTF8.self) }

  /// The lines of a profile's own section: from its header to its last entry.
  ///
  /// - Parameters:
  ///   - name: the profile's.
  ///   - line: where it begins, from 1.
  /// - Returns: nil if it is written in another way.
  func section(of name: String, at line: Int) -> Range<Int>? {
    let first = line - 1
    guard lines.indices.contains(first), isHeader(first),
      let entries = try? TOMLText.entries(of: String(decoding: lines[first], as: UTF8.self)),
      let profiles = entries.first, profiles.key == "profiles",
      let profile = profiles.value.table?.first, profile.key.utf8.elementsEqual(name.utf8),
      profile.value.table?.isEmpty == true
    else { return nil }
    var last = first
    var row = first + 1
    while row < lines.count, !isHeader(row) {
      if let byte = content(row).first, byte != UInt8(ascii: "#") { last = row }
      row += 1
    }
    return first..<(last + 1)
  }

  /// Puts other lines in the place of some.
  ///
  /// - Returns: what stood there, without ends.
  mutating func replace(_ rows: Range<Int>, by text: [String]) -> [String] {
    let old = rows.map(words)
    let isLast = rows.upperBound == lines.count && lines.last?.last != Self.newline
    lines.replaceSubrange(rows, with: text.map { Array($0.utf8) + end })
    if isLast, let place = lines.indices.last { lines[place].removeLast(end.count) }
    return old
  }

  /// Puts lines behind all others, after an empty one.
  mutating func append(_ text: [String]) {
    if let last = lines.indices.last {
      if lines[last].last != Self.newline { lines[last] += end }
      if !content(last).isEmpty { lines.append(end) }
    }
    lines += text.map { Array($0.utf8) + end }
  }

  /// Puts a line before all others but for the comment that heads the file.
  mutating func insertAtTop(_ text: String) {
    var row = 0
    while row < lines.count, content(row).first == UInt8(ascii: "#") { row += 1 }
    // A comment without an empty line behind it belongs to what follows.
    row = row < lines.count && content(row).isEmpty && row > 0 ? row + 1 : 0
    var line = Array(text.utf8) + end
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if row == 0, let first = lines.first, first.starts(with: mark) {
      lines[0].removeFirst(mark.count)
      line = mark + line
    }
    let next = row < lines.count && isHeader(row) ? [line, end] : [line]
    lines.insert(contentsOf: next, at: row)
  }

  /// Puts another text in the place of the value of a line, which stands in quotes there.
  ///
  /// - Parameters:
  ///   - line: from 1.
  ///   - text: with its quotes.
  /// - Returns: the line as it was and as it is, without ends; nil if there is no such value.
  mutating func replaceText(inLine line: Int, by text: String) -> (old: String, new: String)? {
    let row = line - 1
    guard lines.indices.contains(row), let sign = lines[row].firstIndex(of: UInt8(ascii: "="))
    else { return nil }
    let bytes = lines[row]
    guard let start = bytes[(sign + 1)...].firstIndex(where: { $0 != 32 && $0 != 9 }) else {
      return nil
    }
    let quote = bytes[start]
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    var place = start + 1
    while place < bytes.count, bytes[place] != quote {
      let isEscape = quote == UInt8(ascii: "\"") && bytes[place] == UInt8(ascii: "\\")
      place += isEscape ? 2 : 1
    }
    // Three quotes may go on over many lines.
    guard place < bytes.count, place + 1 == bytes.count || bytes[place + 1] != quote else {
      return nil
    }
    let old = words(row)
    lines[row].replaceSubrange(start...place, with: Array(text.utf8))
    return (old, words(row))
  }

  private func isHeader(_ row: Int) -> Bool { content(row).first == UInt8(ascii: "[") }

  /// A line without white space around.
  private func content(_ row: Int) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 32 || (9...13).contains(byte) }
    let line = lines[row].drop(while: isSpace)
    return line.prefix(
      (line.lastIndex { !isSpace($0) } ?? line.startIndex - 1) - line.startIndex + 1)
  }

  private func words(_ row: Int) -> String {
    var line = lines[row]
    while let last = line.last, last == 10 || last == 13 { line.removeLast() }
    return String(decoding: line, as: UTF8.self)
  }
}
