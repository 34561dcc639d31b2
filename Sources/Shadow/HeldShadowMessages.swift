extension HeldShadow {
  /// Takes in a message of the shadow, for whoever needs no more than what the shadow is.
  ///
  /// Requests, deltas and what cannot be read change nothing; of an update its `documents` count.
  ///
  /// - Parameters:
  ///   - message: not a retained one, which nobody vouches for.
  ///   - now: ms since 1970, when it came.
  ///   - asked: when we sent the `get` that it answers, in ms since 1970; nil for any other message.
  /// - Returns: whether the document, or that there is none, is news.
  package mutating func take(_ message: ShadowMessage, at now: Int64, asked: Int64?) -> Bool {
    if let timestamp = message.timestamp { compareClocks(arrival: now, timestamp: timestamp) }
    switch message.content {
    case .document(let document): return take(document, at: now, asked: asked)
    case .documents(_, let current): return take(current, at: now, asked: nil)
    case .deleteAccepted(let version): return delete(version: version, at: now)
    case .rejected(let error):
      guard message.topic == .rejected(.get), error.code == 404 else { return false }
      miss(at: now)
      return true
    case .request, .updateAccepted, .delta, .unreadable: return false
    }
  }
}
