/// How staged edits are published, beyond what they are; it belongs to one shadow.
package struct PublishingChoice: Hashable, Sendable {
  /// Which version the request names (spec 6.2).
  package enum Lock: String, Hashable, Sendable {
    /// None: the service takes it whatever the shadow has become.
    case off
    /// That of the shadow as it is held, for this one time: an earlier request with the same edits
    /// may be late, and must not come after this one.
    case once
    /// That which the edits were staged upon.
    case on
  }

  package var lock = Lock.off

  /// Whether the shadow must still have the version that the edits were staged upon (spec 6.2).
  package var isLocked: Bool {
    get { lock == .on }
    set { lock = newValue ? .on : .off }
  }
  /// Whether the document goes to MIC's backdate topic, and so to no shadow (mic-thing-api 1.6).
  package var isBackdate = false
  /// When the values were observed, in ms since 1970; nil for the time of arrival
  /// (mic-thing-api 1.4).
  package var observedAt: Int64?
}
