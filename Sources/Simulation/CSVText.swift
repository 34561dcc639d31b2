/// A table as text, by RFC 4180: fields are parted by commas, may stand in quotes, and have none
/// within unless they do; rows end in CR LF or LF.
package struct CSVText: Hashable, Sendable {
  /// Why a text is no table.
  package struct Fault: Error, Hashable, Sendable {
    /// From 1.
    package let line: Int
    /// What is wrong, and what to do about it.
    package let words: String

    package init(line: Int, words: String) { (self.line, self.words) = (line, words) }
  }

  /// One row.
  package struct Row: Hashable, Sendable {
    /// The line on which it begins, from 1.
    package let line: Int
    /// As many as there are columns.
    package let fields: [String]
  }

  /// The names of the columns.
  package private(set) var header: [String]
  package private(set) var rows: [Row]

  /// Reads a whole text.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, perhaps with a byte-order mark in front.
  ///   - separator: what parts fields, one ASCII character.
  /// - Throws: `Fault` at the first place that is wrong.
  package init(_ bytes: [UInt8], separator: UInt8 = UInt8(ascii: ",")) throws(Fault) {
    var faults: [Fault] = []
    let table = Self.read(bytes, separator: separator) { faults.append($0) }
    if let first = faults.first { throw first }
    self = table
  }

  /// Reads a text as far as it can be read.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, perhaps with a byte-order mark in front.
  ///   - separator: what parts fields, one ASCII character.
  ///   - note: told each fault, in the order of the lines; rows of another length than the header are
  ///     left out, and nothing is read behind any other fault.
  /// - Returns: what could be read; without a header where there is none.
  package static func read(
    _ bytes: [UInt8], separator: UInt8, noting note: (Fault) -> Void
  ) -> CSVText {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    var reader = CSVReader(
      rest: bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...],
      separator: separator)
    var table = CSVText(header: [], rows: [])
    do throws(Fault) { try table.fill(from: &reader, noting: note) } catch { note(error) }
    return table
  }

  private init(header: [String], rows: [Row]) { (self.header, self.rows) = (header, rows) }

  private mutating func fill(
    from reader: inout CSVReader, noting note: (Fault) -> Void
  ) throws(Fault) {
    guard let first = try reader.row() else {
      throw Fault(line: 1, words: "the file is empty; its first row has the names of the columns")
    }
    header = first.fields
    while let row = try reader.row() {
      if row.fields.count == 1, row.fields[0].isEmpty, header.count > 1 {
        // An empty line at the very end is an editor's.
        guard try reader.row() == nil else {
          throw Fault(line: row.line, words: "the line is empty; take it out")
        }
        break
      }
      guard row.fields.count == header.count else {
        note(
          Fault(
            line: row.line,
            words: "the row has \(Self.fields(row.fields.count)), the header "
              + "\(Self.fields(header.count)); give each row as many, empty ones included"))
        continue
      }
      rows.append(row)
    }
  }

  private static func fields(_ count: Int) -> String { count == 1 ? "1 field" : "\(count) fields" }
}

/// Takes a text apart.
private struct CSVReader {
  var rest: ArraySlice<UInt8>
  let separator: UInt8
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(rest: ArraySlice<UInt8>, separator: UInt8) {
    self.rest = rest
    self.separator = separator
  }

  /// The next row; nil at the end.
  mutating func row() throws(CSVText.Fault) -> CSVText.Row? {
    guard !rest.isEmpty else { return nil }
    let start = line
    var fields: [String] = []
    while true {
      fields.append(try field())
      guard let byte = rest.popFirst() else { break }
      if byte == separator {
        // A separator at the very end has an empty field behind it.
        continue
      }
      line += 1
      break
    }
    return CSVText.Row(line: start, fields: fields)
  }

  /// The next field, up to the separator or line end behind it, which is left; a CR before a LF is
  /// taken.
  private mutating func field() throws(CSVText.Fault) -> String {
    var bytes: [UInt8] = []
    let start = line
    if rest.first == Self.quote {
      rest.removeFirst()
      bytes = try quoted()
      dropCarriageReturn()
      if let byte = rest.first, byte != separator, byte != Self.newline {
        throw CSVText.Fault(
          line: line,
          words: "something follows the quote that ends a field; a quote within is doubled: \"\"")
      }
    } else {
      while let byte = rest.first, byte != separator, byte != Self.newline {
        dropCarriageReturn()
        guard rest.first == byte else { break }
        guard byte != Self.quote, byte != Self.carriageReturn, byte != 0 else {
          throw CSVText.Fault(line: line, words: Self.words(for: byte))
        }
        bytes.append(byte)
        rest.removeFirst()
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CSVText.Fault(line: start, words: "the field is no UTF-8; save the file as UTF-8")
    }
    return text
  }

  /// The rest of a field behind its first quote, which its last one ends.
  private mutating func quoted() throws(CSVText.Fault) -> [UInt8] {
    var bytes: [UInt8] = []
    let start = line
    while let byte = rest.popFirst() {
      if byte == Self.quote {
        guard rest.first == Self.quote else { return bytes }
        rest.removeFirst()
      } else if byte == Self.newline {
        line += 1
      }
      bytes.append(byte)
    }
    throw CSVText.Fault(line: start, words: "the quote that begins a field here has no end")
  }

  private mutating func dropCarriageReturn() {
    guard rest.first == Self.carriageReturn,
      rest.count == 1 || rest.dropFirst().first == Self.newline
    else { return }
    rest.removeFirst()
  }

  private static func words(for byte: UInt8) -> String {
    switch byte {
    case quote: "a quote stands within a field; put the whole field in quotes, and double it: \"\""
    case carriageReturn: "a carriage return without a line feed; end rows with CR LF or LF"
    default: "a NUL byte; this is no text"
    }
  }
}
