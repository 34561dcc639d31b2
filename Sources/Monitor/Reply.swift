package import Canvas

/// Words for what the person just did, shown in the edit pane.
package struct Reply: Sendable {
  /// One sentence each; long ones are wrapped.
  package let sentences: [Span]
  /// Whether it is true only while there is no connection.
  var isAboutOutage = false

  /// Whether the next key puts it away.
  private(set) var isPassing = false

  init(_ sentences: [Span]) { self.sentences = sentences }
  init(_ text: String, _ role: Role = .text) { sentences = [Span(text, role)] }

  /// An answer to the one key that was pressed.
  init(passing text: String, _ role: Role = .text) {
    self.init(text, role)
    isPassing = true
  }
}
