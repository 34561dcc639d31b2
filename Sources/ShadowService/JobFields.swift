import JSON
import Shadow

/// Why the service refuses a request about jobs.
struct JobFault: Error {
  let code: JobErrorCode
  let message: String
  /// Where the job stands; told with some codes.
  var state: JSONObject?

  init(_ code: JobErrorCode, _ message: String, state: JSONObject? = nil) {
    self.code = code
    self.message = message
    self.state = state
  }
}

/// The members of a request, each read as what it must be.
struct JobFields {
  private let body: JSONObject

  init(_ body: JSONObject) { self.body = body }

  /// Reads a request's body; an empty one counts as an empty object.
  static func body(_ payload: [UInt8]) throws(JobFault) -> JSONObject {
    guard !payload.isEmpty else { return JSONObject() }
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONParser.parse(payload) } catch {
      throw JobFault(.invalidJSON, "The request is no JSON: \(error.message)")
    }
    guard let object = value.object else {
      throw JobFault(.invalidRequest, "The request is no JSON object")
    }
    return object
  }

  func text(_ key: String) throws(JobFault) -> String? {
    guard let value = body[key] else { return nil }
    guard let text = value.string else { throw JobFault(.invalidRequest, "\(key) is no text") }
    return text
  }

  func flag(_ key: String) throws(JobFault) -> Bool? {
    guard let value = body[key] else { return nil }
    guard let flag = value.bool else {
      throw JobFault(.invalidRequest, "\(key) is neither true nor false")
    }
    return flag
  }

  /// An integer, also where it stands in a text, as AWS's own pages show some.
  func integer(_ key: String) throws(JobFault) -> Int64? {
    guard let value = body[key] else { return nil }
    guard let number = value.integer ?? value.string.flatMap({ Int64($0) }) else {
      throw JobFault(.invalidRequest, "\(key) is no integer")
    }
    return number
  }

  var details: JSONObject? {
    get throws(JobFault) {
      guard let value = body["statusDetails"] else { return nil }
      guard let object = value.object else {
        throw JobFault(.invalidRequest, "statusDetails is no object")
      }
      if let fault = JobDetails.fault(in: object) { throw JobFault(.invalidRequest, fault) }
      return JSONObject(members: object.effectiveMembers)
    }
  }

  /// Minutes within which the next step must be told; kept by nobody here, but checked.
  func checkStepTimeout() throws(JobFault) {
    guard let minutes = try integer("stepTimeoutInMinutes") else { return }
    guard minutes == -1 || (1...10_080).contains(minutes) else {
      throw JobFault(.invalidRequest, "stepTimeoutInMinutes is neither 1 to 10080 nor -1")
    }
  }

  /// A status that a thing may set.
  var status: JobStatus {
    get throws(JobFault) {
      guard let text = try text("status") else {
        throw JobFault(.invalidRequest, "status is missing")
      }
      guard let status = JobStatus.settable.first(where: { $0.rawValue.hasSameScalars(as: text) })
      else {
        let allowed = JobStatus.settable.map(\.rawValue).joined(separator: ", ")
        throw JobFault(.invalidRequest, "status is none of \(allowed)")
      }
      return status
    }
  }

  /// Refuses a request about a run of the job that there is not.
  func checkExecutionNumber() throws(JobFault) {
    guard let number = try integer("executionNumber") else { return }
    guard number == StoredJob.executionNumber else {
      throw JobFault(.resourceNotFound, "The job has no execution \(number)")
    }
  }
}
