package import Shadow

/// What must outlive the program of one shadow: what is staged, and updates without an answer.
///
/// In a file (see ``KeptFile``) it is the kind `edits`:
///
///     "changedAt": ms since 1970 at which the edits were changed last
///     "choice": {"lock":"off","backdate":false,"observedAt":MS}   how they are to be published
///     "edits": [{"section":"reported","path":["a","b"],"base":JSON,"version":7,"value":JSON,
///                "obstacle":{"path":["a"],"value":JSON}}, …]
///     "sent": [{"token":"T","topic":"…","payload":"…","baseVersion":7,"sentAt":MS,"choice":{…},
///               "edits":[{…,"wasShown":false,"written":S}]}, …]
///
/// In an edit `base` is left out where the shadow had nothing, `value` where it is a removal, and
/// `obstacle` where the way was clear. A path is a list of keys, or of whole numbers in a list.
/// What was sent has the very bytes, what the shadow had and when that was written (in seconds of
/// the service's clock). Numbers are as they were typed.
package struct KeptEdits: Sendable {
  /// As the connection names the broker.
  package let endpoint: String
  package let address: ShadowAddress
  /// When the edits were changed last, in ms since 1970.
  package let changedAt: Int64
  /// In the order in which they were staged.
  package let edits: [StagedEdit]
  package let choice: PublishingChoice
  /// Updates that were published and are not known to be applied or not, the oldest first.
  package let sent: [Delivery]

  init(
    endpoint: String, address: ShadowAddress, changedAt: Int64, edits: [StagedEdit],
    choice: PublishingChoice, sent: [Delivery]
  ) {
    self.endpoint = endpoint
    self.address = address
    self.changedAt = changedAt
    self.edits = edits
    self.choice = choice
    self.sent = sent
  }

  /// What is to be kept of an open shadow; nil if that is nothing.
  ///
  /// - Parameters:
  ///   - shadow: the shadow.
  ///   - endpoint: as the connection names the broker.
  ///   - changedAt: when its edits were changed last, in ms since 1970.
  package init?(_ shadow: OpenShadow, at endpoint: String, changedAt: Int64) {
    let sent = (shadow.delivery.map { [$0] } ?? []) + shadow.furtherDeliveries
    guard !shadow.draft.isEmpty || !sent.isEmpty else { return nil }
    self.init(
      endpoint: endpoint, address: shadow.address, changedAt: changedAt,
      edits: shadow.draft.edits, choice: shadow.choice, sent: sent)
  }
}
