import Canvas

/// Lines of spans for standard output: harmless, and with colours where a terminal wants them.
struct SpanText {
  let hasColours: Bool

  /// Adds a line and its line feed.
  func append(_ line: [Span], to bytes: inout [UInt8]) {
    for span in line {
      let colour = hasColours ? Self.colour(of: span.role) : nil
      if let colour { bytes.append(contentsOf: colour.utf8) }
      if span.text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
        bytes.append(contentsOf: span.text.utf8)
      } else {
        bytes.append(contentsOf: SafeText.escaped(span.text).utf8)
      }
      if colour != nil { bytes.append(contentsOf: "\u{1B}[0m".utf8) }
    }
    bytes.append(0x0A)
  }

  private static func colour(of role: Role) -> String? {
    switch role {
    case .added, .stateConnected: "\u{1B}[32m"
    case .removed, .logRejected: "\u{1B}[31m"
    case .differs, .meterWarn: "\u{1B}[33m"
    case .logIn: "\u{1B}[36m"
    case .logOut: "\u{1B}[35m"
    case .path: "\u{1B}[34;1m"
    case .textDim: "\u{1B}[2m"
    default: nil
    }
  }
}
