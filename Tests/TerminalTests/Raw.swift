import Canvas
import Testing

/// Text with controls in it, which a test's log names without obeying it.
struct Raw: ExpressibleByStringLiteral, CustomTestStringConvertible, Sendable {
  let text: String

  init(stringLiteral text: String) { self.text = text }

  var testDescription: String { SafeText.escaped(text) }
}
