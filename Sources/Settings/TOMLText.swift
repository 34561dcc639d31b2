import CTOML

/// Reads TOML 1.0 by toml++, and keeps the line of every key.
enum TOMLText {
  /// Why a text is no TOML.
  struct Fault: Error, Hashable {
    /// The line from 1; nil where no line is to blame.
    let line: Int?
    /// From 1, in characters; nil where only the line is known.
    var column: Int? = nil
    /// One line, which may quote the text.
    let reason: String
  }

  /// Reads a whole text.
  ///
  /// - Parameter text: any text of at most ``SettingsFile/limit`` bytes.
  /// - Returns: the entries, in the order in which the text first names their keys.
  /// - Throws: `Fault` at the first place that is no TOML.
  static func entries(of text: String) throws(Fault) -> [SettingsText.Entry] {
    var text = text
    let parsed = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        // No bytes may mean no address, which C++ wants all the same.
        bytes.baseAddress.map { ctoml_parse($0, bytes.count) } ?? ctoml_parse("", 0)
      }
    }
    guard let parsed else { throw Fault(line: nil, reason: "there is no memory to read it") }
    defer { ctoml_free(parsed) }
    let document = parsed.pointee
    if let error = document.error {
      throw Fault(
        line: Int(document.error_line),
        column: document.error_column > 0 ? Int(document.error_column) : nil,
        reason: String(cString: error))
    }
    var copy = Copy(rest: UnsafeBufferPointer(start: document.entries, count: document.count)[...])
    guard case .table(let entries) = copy.value() else { return [] }
    return entries
  }

  /// Copies a document's values out, in their order.
  private struct Copy {
    /// What is not copied yet.
    var rest: Slice<UnsafeBufferPointer<ctoml_entry>>

    /// The next value with all that it holds; recursion is bounded as the document's depth is.
    mutating func value() -> SettingsText.Value {
      guard let entry = rest.popFirst() else { return .other }
      switch entry.kind {
      case ctoml_text: return .text(Self.text(entry.text, entry.text_length))
      case ctoml_flag: return .flag(entry.integer != 0)
      case ctoml_integer: return .integer(Int(entry.integer))
      case ctoml_fraction: return .fraction(entry.fraction)
      case ctoml_list: return .list((0..<entry.count).map { _ in value() })
      case ctoml_table:
        return .table(
          (0..<entry.count).compactMap { _ in
            guard let next = rest.first else { return nil }
            return SettingsText.Entry(
              key: Self.text(next.key, next.key_length), value: value(),
              place: SettingsText.Place(line: Int(next.key_line), column: Int(next.key_column)),
              valuePlace: SettingsText.Place(line: Int(next.line), column: Int(next.column)))
          })
      default: return .other
      }
    }

    private static func text(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> String {
      UnsafeBufferPointer(start: bytes, count: count).withMemoryRebound(to: UInt8.self) {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }
}
