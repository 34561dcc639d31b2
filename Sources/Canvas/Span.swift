/// A stretch of text with one meaning.
///
/// The text may come from anywhere: it is made safe when drawn.
package struct Span: Hashable, Sendable {
  package var text: String
  package var role: Role

  package init(_ text: String, _ role: Role = .text) {
    self.text = text
    self.role = role
  }
}
