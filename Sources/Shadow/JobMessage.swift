package import JSON

/// What AWS IoT Jobs tells a thing: a notification, or the answer to a request.
package struct JobMessage: Sendable {
  package enum Content: Sendable {
    /// The pending jobs: of `notify`, at most 15, and of the answer to `get`.
    case pending(JobList)
    /// A job: of `notify-next`, and of the answers to a job's `get` and to `start-next`; nil where
    /// no job is pending.
    case execution(JobExecution?)
    /// An update was taken; where the job stands, if the request asked for that.
    case updated(JobExecution?)
    case rejected(JobRefusal)
  }

  /// Why a message cannot be read.
  package struct Fault: Error, Hashable, Sendable {
    /// A sentence for people.
    package let words: String
  }

  package let topic: JobTopic
  package let content: Content
  /// As the request had it; nil where there is none, in notifications for instance.
  package let clientToken: String?
  /// The message as JSON.
  package let body: JSONObject

  /// Reads a message.
  ///
  /// - Parameters:
  ///   - topic: none of a request.
  ///   - payload: as it came.
  /// - Throws: `Fault` if it is none that AWS IoT Jobs sends there.
  package init(_ topic: JobTopic, payload: [UInt8]) throws(Fault) {
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONParser.parse(payload) } catch {
      throw Fault(words: "The message on jobs/\(topic.suffix) is no JSON: \(error.message).")
    }
    guard let body = value.object else {
      throw Fault(words: "The message on jobs/\(topic.suffix) is no JSON object.")
    }
    self.topic = topic
    self.body = body
    clientToken = body["clientToken"]?.string
    content = try Self.content(of: body, on: topic)
  }

  private static func content(of body: JSONObject, on topic: JobTopic) throws(Fault) -> Content {
    switch topic {
    case .notify:
      let jobs = try object(body, "jobs", on: topic)
      return .pending(
        JobList(
          inProgress: try list(jobs, JobStatus.inProgress.rawValue, .inProgress, on: topic),
          queued: try list(jobs, JobStatus.queued.rawValue, .queued, on: topic)))
    case .accepted(.pending):
      return .pending(
        JobList(
          inProgress: try list(body, "inProgressJobs", .inProgress, on: topic),
          queued: try list(body, "queuedJobs", .queued, on: topic)))
    case .notifyNext, .accepted(.startNext), .accepted(.describe):
      return .execution(JobExecution(.object(try object(body, "execution", on: topic))))
    case .accepted(.update):
      return .updated(JobExecution(.object(try object(body, "executionState", on: topic))))
    case .rejected:
      guard let refusal = JobRefusal(body) else {
        throw Fault(words: "The refusal on jobs/\(topic.suffix) bears no code.")
      }
      return .rejected(refusal)
    case .request:
      throw Fault(
        words: "jobs/\(topic.suffix) is where things ask; the service says nothing there.")
    }
  }

  /// A member that is an object; empty if it is missing or null.
  private static func object(
    _ body: JSONObject, _ name: String, on topic: JobTopic
  ) throws(Fault) -> JSONObject {
    switch body[name] {
    case nil, .null?: return JSONObject()
    case .object(let object)?: return object
    case .bool?, .number?, .string?, .array?:
      throw Fault(words: "\(name) in the message on jobs/\(topic.suffix) is no object.")
    }
  }

  /// A member that is an array of executions; empty if it is missing or null.
  private static func list(
    _ body: JSONObject, _ name: String, _ status: JobStatus, on topic: JobTopic
  ) throws(Fault) -> [JobExecution] {
    let fault = Fault(
      words: "\(name) in the message on jobs/\(topic.suffix) is no array of jobs.")
    switch body[name] {
    case nil, .null?: return []
    case .array(let items)?:
      return try items.map { item throws(Fault) in
        guard let job = JobExecution(item, listed: status), job.id != nil else { throw fault }
        return job
      }
    case .bool?, .number?, .string?, .object?: throw fault
    }
  }
}
