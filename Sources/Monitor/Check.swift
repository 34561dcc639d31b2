/// How one step of a checkup of the connection went, in words for the person.
///
/// The texts may hold what came from the network: they are made safe when drawn.
package struct Check: Hashable, Sendable {
  package enum Mark: Hashable, Sendable {
    case passed
    /// It works, and there is something to know.
    case warned
    case failed
    /// Not looked at; the words tell why.
    case skipped
  }

  /// What the step is called, for instance `TLS`.
  package let title: String
  package let mark: Mark
  /// One line.
  package let words: String
  /// What was seen, a line each.
  package let facts: [String]
  /// What a failure means; empty for anything else.
  package let meaning: String
  /// The likely causes of a failure, the likeliest first.
  package let causes: [String]
  /// What to do; empty if there is nothing to do.
  package let remedy: String

  package init(
    title: String, mark: Mark, words: String, facts: [String] = [], meaning: String = "",
    causes: [String] = [], remedy: String = ""
  ) {
    self.title = title
    self.mark = mark
    self.words = words
    self.facts = facts
    self.meaning = meaning
    self.causes = causes
    self.remedy = remedy
  }
}

/// The last checkup of the connection, or the one that is under way.
struct Checkup: Hashable, Sendable {
  var checks: [Check] = []
  var isRunning = false
}
