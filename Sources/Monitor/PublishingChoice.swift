/// How staged edits are published, beyond what they are; it belongs to one shadow.
package struct PublishingChoice: Hashable, Sendable {
  /// Whether the shadow must still have the version that the edits were staged upon (spec 6.2).
  package var isLocked = false
  /// Whether the document goes to MIC's backdate topic, and so to no shadow (mic-thing-api 1.6).
  package var isBackdate = false
  /// When the values were observed, in ms since 1970; nil for the time of arrival
  /// (mic-thing-api 1.4).
  package var observedAt: Int64?
}
