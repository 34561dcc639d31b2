/// The shadow as it is known: the newest whole document, and which ones are too old to count.
package struct HeldShadow: Sendable {
  package enum State: Sendable {
    /// Not asked yet, or not answered.
    case unknown
    /// The service has none.
    case missing
    case held(ShadowDocument)
  }

  package private(set) var state = State.unknown
  /// Bytes that count against the limit of 8192 (spec 10.1).
  package private(set) var size = 0
  /// When the document came, in ms since 1970.
  package private(set) var arrival: Int64 = 0
  /// Whether the document was kept by an earlier run, and nothing has been heard of it since.
  package private(set) var isRecalled = false
  /// The version of the document that was deleted last: what comes with it or before it is old.
  private var deleted: Int64 = 0
  /// Milliseconds that our clock is ahead of the service's, if that is more than a few seconds.
  package private(set) var clockSkew: Int64 = 0

  package init() {}

  /// Less than this is the rounding and the way of a message, in ms.
  private static let leastSkew: Int64 = 5000
  /// More than fifty years is no clock, in ms.
  private static let mostSkew = 1.6e12

  package var document: ShadowDocument? {
    guard case .held(let document) = state else { return nil }
    return document
  }

  /// The version that is held, 0 for none.
  package var version: Int64 { document?.version ?? 0 }

  /// Takes what an earlier run knew last, until something is heard.
  ///
  /// - Parameters:
  ///   - document: it makes nothing that comes look old: the shadow may have been made anew.
  ///   - arrival: when it came then, in ms since 1970.
  package mutating func recall(_ document: ShadowDocument, arrival: Int64) {
    guard case .unknown = state else { return }
    state = .held(document)
    size = document.size
    self.arrival = arrival
    isRecalled = true
  }

  /// Takes a whole document in place of the held one.
  ///
  /// - Parameters:
  ///   - document: from `get/accepted` or `update/documents`.
  ///   - now: ms since 1970.
  ///   - asked: when we sent the `get` that it answers; nil for any other message.
  /// - Returns: whether it counts; an older one changes nothing (spec 11). The answer to a `get`
  ///   that was sent after the held document had come is never old: the shadow was made anew.
  package mutating func take(_ document: ShadowDocument, at now: Int64, asked: Int64?) -> Bool {
    let isAnswer = asked.map { $0 > arrival } ?? false
    switch state {
    case .held where isRecalled: break
    case .held(let held) where document.version < held.version && !isAnswer: return false
    case .missing where document.version <= deleted && !isAnswer: return false
    case .unknown, .missing, .held: break
    }
    state = .held(document)
    size = document.size
    arrival = now
    deleted = 0
    isRecalled = false
    return true
  }

  /// The document of a version was deleted.
  ///
  /// - Parameters:
  ///   - version: of the document that is gone.
  ///   - now: ms since 1970.
  /// - Returns: whether that was news.
  package mutating func delete(version: Int64, at now: Int64) -> Bool {
    if !isRecalled, let document, document.version > version { return false }
    drop(at: now)
    deleted = version
    return true
  }

  /// The service says that there is no shadow; `now` in ms since 1970.
  package mutating func miss(at now: Int64) {
    drop(at: now)
    deleted = 0
  }

  private mutating func drop(at now: Int64) {
    state = .missing
    size = 0
    arrival = now
    isRecalled = false
  }

  /// Compares our clock with the service's, whose messages carry whole seconds.
  ///
  /// - Parameters:
  ///   - arrival: of a message, in ms since 1970 by our clock.
  ///   - timestamp: in it, seconds since 1970 by the service's.
  package mutating func compareClocks(arrival: Int64, timestamp: Int64) {
    let (milliseconds, overflow) = timestamp.multipliedReportingOverflow(by: 1000)
    guard !overflow else { return }
    let (skew, tooFar) = arrival.subtractingReportingOverflow(milliseconds)
    let isPlausible = !tooFar && abs(Double(skew)) < Self.mostSkew
    clockSkew = isPlausible && abs(skew) >= Self.leastSkew ? skew : 0
  }

  /// How long ago the service wrote something.
  ///
  /// - Parameters:
  ///   - time: seconds since 1970 by the service's clock.
  ///   - now: ms since 1970 by ours.
  /// - Returns: milliseconds, below 0 for what lies ahead; nil where no clock reaches.
  package func milliseconds(since time: Int64, at now: Int64) -> Int64? {
    let (milliseconds, overflow) = time.multipliedReportingOverflow(by: 1000)
    guard !overflow else { return nil }
    let (age, tooFar) = (now - clockSkew).subtractingReportingOverflow(milliseconds)
    return tooFar ? nil : age
  }
}
