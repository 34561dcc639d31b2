/// Text for an output that may not understand UTF-8, outside of a ``Screen``.
package struct PlainText {
  /// Whether anything but ASCII can be written.
  package let isUTF8: Bool

  /// - Parameter environment: `LC_ALL`, `LC_CTYPE` and `LANG` are looked at.
  package init(environment: [String: String]) {
    isUTF8 = CharacterSet.adopt(from: environment) == .utf8
  }

  /// The text, or ASCII that resembles it, a character for each.
  package func fitting(_ text: String) -> String {
    isUTF8 ? text : String(text.map { AsciiFallback.character(for: String($0)) })
  }
}
