/// A place in a TOML text, and what stands there: blanks, words and strings.
struct TOMLCursor {
  private let bytes: [UInt8]
  private var next = 0
  /// The line from 1.
  private(set) var line = 1

  init(_ text: String) { bytes = Array(text.utf8) }

  var peek: UInt8? { next < bytes.count ? bytes[next] : nil }

  mutating func advance() { next += 1 }

  func fault(_ reason: String) -> TOMLReader.Fault { TOMLReader.Fault(line: line, reason: reason) }

  /// Passes one character if it is the one that is wanted.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    next += 1
    return true
  }

  mutating func takeWhile(_ isWanted: (UInt8) -> Bool) -> [UInt8] {
    let start = next
    while let byte = peek, isWanted(byte) { next += 1 }
    return Array(bytes[start..<next])
  }

  /// A number, a word or a time, which may have a space in it.
  mutating func takeWord() -> [UInt8] {
    let isWord = { (byte: UInt8) in
      byte.isBareKey || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: ":")
    }
    var word = takeWhile(isWord)
    if word.count == 10, word[4] == UInt8(ascii: "-"), peek == UInt8(ascii: " "),
      next + 1 < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[next + 1])
    {
      next += 1
      word += [UInt8(ascii: "T")] + takeWhile(isWord)
    }
    return word
  }

  // MARK: Blanks

  mutating func skipSpaces() {
    while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") { next += 1 }
  }

  /// Passes spaces, ends of lines and comments.
  mutating func skipBlanks() throws(TOMLReader.Fault) {
    repeat {
      skipSpaces()
      try skipComment()
    } while takeNewline()
  }

  /// Goes to the next statement.
  ///
  /// - Returns: whether there is one.
  mutating func skipToStatement() throws(TOMLReader.Fault) -> Bool {
    try skipBlanks()
    return peek != nil
  }

  /// Passes what may stand behind a statement.
  mutating func endLine() throws(TOMLReader.Fault) {
    skipSpaces()
    try skipComment()
    guard peek == nil || takeNewline() else {
      throw fault("the line should end here")
    }
  }

  private mutating func skipComment() throws(TOMLReader.Fault) {
    guard peek == UInt8(ascii: "#") else { return }
    while let byte = peek, byte != UInt8(ascii: "\n"), !isReturn {
      guard byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") else {
        throw fault("a comment holds a control character")
      }
      next += 1
    }
  }

  /// Whether a carriage return and a line feed stand here.
  private var isReturn: Bool {
    peek == UInt8(ascii: "\r") && next + 1 < bytes.count && bytes[next + 1] == UInt8(ascii: "\n")
  }

  private mutating func takeNewline() -> Bool {
    if isReturn { next += 1 }
    guard take("\n") else { return false }
    line += 1
    return true
  }

  // MARK: Strings

  /// A string of any of the four kinds.
  mutating func text() throws(TOMLReader.Fault) -> String {
    let quote: Unicode.Scalar = peek == UInt8(ascii: "'") ? "'" : "\""
    let isLong = bytes[next...].starts(with: Array(repeating: UInt8(ascii: quote), count: 3))
    next += isLong ? 3 : 1
    let text =
      if isLong {
        try longText(quote)
      } else if quote == "'" {
        try literalText()
      } else {
        try basicText()
      }
    return String(decoding: text, as: UTF8.self)
  }

  /// The rest of a string between `"`, whose first quote is passed.
  mutating func basicText() throws(TOMLReader.Fault) -> [UInt8] {
    var text: [UInt8] = []
    while let byte = try content() {
      next += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"): text += try escape()
      default: text.append(byte)
      }
    }
    throw fault("a text does not end on its line")
  }

  /// The rest of a string between `'`, whose first quote is passed.
  mutating func literalText() throws(TOMLReader.Fault) -> [UInt8] {
    var text: [UInt8] = []
    while let byte = try content() {
      next += 1
      if byte == UInt8(ascii: "'") { return text }
      text.append(byte)
    }
    throw fault("a text does not end on its line")
  }

  /// The rest of a string of many lines, whose first three quotes are passed.
  private mutating func longText(_ quote: Unicode.Scalar) throws(TOMLReader.Fault) -> [UInt8] {
    let start = line
    var text: [UInt8] = []
    _ = takeNewline()
    while peek != nil {
      if takeNewline() {
        text.append(UInt8(ascii: "\n"))
        continue
      }
      guard let byte = try content() else { break }
      next += 1
      if byte == UInt8(ascii: quote) {
        var count = 1
        while count < 5, take(quote) { count += 1 }
        // Up to two quotes before the closing three belong to the text.
        text += Array(repeating: byte, count: count < 3 ? count : count - 3)
        if count >= 3 { return text }
      } else if byte == UInt8(ascii: "\\"), quote == "\"" {
        if !skipFoldedLine() { text += try escape() }
      } else {
        text.append(byte)
      }
    }
    throw TOMLReader.Fault(line: start, reason: "a text of many lines does not end")
  }

  /// Passes the blanks behind a backslash that ends its line.
  private mutating func skipFoldedLine() -> Bool {
    let start = next
    skipSpaces()
    guard takeNewline() else {
      next = start
      return false
    }
    repeat { skipSpaces() } while takeNewline()
    return true
  }

  /// The next byte of a string; nil at the end of the line or of the text.
  private func content() throws(TOMLReader.Fault) -> UInt8? {
    guard let byte = peek, byte != UInt8(ascii: "\n"), !isReturn else { return nil }
    guard byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") else {
      throw fault("a text holds a control character")
    }
    return byte
  }

  /// What an escape stands for, its backslash passed.
  private mutating func escape() throws(TOMLReader.Fault) -> [UInt8] {
    defer { next += 1 }
    switch peek {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [bytes[next]]
    case UInt8(ascii: "u"): return try scalar(digits: 4)
    case UInt8(ascii: "U"): return try scalar(digits: 8)
    default: throw fault("there is no such escape; a backslash is written \"\\\\\"")
    }
  }

  /// A character by its number; ends on the last digit.
  private mutating func scalar(digits count: Int) throws(TOMLReader.Fault) -> [UInt8] {
    let digits = bytes[(next + 1)...].prefix(count)
    guard digits.count == count, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(number)
    else { throw fault("an escape wants \(count) digits that name a character") }
    next += count
    return Array(String(Character(scalar)).utf8)
  }
}
