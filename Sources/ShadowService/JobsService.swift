import JSON
package import Shadow

/// A small AWS IoT Jobs: a queue of jobs for each thing, kept in memory (AWS IoT developer guide,
/// "Jobs device MQTT API operations" and "Jobs notifications").
///
/// Where AWS's pages are silent this is the sandbox's choice: an empty request counts as `{}`, a
/// version that does not match is minded before a transition that is not allowed, and the
/// `statusDetails` of an update replace those that are there. Jobs neither time out nor are cancelled
/// here; a `stepTimeoutInMinutes` is checked and has no effect.
package struct JobsService: Sendable {
  /// What becomes of a message.
  package struct Reaction: Sendable {
    /// Whose jobs; outside text, empty where a creation names none.
    package let thing: String
    /// What was asked, for instance `jobs/fw-1/update`; outside text.
    package let request: String
    package let outcome: Outcome
    /// What is published, in this order, QoS 1 and not retained.
    package let publications: [Publication]
  }

  package enum Outcome: Hashable, Sendable {
    /// Out of the broker's store.
    case ignored
    case accepted
    /// For this reason.
    case rejected(JobErrorCode, String)
  }

  private var queues: [ScalarKey: JobQueue] = [:]

  package init() {}

  /// Takes one message.
  ///
  /// - Parameters:
  ///   - topic: the full topic that the message came on.
  ///   - payload: its body as it came.
  ///   - retained: whether it came from the broker's store.
  ///   - now: milliseconds since 1970.
  /// - Returns: what becomes of it; nil if it is no request about jobs.
  package mutating func handle(
    _ topic: String, payload: [UInt8], retained: Bool, now: Int64
  ) -> Reaction? {
    let seconds = now / 1000
    if topic.hasSameScalars(as: JobCreation.requests) {
      return retained ? nil : create(payload, now: seconds)
    }
    guard let (thing, suffix) = JobTopic.split(topic: topic) else { return nil }
    let place = JobTopic(suffix: suffix)
    switch place {
    case .accepted, .rejected, .notify, .notifyNext: return nil
    case .request, nil: break
    }
    // Or an answer to an answer would follow.
    if place == nil, suffix.hasSuffix("/accepted") || suffix.hasSuffix("/rejected") { return nil }
    let request = "jobs/\(suffix)"
    guard !retained else {
      return Reaction(thing: thing, request: request, outcome: .ignored, publications: [])
    }
    guard case .request(let operation) = place else {
      let fault = JobFault(.invalidTopic, "No request has this topic")
      let body = (try? JobFields.body(payload)) ?? JSONObject()
      return Reaction(
        thing: thing, request: request, outcome: .rejected(fault.code, fault.message),
        publications: [Self.refusal(fault, to: body, on: topic + "/rejected", now: seconds)])
    }
    return answer(payload, to: operation, of: thing, now: seconds)
  }

  // MARK: What things ask

  private mutating func answer(
    _ payload: [UInt8], to operation: JobOperation, of thing: String, now: Int64
  ) -> Reaction {
    let request = "jobs/\(operation.suffix)"
    var body = JSONObject()
    do throws(JobFault) {
      body = try JobFields.body(payload)
      _ = try Self.token(in: body)
      let old = queues[ScalarKey(thing)] ?? JobQueue()
      var queue = old
      let answer = try Self.answer(
        JobFields(body), to: operation, of: thing, queue: &queue, now: now)
      // A queue is made by a creation alone.
      if !operation.isReading, queues[ScalarKey(thing)] != nil { queues[ScalarKey(thing)] = queue }
      let accepted = Self.publication(
        answer, to: body, on: JobTopic.accepted(operation).topic(of: thing), now: now)
      return Reaction(
        thing: thing, request: request, outcome: .accepted,
        publications: [accepted] + queue.notifications(since: old, to: thing, now: now))
    } catch {
      let rejected = Self.refusal(
        error, to: body, on: JobTopic.rejected(operation).topic(of: thing), now: now)
      return Reaction(
        thing: thing, request: request, outcome: .rejected(error.code, error.message),
        publications: [rejected])
    }
  }

  private static func answer(
    _ fields: JobFields, to operation: JobOperation, of thing: String, queue: inout JobQueue,
    now: Int64
  ) throws(JobFault) -> JSONObject {
    switch operation {
    case .pending:
      func list(_ status: JobStatus) -> JSONValue {
        .array(queue.pending.filter { $0.status == status }.map { .object($0.summary) })
      }
      return ["inProgressJobs": list(.inProgress), "queuedJobs": list(.queued)]
    case .startNext:
      let details = try fields.details
      try fields.checkStepTimeout()
      guard var job = queue.pending.first else { return [:] }
      if job.status == .queued {
        job.become(.inProgress, details: details, now: now)
        queue.replace(job)
      }
      return ["execution": .object(job.execution(of: thing, includesDocument: true))]
    case .describe(let id):
      let includesDocument = try fields.flag("includeJobDocument") ?? true
      if id == .next {
        guard let job = queue.pending.first else { return [:] }
        return ["execution": .object(job.execution(of: thing, includesDocument: includesDocument))]
      }
      let job = try known(id, queue)
      try fields.checkExecutionNumber()
      guard !job.status.isTerminal else {
        throw JobFault(.terminalStateReached, "The job is \(job.status.rawValue)")
      }
      return ["execution": .object(job.execution(of: thing, includesDocument: includesDocument))]
    case .update(let id): return try update(id, fields, queue: &queue, now: now)
    }
  }

  private static func update(
    _ id: JobID, _ fields: JobFields, queue: inout JobQueue, now: Int64
  ) throws(JobFault) -> JSONObject {
    let (status, details) = (try fields.status, try fields.details)
    let wantsState = try fields.flag("includeJobExecutionState") ?? false
    let wantsDocument = try fields.flag("includeJobDocument") ?? false
    let expected = try fields.integer("expectedVersion")
    try fields.checkStepTimeout()
    var job = try known(id, queue)
    try fields.checkExecutionNumber()
    if let expected, expected != job.version {
      throw JobFault(
        .versionMismatch, "The version is \(job.version), and not \(expected)", state: job.state)
    }
    guard job.status.mayBecome(status) else {
      throw JobFault(
        .invalidStateTransition,
        "What is \(job.status.rawValue) cannot become \(status.rawValue)", state: job.state)
    }
    job.become(status, details: details, now: now)
    queue.replace(job)
    var answer = JSONObject()
    if wantsState { answer.append(key: "executionState", value: .object(job.state)) }
    if wantsDocument { answer.append(key: "jobDocument", value: .object(job.document)) }
    return answer
  }

  private static func known(_ id: JobID, _ queue: JobQueue) throws(JobFault) -> StoredJob {
    guard let job = queue[id] else {
      throw JobFault(.resourceNotFound, "The thing has no job \(id.text)")
    }
    return job
  }

  // MARK: What the owner asks

  private mutating func create(_ payload: [UInt8], now: Int64) -> Reaction {
    var body = JSONObject()
    var thing = ""
    do throws(JobFault) {
      body = try JobFields.body(payload)
      _ = try Self.token(in: body)
      let fields = JobFields(body)
      thing = try fields.text("thing") ?? ""
      if let fault = ShadowAddress(thing: thing).nameFault {
        throw JobFault(.invalidRequest, fault)
      }
      guard let id = try fields.text("jobId").flatMap(JobID.init) else {
        throw JobFault(
          .invalidRequest,
          "jobId is not 1 to \(JobID.longest) of the characters a-z A-Z 0-9 _ -")
      }
      guard let document = body["document"]?.object else {
        throw JobFault(.invalidRequest, "document is no object")
      }
      guard JSONValue.object(document).compactBytes.count <= JobCreation.largestDocument else {
        throw JobFault(
          .invalidRequest, "document is longer than \(JobCreation.largestDocument) bytes")
      }
      let old = queues[ScalarKey(thing)] ?? JobQueue()
      guard old[id] == nil else {
        throw JobFault(.invalidRequest, "The thing has a job \(id.text) already")
      }
      guard !old.isFull else {
        throw JobFault(
          .requestThrottled, "The thing has \(JobQueue.mostPending) jobs that are not over")
      }
      var queue = old
      queue.append(StoredJob(id, document: document, now: now))
      queues[ScalarKey(thing)] = queue
      let answer: JSONObject = ["thing": .string(thing), "jobId": .string(id.text)]
      let accepted = Self.publication(answer, to: body, on: JobCreation.accepted, now: now)
      return Reaction(
        thing: thing, request: "jobs create \(id.text)", outcome: .accepted,
        publications: [accepted] + queue.notifications(since: old, to: thing, now: now))
    } catch {
      return Reaction(
        thing: thing, request: "jobs create", outcome: .rejected(error.code, error.message),
        publications: [Self.refusal(error, to: body, on: JobCreation.rejected, now: now)])
    }
  }

  // MARK: Answers

  /// The token that a request wants back.
  private static func token(in body: JSONObject) throws(JobFault) -> ClientToken? {
    do throws(ShadowError) { return try ClientToken.read(from: body) } catch {
      throw JobFault(
        .invalidRequest, "clientToken is no text of at most \(ClientToken.maximumBytes) bytes")
    }
  }

  private static func refusal(
    _ fault: JobFault, to request: JSONObject, on topic: String, now: Int64
  ) -> Publication {
    var body: JSONObject = [
      "code": .string(fault.code.rawValue), "message": .string(fault.message),
    ]
    if let state = fault.state { body.append(key: "executionState", value: .object(state)) }
    return publication(body, to: request, on: topic, now: now)
  }

  private static func publication(
    _ body: JSONObject, to request: JSONObject, on topic: String, now: Int64
  ) -> Publication {
    var body = body
    body.append(key: "timestamp", value: .number(JSONNumber(now)))
    if let token = try? token(in: request) {
      body.append(key: "clientToken", value: .string(token.text))
    }
    return Publication(topic: topic, payload: JSONValue.object(body).compactBytes)
  }
}
