/// Colours of 24 bits on terminals whose description knows less.
enum TrueColour {
  /// Whether `COLORTERM` announces them.
  static func isAnnounced(_ environment: [String: String]) -> Bool {
    ["truecolor", "24bit"].contains(environment["COLORTERM"]?.lowercased())
  }
}
