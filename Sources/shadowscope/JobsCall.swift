import JSON
import Shadow
import Thing

/// Requests that are answered by their client token, one after another on one connection: those of
/// AWS IoT Jobs, and the creation of jobs in a sandbox.
final class JobsCall {
  private let thing: OpenThing
  /// Ms that an answer may take.
  private let patience: Int64
  private let topics: [String]
  private let followed: FollowedThing
  private var isOnline = false
  /// What has happened and is not looked at yet.
  private var pending: ArraySlice<FollowedThing.Occurrence> = []

  /// Connects.
  ///
  /// - Parameters:
  ///   - thing: as which, and whose jobs.
  ///   - topics: on which answers come.
  ///   - patience: ms that each may take.
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  init(_ thing: OpenThing, topics: [String], patience: Int64) throws(CommandFailure) {
    self.thing = thing
    self.topics = topics
    self.patience = patience
    followed = try FollowedThing(thing, addresses: [], filters: topics)
  }

  /// Connects for requests of these kinds.
  ///
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  convenience init(
    _ thing: OpenThing, _ operations: [JobOperation], patience: Int64
  ) throws(CommandFailure) {
    let topics = operations.flatMap { JobTopic.answers(to: $0) }
    try self.init(
      thing, topics: topics.map { $0.topic(of: thing.address.thing) }, patience: patience)
  }

  func stop() { followed.stop() }

  /// Asks once and waits for the answer.
  ///
  /// - Returns: the answer, which is no refusal.
  /// - Throws: `CommandFailure` for anything else.
  func answer(to request: JobRequest) throws(CommandFailure) -> JobMessage {
    let token = Self.makeToken()
    let message = try reply(
      to: request.publication(of: thing.address.thing, token: token), token: token,
      changes: !request.operation.isReading)
    let place =
      JobTopic.parse(topic: message.topic)?.topic ?? .accepted(request.operation)
    let answer: JobMessage
    do throws(JobMessage.Fault) {
      answer = try JobMessage(place, payload: message.payload)
    } catch {
      throw CommandFailure(
        status: .badData, what: "The answer of the jobs service cannot be read.",
        cause: error.words, remedy: "`shadowscope sub` prints what comes as it is.")
    }
    if case .rejected(let refusal) = answer.content { throw CommandFailure(refusal) }
    return answer
  }

  /// Publishes once and waits for what bears the same token.
  ///
  /// - Parameters:
  ///   - publication: holds the token.
  ///   - token: as it stands there.
  ///   - changes: whether it changes something, so that its outcome matters if no answer comes.
  /// - Returns: the first message on one of the topics that bears the token.
  /// - Throws: `CommandFailure` for anything else.
  func reply(
    to publication: Publication, token: ClientToken, changes: Bool
  ) throws(CommandFailure) -> ReceivedMessage {
    var hasSent = false
    var deadline: Int64?
    if isOnline {
      followed.session.send(publication, of: thing.address, token: token)
      hasSent = true
    }
    while true {
      while let occurrence = pending.popFirst() {
        guard case .event(let event, _) = occurrence else { continue }
        switch event {
        case .connection(.online(let report)):
          try requireTopics(report)
          isOnline = true
          guard !hasSent else { break }
          followed.session.send(publication, of: thing.address, token: token)
          hasSent = true
        case .sent(_, token, _): deadline = Clock.monotonicMilliseconds + patience
        case .outcome(token, _, _, .notSent(let reason)):
          throw CommandFailure(
            status: .unavailable, what: "The request was not sent.", cause: "\(reason).",
            remedy: "It changed nothing; try again.")
        case .connection(.lost(let failure, _)):
          isOnline = false
          if hasSent {
            throw unanswered(
              "The connection ended before: \(failure.what) \(failure.cause)", changes)
          }
        case .received(let message) where !message.isRetained && answers(message, token):
          return message
        case .connection, .shadow, .received, .oversized, .sent, .outcome: break
        }
      }
      if let deadline, Clock.monotonicMilliseconds >= deadline {
        throw unanswered(
          "Nothing came within \(DurationText.text(of: patience)): a broker without AWS IoT Jobs "
            + "takes the request and stays silent, as does one whose policy withholds the answer.",
          changes)
      }
      do throws(CommandFailure) {
        pending += try followed.next(until: deadline)
      } catch {
        throw isOnline ? error : error.overMissingJobs(of: thing.address.thing)
      }
    }
  }

  private func answers(_ message: ReceivedMessage, _ token: ClientToken) -> Bool {
    guard topics.contains(where: { $0.hasSameScalars(as: message.topic) }) else { return false }
    let body = (try? JSONParser.parse(message.payload))?.object
    return body?["clientToken"]?.string?.hasSameScalars(as: token.text) == true
  }

  private func requireTopics(_ report: LinkReport) throws(CommandFailure) {
    let missing = report.refusedFilters + report.leftOutFilters
    guard let topic = topics.first(where: missing.contains) else { return }
    throw CommandFailure(noJobsOf: thing.address.thing, over: topic)
  }

  private func unanswered(_ cause: String, _ changes: Bool) -> CommandFailure {
    CommandFailure(
      status: .unknownOutcome,
      what: changes
        ? "It is not known whether the jobs service has taken the request."
        : "The jobs service did not answer.", cause: cause,
      remedy: changes
        ? "Look with `shadowscope jobs` before trying again."
        : "Try again, or give it longer with --timeout. \(Self.unconfirmed)")
  }

  /// What is not known of Managed IoT Cloud.
  static let unconfirmed =
    "That Managed IoT Cloud offers jobs to things in this way is likely; its public pages do not "
    + "confirm it."

  static func makeToken() -> ClientToken {
    var generator = SystemRandomNumberGenerator()
    return ClientToken.make(using: &generator)
  }
}

extension CommandFailure {
  /// The broker does not permit a topic of a thing's jobs.
  init(noJobsOf thing: String, over topic: String) {
    self.init(
      status: .notPermitted, what: "The policy does not grant jobs to this certificate.",
      cause: "The broker refused the subscription to \(topic).",
      remedy: Self.neededForJobs(of: thing))
  }

  /// The same, if it is about permissions, with what jobs need.
  func overMissingJobs(of thing: String) -> CommandFailure {
    guard status == .notPermitted else { return self }
    var failure = CommandFailure(
      status: status, what: "The policy does not grant jobs to this certificate, it seems.",
      cause: [what, cause].filter { !$0.isEmpty }.joined(separator: " "),
      remedy: Self.neededForJobs(of: thing))
    failure.checks = checks
    return failure
  }

  private static func neededForJobs(of thing: String) -> String {
    let topics = JobTopic.prefix(of: thing) + "*"
    return "A policy must allow iot:Publish, iot:Subscribe and iot:Receive on \(topics). "
      + JobsCall.unconfirmed
  }

  /// The service's own words are outside text.
  init(_ refusal: JobRefusal) {
    let words = [refusal.codeText, refusal.message].filter { !$0.isEmpty }
    let state = refusal.state.flatMap { state in
      state.statusText.map { text in
        "It is \(text)" + (state.version.map { ", version \($0)" } ?? "") + "."
      }
    }
    self.init(
      status: ExitStatus(refusal.code),
      what: "The jobs service refused the request: \(words.joined(separator: ": ")).",
      cause: [refusal.code?.meaning, state].compactMap(\.self).joined(separator: " "),
      remedy: Self.remedy(refusal.code))
  }

  private static func remedy(_ code: JobErrorCode?) -> String {
    switch code {
    case .versionMismatch: "Look at it with `shadowscope jobs show`, and decide again."
    case .resourceNotFound: "`shadowscope jobs` lists those that are pending."
    case .invalidStateTransition, .terminalStateReached:
      "`shadowscope jobs` lists those that are not over."
    case .requestThrottled, .internalError: "Wait a little, then try again."
    case .invalidTopic, .invalidJSON, .invalidRequest, nil: ""
    }
  }
}

extension ExitStatus {
  /// The status of a refusal by AWS IoT Jobs.
  init(_ code: JobErrorCode?) {
    switch code {
    case .resourceNotFound: self = .noShadow
    case .versionMismatch, .invalidStateTransition, .terminalStateReached: self = .conflict
    case .invalidTopic, .invalidJSON, .invalidRequest, .internalError, .requestThrottled, nil:
      self = .rejected
    }
  }
}
