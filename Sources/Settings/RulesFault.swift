/// Something in a file of rules for a simulated device that cannot be used, with its place.
///
/// Texts from the file are quoted as they are: they are not safe to print without escaping.
package struct RulesFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as it was named.
  package let file: String
  /// From 1; nil where the whole file is meant.
  package let line: Int?
  /// From 1, in characters; nil where the whole line is meant.
  package let column: Int?
  /// What is wrong.
  package let what: String
  /// What to do about it.
  package let remedy: String

  package init(file: String, line: Int? = nil, column: Int? = nil, what: String, remedy: String) {
    (self.file, self.line, self.column) = (file, line, column)
    (self.what, self.remedy) = (what, remedy)
  }

  /// One line for the person.
  ///
  ///     lamp.toml:7:12: there is no “setp” in “walk”: did you mean “step”?
  package var description: String {
    let place = [line, column].compactMap(\.self).map { ":\($0)" }.joined()
    return "\(file)\(place): \(what)" + (remedy.isEmpty ? "" : ": \(remedy)")
  }
}
