/// A failure told to the person at the screen: what failed, why, what to do next.
///
/// The texts may quote paths, certificates and words from the network: they are not safe to print
/// as they are. They never hold key material.
package protocol ExplainedError: Error, Sendable {
  /// What failed, one sentence.
  var what: String { get }
  /// The likely cause, one sentence or two.
  var cause: String { get }
  /// The likely causes one by one, the likeliest first, a sentence each; never empty.
  var causes: [String] { get }
  /// What to do next, one sentence or two.
  var remedy: String { get }
}

extension ExplainedError {
  package var causes: [String] { [cause] }
}

/// Something that works but that the person should know before it is used.
package struct Advice: Hashable, Sendable {
  /// What was noticed.
  package let what: String
  /// What to do about it.
  package let remedy: String

  package init(what: String, remedy: String) {
    self.what = what
    self.remedy = remedy
  }
}
