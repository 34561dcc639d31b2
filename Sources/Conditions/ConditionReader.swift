import JSON

/// A condition's text, read from left to right.
struct ConditionReader {
  private let bytes: [UInt8]
  private let scalars: [Unicode.Scalar]
  /// The bytes before each scalar, and those of the whole text.
  private let offsets: [Int]
  /// Of the next scalar.
  private(set) var position = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    scalars = Array(text.unicodeScalars)
    var offsets = [0]
    for scalar in scalars { offsets.append(offsets[offsets.count - 1] + UTF8.width(scalar)) }
    self.offsets = offsets
  }

  // MARK: Looking

  var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  var isAtEnd: Bool { position == scalars.count }

  /// Whether a text stands next, as code points.
  func stands(_ text: String) -> Bool { scalars[position...].starts(with: text.unicodeScalars) }

  /// The word that stands next; empty if none does.
  var word: String {
    guard let next, next.isNameStart else { return "" }
    return text(position..<endOfRun(\.isNamePart))
  }

  private func endOfRun(_ belongs: (Unicode.Scalar) -> Bool) -> Int {
    scalars[position...].firstIndex { !belongs($0) } ?? scalars.count
  }

  private func text(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  // MARK: Taking

  mutating func skipSpace() {
    position = endOfRun { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
  }

  /// Steps over a text if it stands next.
  mutating func take(_ text: String) -> Bool {
    guard stands(text) else { return false }
    position += text.unicodeScalars.count
    return true
  }

  /// Steps over scalars for as long as they belong.
  mutating func takeRun(_ belongs: (Unicode.Scalar) -> Bool) -> String {
    let end = endOfRun(belongs)
    defer { position = end }
    return text(position..<end)
  }

  // MARK: JSON

  /// Takes the JSON value that begins here with a quote, a bracket, a minus sign or a digit.
  mutating func takeJSON() throws(JSONSyntaxError) -> JSONValue {
    let start = offsets[position]
    let end = endOfJSON
    do throws(JSONSyntaxError) {
      let value = try JSONParser.parse(
        bytes[start..<offsets[end]], maximumDepth: Condition.deepest)
      position = end
      return value
    } catch {
      throw JSONSyntaxError(expected: error.expected, at: start + error.offset, in: bytes)
    }
  }

  /// Takes a number.
  mutating func takeNumber() throws(JSONSyntaxError) -> JSONValue {
    let start = offsets[position]
    let end = endOfRun { (0x30...0x39).contains($0.value) || "eE+-.".unicodeScalars.contains($0) }
    let number: JSONValue
    do throws(JSONSyntaxError) { number = try JSONParser.parse(bytes[start..<offsets[end]]) } catch
    {
      let isBeyond = error.expected == "the end of the text"
      throw JSONSyntaxError(
        expected: isBeyond ? "the end of the number; \(Self.textRule)" : error.expected,
        at: start + error.offset, in: bytes)
    }
    position = end
    if let next, next.isNamePart { throw fault("a number without a unit; \(Self.textRule)") }
    return number
  }

  private static let textRule = "a text stands in double quotes"

  /// Where the text in quotes or the container that begins here ends; the end of the text if it
  /// does not.
  private var endOfJSON: Int {
    var depth = 0
    var isQuoted = false
    var place = position
    while place < scalars.count {
      let scalar = scalars[place]
      place += 1
      if isQuoted {
        if scalar == "\\" { place += 1 }
        if scalar == "\"" { isQuoted = false }
      } else if scalar == "\"" {
        isQuoted = true
      } else if scalar == "[" || scalar == "{" {
        depth += 1
      } else if scalar == "]" || scalar == "}" {
        depth -= 1
      }
      if !isQuoted, depth <= 0 { return place }
    }
    return scalars.count
  }

  // MARK: Faults

  /// A fault where the reader stands, or at an earlier position.
  func fault(_ expected: String, at place: Int? = nil) -> JSONSyntaxError {
    JSONSyntaxError(expected: expected, at: offsets[place ?? position], in: bytes)
  }
}
