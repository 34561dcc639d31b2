import Glibc
import JSON
import Monitor
import Shadow
import Terminal
import Thing

/// Documents from the lines of an input, sent one after the other with several in flight.
struct UpdateLines {
  typealias Pipeline = RequestPipeline<CommandFailure>

  private var input: InputLines
  private let output = StreamOutput()
  private let plan: UpdatePlan
  private var pipeline: Pipeline
  private var tally = LineTally()
  private var progress: ProgressBar?
  /// Bytes of the input up to the end of each line that has no result yet, in their order.
  private var ends: [Int] = []
  /// Bytes of the input whose results are told.
  private var bytesDone = 0
  /// A document whose token another one in flight has.
  private var held: (line: Int, message: UpdateMessage)?
  private var isOnline = false
  /// Whether every line of the input was taken.
  private var isAtEnd = false
  /// Whether more of the input is needed to go on.
  private var wantsInput = false
  /// Why it was ended from outside.
  private var interruption: Signals.Signal?

  /// - Parameters:
  ///   - input: from its first line on.
  ///   - plan: what options say of all documents.
  ///   - pipeline: with nothing on its way.
  init(_ input: InputLines, _ plan: UpdatePlan, _ pipeline: Pipeline) {
    (self.input, self.plan, self.pipeline) = (input, plan, pipeline)
    progress = ProgressBar(size: input.size)
  }

  /// Sends them, and writes what became of each.
  ///
  /// - Throws: `CommandFailure` of the first line that failed, or of the connection.
  mutating func send(as thing: OpenThing) throws(CommandFailure) {
    let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
    let followed = try FollowedThing(
      thing, addresses: plan.isBackdate ? [] : nil, interest: .answers(to: .update),
      signals: signals)
    defer { followed.stop() }
    do throws(CommandFailure) {
      while !pipeline.isOver {
        try sendWhatMay(to: followed.session, of: thing)
        try writeResults()
        guard !pipeline.isOver else { break }
        let happened = try wait(followed)
        try take(happened, of: thing)
        try writeResults()
        // Its results find no reader.
        if interruption != nil, happened.isEmpty, output.isBehind {
          pipeline.giveUp(reason: "it was interrupted before an answer came")
        }
      }
    } catch {
      progress?.erase()
      throw try ended(by: error, followed)
    }
    progress?.erase()
    try finish(followed)
  }

  private func wait(
    _ followed: FollowedThing
  ) throws(CommandFailure) -> [FollowedThing.Occurrence] {
    let turn =
      isOnline && !output.isBehind ? pipeline.nextTurn(now: Clock.monotonicMilliseconds) : nil
    if interruption != nil, output.isBehind {
      return try followed.next(until: Clock.monotonicMilliseconds + Self.patience, output: output)
    }
    return try followed.next(
      until: turn, input: wantsInput ? input.descriptor : nil, output: output)
  }

  // MARK: On the way out

  private mutating func sendWhatMay(
    to session: ThingSession, of thing: OpenThing
  ) throws(CommandFailure) {
    wantsInput = false
    // Results that nobody takes are not added to.
    while isOnline, !output.isBehind, pipeline.hasTurn(now: Clock.monotonicMilliseconds) {
      if let (line, message) = held {
        guard !pipeline.isInFlight(message.token) else { return }
        held = nil
        submit(message, of: line, to: session, thing)
        continue
      }
      let next = input.next()
      switch next {
      case .line, .tooLong: ends.append(input.bytesTaken)
      case .nothing, .end: break
      }
      switch next {
      case .line(let number, let text):
        switch Self.message(text, plan, thing.address) {
        case .success(let message):
          for warning in message.warnings { tell("warning: line \(number): \(warning)") }
          held = (number, message)
        case .failure(let fault):
          pipeline.refused(line: number, CommandFailure(fault, in: "Line \(number)"))
        }
      case .tooLong(let number): pipeline.refused(line: number, Self.tooLong(number))
      case .nothing:
        wantsInput = true
        return
      case .end:
        isAtEnd = true
        pipeline.close()
      }
    }
  }

  private mutating func submit(
    _ message: UpdateMessage, of line: Int, to session: ThingSession, _ thing: OpenThing
  ) {
    pipeline.sent(line: line, token: message.token, now: Clock.monotonicMilliseconds)
    if plan.isBackdate {
      session.send(message.publication, of: thing.address, token: message.token)
    } else {
      session.submit(
        message.publication, operation: .update, of: thing.address, token: message.token)
    }
  }

  // MARK: On the way in

  private mutating func take(
    _ happened: [FollowedThing.Occurrence], of thing: OpenThing
  ) throws(CommandFailure) {
    for occurrence in happened {
      switch occurrence {
      case .event(.connection(.online(let report)), _):
        isOnline = true
        let topics = plan.isBackdate ? [] : thing.address.responseTopics
        if let topic = report.refusedFilters.first(where: topics.contains) {
          throw thing.refusal(of: topic)
        }
      case .event(.connection(.lost), _): isOnline = false
      case .event(.outcome(let token, _, _, let outcome), _): pipeline.settled(token, outcome)
      case .event, .dropped: break
      case .input: try input.fill()
      case .signal(let signal):
        // Who asks twice does not wait for the answers, nor do answers come past a reader that is
        // stuck.
        if interruption != nil || output.isBehind {
          pipeline.giveUp(reason: "it was interrupted before an answer came")
        }
        interruption = signal
        pipeline.close()
      }
    }
  }

  private mutating func writeResults() throws(CommandFailure) {
    for result in pipeline.takeResults() {
      progress?.erase()
      tally.take(result)
      if !ends.isEmpty { bytesDone = ends.removeFirst() }
      let line = LineTally.json(of: result).compact(escaping: .invisible)
      output.append { bytes in
        bytes += line.utf8
        bytes.append(UInt8(ascii: "\n"))
      }
    }
    try output.flush()
    progress?.show(
      bytes: bytesDone, lines: tally.count, now: Clock.monotonicMilliseconds)
  }

  private mutating func tell(_ words: String) {
    progress?.erase()
    StandardStreams.tell(words)
  }

  // MARK: The end

  /// The connection is gone for good, or nobody reads.
  private mutating func ended(
    by failure: CommandFailure, _ followed: FollowedThing
  ) throws(CommandFailure) -> CommandFailure {
    let unanswered = pipeline.inFlight
    pipeline.giveUp(reason: failure.what)
    guard failure.status != .closedPipe else {
      if !unanswered.isEmpty {
        StandardStreams.tell("Sent without an answer: lines \(LineRanges(unanswered).text).")
      }
      return failure
    }
    try writeResults()
    progress?.erase()
    _ = try followed.drain(output)
    if let ending = self.failure { return ending }
    guard tally.count > 0 else { return failure }
    return CommandFailure(
      status: failure.status, what: failure.what, cause: failure.cause,
      remedy: tally.words(isCut: !isAtEnd), checks: failure.checks)
  }

  /// Ms that an interruption waits for the reader of the results.
  private static let patience: Int64 = 1000

  private mutating func finish(_ followed: FollowedThing) throws(CommandFailure) {
    let end = interruption.map { _ in Clock.monotonicMilliseconds + Self.patience }
    if let signal = try followed.drain(output, until: end) { interruption = signal }
    if let interruption {
      throw CommandFailure(
        endedBy: interruption, what: "Interrupted.", cause: tally.words(isCut: !isAtEnd))
    }
    if let failure { throw failure }
    if progress != nil { StandardStreams.tell(tally.words(isCut: false)) }
  }

  /// The first line's that failed, with what became of the others; nil if none failed.
  private var failure: CommandFailure? {
    guard var failure = tally.firstFailure else { return nil }
    failure.excerpt.append(tally.words(isCut: !isAtEnd))
    return failure
  }

  private static func tooLong(_ number: Int) -> CommandFailure {
    CommandFailure(
      status: .badData, what: "Line \(number) is longer than \(InputLines.limit) bytes.",
      cause: "The broker takes no longer message.", remedy: "")
  }
}

extension UpdateLines {
  /// Prints what would be sent.
  ///
  /// - Throws: `CommandFailure` of the first line that is no document.
  static func preview(
    _ input: inout InputLines, _ plan: UpdatePlan, to address: ShadowAddress, keepsGoing: Bool
  ) throws(CommandFailure) {
    var first: CommandFailure?
    func fail(_ fault: CommandFailure) {
      if keepsGoing { StandardStreams.tell(fault.lines.joined(separator: "\n")) }
      first = first ?? fault
    }
    reading: while first == nil || keepsGoing {
      switch input.next() {
      case .end: break reading
      case .nothing:
        InputText.wait(for: input.descriptor)
        try input.fill()
      case .tooLong(let number): fail(tooLong(number))
      case .line(let number, let text):
        switch message(text, plan, address) {
        case .failure(let fault): fail(CommandFailure(fault, in: "Line \(number)"))
        case .success(let message):
          for words in message.warnings {
            StandardStreams.tell("warning: line \(number): \(words)")
          }
          try StandardStreams.writeAsItIs(message.line)
        }
      }
    }
    if let first { throw first }
  }

  private static func message(
    _ text: [UInt8], _ plan: UpdatePlan, _ address: ShadowAddress
  ) -> Result<UpdateMessage, UpdateBody.Fault> {
    Result { () throws(UpdateBody.Fault) in
      try UpdateMessage(try UpdateBody(text), by: plan, to: address)
    }
  }
}
