/// How the terminal's clipboard is reached: xterm's control sequence OSC 52, with the text in base64.
struct Clipboard: Hashable {
  /// Terminals drop, or cut, a sequence of more than 100,000 bytes; this much text in base64 stays
  /// below.
  static let longestText = 74_994
  /// GNU screen passes on strings of up to 768 bytes; older ones 256.
  private static let longestPiece = 250

  /// Whether the sequence is written as it is.
  let isPlain: Bool
  /// Whether it is wrapped so that GNU screen hands it on to the terminal that it runs in.
  let isWrapped: Bool
  /// Whether it goes through tmux, which obeys only with `set-clipboard on`.
  let isThroughTmux: Bool

  /// The way to the clipboard, nil where there is none.
  ///
  /// - Parameters:
  ///   - environment: `TERM`, and what tmux, GNU screen and some terminals tell of themselves.
  ///   - hasCapability: whether terminfo has `Ms`, the extension for the sequence.
  init?(environment: [String: String], hasCapability: Bool) {
    func isSet(_ name: String) -> Bool { environment[name]?.isEmpty == false }
    let type = environment["TERM"] ?? ""
    let isInTmux = isSet("TMUX") || type.hasPrefix("tmux")
    isThroughTmux = isInTmux
    if type.hasPrefix("screen") {
      // Neither variable comes along with ssh: one of the two ways is the right one.
      isPlain = !isSet("STY") || isSet("TMUX")
      isWrapped = !isSet("TMUX")
      return
    }
    isPlain = true
    isWrapped = false
    // These call themselves xterm and pass over the sequence.
    let isWithout = isSet("VTE_VERSION") || environment["TERM_PROGRAM"] == "Apple_Terminal"
    guard isInTmux || !isWithout else { return nil }
    guard hasCapability || Self.families.contains(where: type.hasPrefix) else { return nil }
  }

  /// The first letters of types that are known to have it, whatever their description says.
  private static let families = [
    "xterm", "tmux", "foot", "alacritty", "kitty", "wezterm", "contour", "ghostty", "mintty",
    "iterm", "rio", "st-",
  ]

  /// What puts the text on the clipboard; at most ``longestText`` bytes.
  func sequence(copying text: String) -> [UInt8] {
    let sequence = Array("\u{1B}]52;c;".utf8) + Base64.encoded(Array(text.utf8)) + [0x07]
    var bytes = isPlain ? sequence : []
    guard isWrapped else { return bytes }
    for start in stride(from: 0, to: sequence.count, by: Self.longestPiece) {
      bytes += Array("\u{1B}P".utf8)
      bytes += sequence[start..<min(start + Self.longestPiece, sequence.count)]
      bytes += Array("\u{1B}\\".utf8)
    }
    return bytes
  }
}
