/// Whether what is held is what the service has, and when a `get` that told nothing is asked again.
///
/// Pure: told what happened and when, it says what to do. A `get` changes nothing, so one whose
/// answer is lost is asked again by itself: at once, and then after pauses that grow. One that the
/// service refuses for now (429, 5xx) is asked again after such a pause too.
package struct Freshness: Sendable {
  /// Between giving an answer up and asking again, in ms; the last one goes on.
  private static let pauses: [Int64] = [10_000, 20_000, 40_000, 60_000]

  /// Whether the service has told the whole shadow, or that there is none, since the connection
  /// was made and since an answer was lost.
  private(set) var isFresh = false
  /// Answers lost, or refused for now, in a row; 0 once the shadow is known again.
  private(set) var unanswered = 0
  /// When to ask again, in ms since 1970; nil while nothing is planned.
  package private(set) var askAt: Int64?
  /// How the last answer refused the `get` for now, in words; nil where it did not.
  private(set) var refusal: String?
  /// The token of the `get` that counts, the last one.
  private var awaited: String?

  package init() {}

  /// Whether a `get` is on its way.
  var isAsked: Bool { awaited != nil }

  /// A `get` with this token is on its way.
  package mutating func ask(_ token: String) {
    awaited = token
    askAt = nil
  }

  /// The service has told the shadow.
  ///
  /// - Parameter isEnough: whether nothing else waits for the answer to a `get`.
  package mutating func learn(isEnough: Bool) {
    isFresh = true
    guard isEnough else { return }
    settle()
  }

  /// A `get` was answered, whatever it says.
  package mutating func hear(_ token: String) {
    guard isAwaited(token) else { return }
    settle()
  }

  private mutating func settle() { (unanswered, askAt, refusal, awaited) = (0, nil, nil, nil) }

  /// The service answered that it cannot now: it is asked again after a pause.
  ///
  /// - Parameters:
  ///   - token: of the `get`.
  ///   - words: what it said.
  ///   - now: ms since 1970.
  /// - Returns: whether that was the `get` that counts.
  package mutating func refuse(_ token: String, _ words: String, at now: Int64) -> Bool {
    guard isAwaited(token) else { return false }
    (awaited, refusal) = (nil, words)
    unanswered += 1
    askAt = now + Self.pauses[min(unanswered - 1, Self.pauses.count - 1)]
    return true
  }

  /// No answer came.
  ///
  /// - Parameters:
  ///   - token: of the `get`.
  ///   - now: ms since 1970.
  /// - Returns: whether to ask again at once.
  package mutating func giveUp(_ token: String, at now: Int64) -> Bool {
    guard isAwaited(token) else { return false }
    (isFresh, awaited, refusal) = (false, nil, nil)
    unanswered += 1
    guard unanswered > 1 else { return true }
    askAt = now + Self.pauses[min(unanswered - 2, Self.pauses.count - 1)]
    return false
  }

  /// Whether it is to be asked again now; `now` in ms since 1970.
  package func isDue(at now: Int64) -> Bool { askAt.map { $0 <= now } ?? false }

  private func isAwaited(_ token: String) -> Bool {
    awaited.map { $0.utf8.elementsEqual(token.utf8) } ?? false
  }
}
