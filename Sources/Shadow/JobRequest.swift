package import JSON

/// A change of a job that a thing asks for.
package struct JobUpdate: Sendable {
  /// One of `JobStatus.settable`.
  package var status: JobStatus
  /// All details that are to be there then; nil to leave them as they are.
  package var details: JSONObject?
  /// The version that it must still have; nil to write over whatever is there.
  package var expectedVersion: Int64?
  /// Which run of the job it is about; nil for the latest.
  package var executionNumber: Int64?

  package init(
    _ status: JobStatus, details: JSONObject? = nil, expectedVersion: Int64? = nil,
    executionNumber: Int64? = nil
  ) {
    self.status = status
    self.details = details
    self.expectedVersion = expectedVersion
    self.executionNumber = executionNumber
  }
}

/// What a thing asks of AWS IoT Jobs (AWS IoT developer guide, "Jobs device MQTT API operations").
package enum JobRequest: Sendable {
  case pending
  /// Details are taken where the job was not started yet; nil for none.
  case startNext(details: JSONObject?)
  case describe(JobID, includesDocument: Bool)
  case update(JobID, JobUpdate)

  /// What is asked, without its arguments.
  package var operation: JobOperation {
    switch self {
    case .pending: .pending
    case .startNext: .startNext
    case .describe(let job, _): .describe(job)
    case .update(let job, _): .update(job)
    }
  }

  /// The exact bytes to send.
  ///
  /// - Parameters:
  ///   - thing: whose jobs.
  ///   - token: comes back in the answer.
  /// - Returns: the message for the request's topic.
  package func publication(of thing: String, token: ClientToken) -> Publication {
    var body = JSONObject()
    func set(_ key: String, _ number: Int64?) {
      if let number { body.append(key: key, value: .number(JSONNumber(number))) }
    }
    switch self {
    case .pending: break
    case .startNext(let details):
      if let details { body.append(key: "statusDetails", value: .object(details)) }
    case .describe(_, let includesDocument):
      body.append(key: "includeJobDocument", value: .bool(includesDocument))
    case .update(_, let update):
      body.append(key: "status", value: .string(update.status.rawValue))
      if let details = update.details {
        body.append(key: "statusDetails", value: .object(details))
      }
      set("expectedVersion", update.expectedVersion)
      set("executionNumber", update.executionNumber)
      body.append(key: "includeJobExecutionState", value: .bool(true))
    }
    body.append(key: "clientToken", value: .string(token.text))
    return Publication(
      topic: JobTopic.request(operation).topic(of: thing),
      payload: JSONValue.object(body).compactBytes)
  }
}
