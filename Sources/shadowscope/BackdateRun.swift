import Backdating
import Shadow
import Terminal
import Thing

/// Observations of a file on their way: in order, several in flight, and each written down before it
/// leaves.
struct BackdateRun {
  typealias Pipeline = RequestPipeline<CommandFailure>

  private(set) var tally = BackdateTally()
  private let read: ObservationFile
  private var kept: KeptBackdate
  private var pipeline: Pipeline
  /// Ms that a lost connection is waited for.
  private let timeout: Int64
  /// Messages, from 0, that are to be sent; the next one is the last.
  private var todo: [Int]
  private var progress: ProgressBar?
  private var linesDone = 0
  private var isOnline = false
  /// When the connection was lost, in ms of `Clock.monotonicMilliseconds`.
  private var lostAt: Int64?
  /// Messages that left over this connection, and those of them that are acknowledged.
  private var traffic = (sent: 0, acknowledged: 0)
  /// Connections in a row over which something was sent and nothing acknowledged.
  private var fruitless = 0
  /// Why no more is sent.
  private var ending: CommandFailure?
  private var interruption: Signals.Signal?

  /// - Parameters:
  ///   - read: the file.
  ///   - todo: messages of it, from 0, in order.
  ///   - kept: its journal.
  ///   - timeout: ms that a lost connection is waited for.
  ///   - pipeline: with nothing on its way, and which goes on after a failure.
  init(
    _ read: ObservationFile, _ todo: [Int], _ kept: KeptBackdate, timeout: Int64,
    _ pipeline: Pipeline
  ) {
    (self.read, self.kept, self.pipeline) = (read, kept, pipeline)
    (self.todo, self.timeout) = (todo.reversed(), timeout)
    tally.skipped = read.messages.count - todo.count
    tally.unsent = todo.count
    progress = ProgressBar(size: todo.reduce(0) { $0 + read.messages[$1].lines.count })
  }

  private var isEnding: Bool { ending != nil || interruption != nil }

  /// Sends them.
  ///
  /// - Returns: why it is not all well; nil if the broker has them all.
  /// - Throws: `CommandFailure` where there never was a connection.
  mutating func send(as thing: OpenThing) throws(CommandFailure) -> CommandFailure? {
    let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
    // What was forgotten must stay so, whatever comes.
    try kept.write()
    let followed = try FollowedThing(
      thing, addresses: [], interest: .answers(to: .update), signals: signals)
    defer { followed.stop() }
    while true {
      takeResults()
      if pipeline.inFlight.isEmpty, isEnding || todo.isEmpty { break }
      do throws(CommandFailure) {
        try sendWhatMay(to: followed.session, of: thing)
        for occurrence in try followed.next(until: deadline) { take(occurrence, of: thing) }
        if let lostAt, Clock.monotonicMilliseconds >= lostAt + timeout { giveUpWaiting() }
      } catch {
        // Gone for good, or nothing can be kept any more; what is in flight is heard no more.
        ending = ending ?? error
        if error.status != .cannotCreate { pipeline.giveUp(reason: error.what) }
      }
    }
    progress?.erase()
    do throws(CommandFailure) { try kept.write() } catch { ending = ending ?? error }
    return failure
  }

  private var deadline: Int64? {
    if let lostAt { return lostAt + timeout }
    guard isOnline, !isEnding, !todo.isEmpty else { return nil }
    return pipeline.nextTurn(now: Clock.monotonicMilliseconds)
  }

  private mutating func giveUpWaiting() {
    pipeline.giveUp(reason: "the connection did not come back")
    ending =
      ending
      ?? CommandFailure(
        status: .unavailable,
        what: "The connection did not come back within \(DurationText.text(of: timeout)).",
        cause: "", remedy: "Run it again: it goes on with what was not sent.")
  }

  // MARK: On the way out

  private mutating func sendWhatMay(
    to session: ThingSession, of thing: OpenThing
  ) throws(CommandFailure) {
    var batch: [(message: Int, token: ClientToken)] = []
    let now = Clock.monotonicMilliseconds
    var generator = SystemRandomNumberGenerator()
    while isOnline, !isEnding, pipeline.hasTurn(now: now), let message = todo.popLast() {
      var token = ClientToken.make(using: &generator)
      while pipeline.isInFlight(token) { token = ClientToken.make(using: &generator) }
      pipeline.sent(line: message, token: token, now: now)
      kept.change { $0.begin(message) }
      batch.append((message, token))
    }
    // What comes now is written at the end.
    guard !isEnding else { return }
    do throws(CommandFailure) { try kept.write() } catch {
      for (_, token) in batch { pipeline.settled(token, .notSent(reason: error.what)) }
      throw error
    }
    let topic = MICTopic.backdate.topic(of: thing.address.thing)
    for (message, token) in batch {
      traffic.sent += 1
      session.send(
        Publication(topic: topic, payload: read.messages[message].payload), of: thing.address,
        token: token)
    }
  }

  // MARK: On the way in

  private mutating func take(_ occurrence: FollowedThing.Occurrence, of thing: OpenThing) {
    switch occurrence {
    case .event(.connection(.online), _): (isOnline, lostAt, traffic) = (true, nil, (0, 0))
    case .event(.connection(.lost(let failure, _)), _): lose(failure, thing)
    case .event(.outcome(let token, _, _, let outcome), _):
      settle(token, outcome)
    case .event, .dropped, .input: break
    case .signal(let signal):
      // Who asks twice does not wait for what is in flight.
      if interruption != nil { pipeline.giveUp(reason: "it was interrupted") }
      interruption = signal
    }
  }

  private mutating func settle(_ token: ClientToken, _ outcome: RequestOutcome) {
    switch outcome {
    case .accepted: traffic.acknowledged += 1
    case .unknown(let reason) where isOnline:
      // Or all of the file would go the same way.
      ending =
        ending
        ?? CommandFailure(
          status: .unknownOutcome, what: "The broker acknowledges nothing any more.",
          cause: "\(reason.capitalised).", remedy: "")
    case .unknown, .notSent, .rejected: break
    }
    pipeline.settled(token, outcome)
  }

  private mutating func lose(_ failure: ConnectionFailure, _ thing: OpenThing) {
    isOnline = false
    lostAt = lostAt ?? Clock.monotonicMilliseconds
    guard traffic.sent > 0 else { return }
    fruitless = traffic.acknowledged == 0 ? fruitless + 1 : 0
    traffic = (0, 0)
    // A forbidden topic is answered by the end of the connection, however often one tries.
    let isForbidden = failure.kind == .closedAfterPublish && tally.acknowledged == 0
    if fruitless > 1 || (fruitless > 0 && isForbidden) {
      ending = ending ?? CommandFailure(failure).checked(by: thing.doctorLine)
    }
  }

  private mutating func takeResults() {
    var unsent: [Int] = []
    for result in pipeline.takeResults() {
      let message = result.line
      switch result.ending {
      case .settled(.accepted, _):
        kept.change { $0.acknowledge(message) }
        tally.acknowledged += 1
      case .settled(.notSent, _):
        kept.change { $0.withdraw(message) }
        unsent.append(message)
        continue
      case .settled(.unknown(let reason), _):
        tally.unknown.append(message)
        tally.reason = reason
      // Nobody answers these messages, and none of them is made here.
      case .settled(.rejected(let error, _), _):
        tally.unknown.append(message)
        tally.reason = error.message
      case .faulty(let fault):
        tally.unknown.append(message)
        tally.reason = fault.what
      }
      tally.unsent -= 1
      linesDone += read.messages[message].lines.count
    }
    if !unsent.isEmpty { todo = (todo + unsent).sorted(by: >) }
    progress?.show(bytes: linesDone, lines: linesDone, now: Clock.monotonicMilliseconds)
  }

  // MARK: The end

  private var failure: CommandFailure? {
    let doubt = self.doubt
    if let interruption {
      return CommandFailure(
        endedBy: interruption, what: "Interrupted. \(left)", cause: doubt?.what ?? "")
    }
    guard var ending else { return doubt }
    ending.excerpt.append(left)
    if let doubt { ending.excerpt.append(doubt.what) }
    return ending
  }

  private var left: String {
    let sent = tally.acknowledged == 1 ? "1 message is" : "\(tally.acknowledged) messages are"
    return "\(sent) acknowledged, \(tally.unsent) not sent: run it again to go on."
  }

  private var doubt: CommandFailure? {
    guard !tally.unknown.isEmpty else { return nil }
    let lines = BackdateWords.lines(of: tally.unknown, in: read)
    return CommandFailure(
      status: .unknownOutcome, what: "It is not known whether the broker has \(lines).",
      cause: "\(tally.reason.capitalised).",
      remedy: "No shadow shows it. Run again with --again to send what is in doubt once more: MIC "
        + "may store it twice then.")
  }
}
