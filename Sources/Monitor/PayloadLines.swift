package import Canvas
import JSON

/// The bytes of a message as lines for people.
package enum PayloadLines {
  /// How bytes can be shown.
  package enum Form: Hashable, Sendable {
    /// A member or an element a line.
    case pretty
    /// The text as it came; what is no plain character is escaped when drawn.
    case text
    /// Offset, sixteen bytes, and the ASCII among them.
    case hex
  }

  /// The best form for bytes: pretty where they are JSON, text where they are UTF-8, else hex.
  package static func form(of bytes: [UInt8]) -> Form {
    if (try? JSONParser.parse(bytes)) != nil { return .pretty }
    return String(validating: bytes, as: UTF8.self) == nil ? .hex : .text
  }

  /// Lays bytes out; in a form that they do not have they are shown in the best that they have.
  ///
  /// - Parameters:
  ///   - bytes: a payload.
  ///   - form: the form to show; nil for the best.
  /// - Returns: one line or more.
  package static func lines(of bytes: [UInt8], as form: Form? = nil) -> [[Span]] {
    if bytes.isEmpty { return [[Span("empty", .textDim)]] }
    switch form {
    case .pretty, nil:
      if let value = try? JSONParser.parse(bytes) { return JSONLines.lines(of: value) }
      return text(bytes) ?? hex(bytes)
    case .text: return text(bytes) ?? hex(bytes)
    case .hex: return hex(bytes)
    }
  }

  /// Lines of a text, nil where the bytes are no UTF-8.
  private static func text(_ bytes: [UInt8]) -> [[Span]]? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    return text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { [Span(String($0))] }
  }

  /// `00000000  7b 22 73 74 61 74 65 22  3a 7b 7d 7d              |{"state":{}}|`.
  private static func hex(_ bytes: [UInt8]) -> [[Span]] {
    stride(from: 0, to: bytes.count, by: 16).map { offset in
      let row = bytes[offset..<min(bytes.count, offset + 16)]
      var digits = ""
      for (index, byte) in row.enumerated() {
        digits += (index == 8 ? "  " : index == 0 ? "" : " ") + hexText(Int(byte), digits: 2)
      }
      digits += String(repeating: " ", count: 48 - digits.utf8.count)
      let characters = row.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: ".") }
      return [
        Span(hexText(offset, digits: 8), .textDim), Span("  "),
        Span(digits), Span("  |", .textDim),
        Span(String(decoding: characters, as: UTF8.self), .typeText), Span("|", .textDim),
      ]
    }
  }

  private static func hexText(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
