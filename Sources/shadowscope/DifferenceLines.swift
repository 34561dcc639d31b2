import Canvas
import JSON
import Shadow

/// A difference as lines for people, harmless on a terminal: a sign, the section, the resource as a
/// JSON Pointer, what was and what is.
///
///     ~ reported  /temperature  21.5 → 22
///     + desired   /pump1/flow   12
///     - reported  /mode         "eco"
struct DifferenceLines {
  let difference: StateDifference
  /// Whether signs and values have colours.
  var hasColours = false

  /// Columns that a path may take before the values of others no longer stand below its own.
  private static let widestPath = 40

  private enum Colour: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case bold = "1"
  }

  /// A line for each resource that differs.
  var lines: [String] {
    let paths = difference.lines.map { SafeText.escaped($0.change.path.pointer) }
    let width = paths.map(Self.columns).filter { $0 <= Self.widestPath }.max() ?? 0
    let sections = Set(difference.lines.map(\.section))
    let sectionWidth = sections.map(\.rawValue.utf8.count).max() ?? 0
    return zip(difference.lines, paths).map { line, path in
      let (sign, colour, values) = parts(of: line.change)
      let section = Self.padded(line.section.rawValue, to: sectionWidth)
      return "\(coloured(sign, colour)) \(section)  \(Self.padded(path, to: width))  \(values)"
    }
  }

  /// A heading for one side, such as `--- before.json: lamp1, version 41`.
  func heading(_ sign: String, _ name: String, _ words: String) -> String {
    coloured("\(sign) \(SafeText.escaped("\(name): \(words)"))", .bold)
  }

  private func parts(of change: JSONChange) -> (String, Colour, String) {
    switch change.kind {
    case .added(let new): ("+", .green, coloured(Self.text(new), .green))
    case .removed(let old): ("-", .red, coloured(Self.text(old), .red))
    case .changed(let old, let new):
      (
        "~", .yellow,
        "\(coloured(Self.text(old), .red)) → \(coloured(Self.text(new), .green))"
      )
    }
  }

  private func coloured(_ text: String, _ colour: Colour) -> String {
    hasColours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  private static func text(_ value: JSONValue) -> String {
    value.compact(escaping: .invisible)
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(of: text)))
  }

  /// Columns of a text that is harmless already.
  private static func columns(of text: String) -> Int {
    SafeText(text).reduce(0) { $0 + $1.width }
  }
}
