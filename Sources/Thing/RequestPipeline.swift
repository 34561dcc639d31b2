package import Shadow

/// The documents of an input, one a line, on their way: several in flight, their results in the
/// order of the lines.
///
/// Pure: told what was sent and how it ended, it says whether another may be sent, and when. It
/// knows nothing of sending one again. Times are milliseconds of any clock that only goes forward.
package struct RequestPipeline<Fault: Sendable>: Sendable {
  /// What became of a line.
  package struct Result: Sendable {
    /// From 1.
    package let line: Int
    package let ending: Ending
  }

  /// How a line ended.
  package enum Ending: Sendable {
    /// It was sent under this token, or was to be.
    case settled(RequestOutcome, token: ClientToken)
    /// It was not sent, since it holds no document.
    case faulty(Fault)

    /// Whether it did what it was to do.
    package var isGood: Bool {
      guard case .settled(.accepted, _) = self else { return false }
      return true
    }
  }

  private struct Line: Sendable {
    let number: Int
    let token: ClientToken?
    var ending: Ending?
  }

  /// The service counts its seconds elsewhere, and the way there takes now longer, now shorter.
  private static var second: Int64 { 1100 }

  /// Documents in flight at most.
  package let limit: Int
  /// Documents sent within a second at most; nil for any number.
  package let rate: Int?
  private let keepsGoing: Bool
  /// Those that are not handed out yet, in the order of the input; settled ones wait for those
  /// before them.
  private var lines: [Line] = []
  /// When the last ones were sent, as many as may be within a second.
  private var sentAt: [Int64] = []
  private var isClosed = false

  /// Nothing is on its way.
  ///
  /// - Parameters:
  ///   - limit: documents in flight at most, 1 or more.
  ///   - rate: documents sent within a second at most, 1 or more; nil for any number.
  ///   - keepsGoing: whether more is sent after a failure.
  package init(limit: Int, rate: Int? = nil, keepsGoing: Bool = false) {
    (self.limit, self.rate, self.keepsGoing) = (limit, rate, keepsGoing)
  }

  /// Whether no more is sent, since the input has ended, something has failed, or it was stopped.
  package var isFinishing: Bool { isClosed }

  /// Whether all is over and every result was handed out.
  package var isOver: Bool { isClosed && lines.isEmpty }

  /// Lines whose documents are in flight.
  package var inFlight: [Int] { lines.filter { $0.ending == nil }.map(\.number) }

  /// Whether a line may be read and sent now.
  package func hasTurn(now: Int64) -> Bool {
    !isClosed && lines.count < limit && (turn.map { now >= $0 } ?? true)
  }

  /// When the rate allows the next one; nil if it does already, or something else is in its way.
  package func nextTurn(now: Int64) -> Int64? {
    guard !isClosed, lines.count < limit, let turn, now < turn else { return nil }
    return turn
  }

  private var turn: Int64? {
    guard let rate, sentAt.count >= rate else { return nil }
    return sentAt.first.map { $0 + Self.second }
  }

  /// Whether a document with this token is in flight: another one cannot be told from it.
  package func isInFlight(_ token: ClientToken) -> Bool {
    lines.contains { $0.ending == nil && $0.token == token }
  }

  /// The document of a line is sent.
  package mutating func sent(line: Int, token: ClientToken, now: Int64) {
    lines.append(Line(number: line, token: token))
    guard let rate else { return }
    sentAt.append(now)
    if sentAt.count > rate { sentAt.removeFirst() }
  }

  /// A line holds no document.
  package mutating func refused(line: Int, _ fault: Fault) {
    lines.append(Line(number: line, token: nil, ending: .faulty(fault)))
    fail()
  }

  /// A document that is in flight has ended; others are not looked at.
  package mutating func settled(_ token: ClientToken, _ outcome: RequestOutcome) {
    guard let place = lines.firstIndex(where: { $0.ending == nil && $0.token == token }) else {
      return
    }
    let ending = Ending.settled(outcome, token: token)
    lines[place].ending = ending
    if !ending.isGood { fail() }
  }

  /// Nobody waits for what is in flight any more.
  package mutating func giveUp(reason: String) {
    for token in lines.filter({ $0.ending == nil }).compactMap(\.token) {
      settled(token, .unknown(reason: reason))
    }
    isClosed = true
  }

  /// No more is to be sent.
  package mutating func close() { isClosed = true }

  private mutating func fail() {
    if !keepsGoing { isClosed = true }
  }

  /// Hands out the results that no earlier line holds up.
  ///
  /// - Returns: each result once, in the order of the lines.
  package mutating func takeResults() -> [Result] {
    let ready = lines.prefix { $0.ending != nil }
    lines.removeFirst(ready.count)
    return ready.compactMap { line in line.ending.map { Result(line: line.number, ending: $0) } }
  }
}
