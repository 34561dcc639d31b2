import Glibc

/// Colours of 24 bits on terminals whose description knows less.
///
/// curses writes such colours only where terminfo has them, which hardly any entry does: most
/// terminals call themselves `xterm-256color` and announce the rest in `COLORTERM`. So curses is
/// handed the terminal's own entry with the few capabilities of `xterm-direct` put in.
enum TrueColour {
  /// How many numbers are the palette's colours in the entry made here; the others are 0xRRGGBB.
  static let paletteCount = 16

  // Places in <term.h>: can_change, max_colors, max_pairs, set_a_foreground, set_a_background.
  private static let (canChange, colours, pairs) = (27, 13, 14)
  private static let (foreground, background) = (359, 360)

  /// Whether `COLORTERM` announces them.
  static func isAnnounced(_ environment: [String: String]) -> Bool {
    ["truecolor", "24bit"].contains(environment["COLORTERM"]?.lowercased())
  }

  /// What `TERMINFO` must say while curses opens the terminal, so that it has true colours.
  ///
  /// - Parameter environment: `TERM`, `COLORTERM`, `NO_COLOR`, what tmux and GNU screen set, and
  ///   where terminfo is to be found.
  /// - Returns: nil where nothing announces true colours, the entry has them already, or anything
  ///   about it is not as expected.
  static func terminfo(_ environment: [String: String]) -> String? {
    guard isAnnounced(environment), environment["NO_COLOR"]?.isEmpty ?? true,
      let type = environment["TERM"], !isGNUScreen(type, environment),
      let bytes = file(of: type, environment), let entry = grafted(bytes)
    else { return nil }
    return "b64:" + String(decoding: Base64.encoded(entry), as: UTF8.self)
  }

  /// An entry with true colours put in; nil when it is no entry, or has no colours that those
  /// could stand in for, or more than 256.
  static func grafted(_ bytes: [UInt8]) -> [UInt8]? {
    guard var entry = TerminfoEntry(bytes), (8...256).contains(entry.number(colours)) else {
      return nil
    }
    entry.clearFlag(canChange)
    entry.setNumber(colours, 0x100_0000)
    entry.setNumber(pairs, 0x1_0000)
    entry.setString(foreground, sequence(normal: 3, bright: 9))
    entry.setString(background, sequence(normal: 4, bright: 10))
    // By this name curses tells numbers that are colours from numbers that count colours.
    entry.addFlag("RGB")
    return entry.compiled()
  }

  private static func sequence(normal: Int, bright: Int) -> String {
    "\u{1B}[%?%p1%{8}%<%t\(normal)%p1%d%e%p1%{16}%<%t\(bright)%p1%{8}%-%d"
      + "%e\(normal)8;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m"
  }

  /// GNU screen hands `COLORTERM` on from outside and garbles the colours; tmux, which calls itself
  /// screen too, does not.
  private static func isGNUScreen(_ type: String, _ environment: [String: String]) -> Bool {
    type.hasPrefix("screen") && environment["TMUX"]?.isEmpty ?? true
  }

  /// The compiled entry of a type, from where curses would take it.
  private static func file(of type: String, _ environment: [String: String]) -> [UInt8]? {
    guard let first = type.utf8.first, !type.contains("/"), first != UInt8(ascii: ".") else {
      return nil
    }
    let folders =
      [environment["TERMINFO"], environment["HOME"].map { $0 + "/.terminfo" }].compactMap { $0 }
      + (environment["TERMINFO_DIRS"] ?? "").split(separator: ":").map(String.init)
      + ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/local/share/terminfo"]
    for folder in folders {
      // By the first letter, or by its code where file names have no case.
      for part in [String(Character(Unicode.Scalar(first))), String(first, radix: 16)] {
        if let bytes = contents(of: "\(folder)/\(part)/\(type)") { return bytes }
      }
    }
    return nil
  }

  private static func contents(of path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: TerminfoEntry.longest + 1)
    let count = read(file, &buffer, buffer.count)
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}
