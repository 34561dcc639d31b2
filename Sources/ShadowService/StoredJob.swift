import JSON
import Shadow

/// A job of one thing, as the service keeps it.
struct StoredJob: Sendable {
  let id: JobID
  let document: JSONObject
  /// Seconds since 1970.
  let queuedAt: Int64
  private(set) var status = JobStatus.queued
  private(set) var details = JSONObject()
  private(set) var version: Int64 = 1
  private(set) var startedAt: Int64?
  private(set) var updatedAt: Int64

  /// Which run on the thing it is: the sandbox has one of each job.
  static let executionNumber: Int64 = 1

  /// - Parameters:
  ///   - id: its name, of which the thing has no other.
  ///   - document: what is to be done.
  ///   - now: seconds since 1970.
  init(_ id: JobID, document: JSONObject, now: Int64) {
    self.id = id
    self.document = document
    queuedAt = now
    updatedAt = now
  }

  /// Takes an update that is allowed.
  ///
  /// - Parameters:
  ///   - status: what it becomes.
  ///   - details: all that are there then; nil to leave them.
  ///   - now: seconds since 1970.
  mutating func become(_ status: JobStatus, details: JSONObject?, now: Int64) {
    if status == .inProgress, startedAt == nil { startedAt = now }
    self.status = status
    if let details { self.details = details }
    version += 1
    updatedAt = now
  }

  // MARK: On the wire

  /// JobExecutionSummary.
  var summary: JSONObject {
    var summary: JSONObject = ["jobId": .string(id.text)]
    appendTimes(to: &summary)
    return summary
  }

  /// JobExecutionState.
  var state: JSONObject {
    var state: JSONObject = ["status": .string(status.rawValue)]
    if !details.isEmpty { state.append(key: "statusDetails", value: .object(details)) }
    state.append(key: "versionNumber", value: .number(JSONNumber(version)))
    return state
  }

  /// JobExecution.
  func execution(of thing: String, includesDocument: Bool) -> JSONObject {
    var execution: JSONObject = [
      "jobId": .string(id.text), "thingName": .string(thing), "status": .string(status.rawValue),
    ]
    if !details.isEmpty { execution.append(key: "statusDetails", value: .object(details)) }
    appendTimes(to: &execution)
    if includesDocument { execution.append(key: "jobDocument", value: .object(document)) }
    return execution
  }

  private func appendTimes(to object: inout JSONObject) {
    func append(_ key: String, _ number: Int64) {
      object.append(key: key, value: .number(JSONNumber(number)))
    }
    append("queuedAt", queuedAt)
    if let startedAt { append("startedAt", startedAt) }
    append("lastUpdatedAt", updatedAt)
    append("versionNumber", version)
    append("executionNumber", Self.executionNumber)
  }
}
