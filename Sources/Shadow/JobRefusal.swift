import JSON

/// Why AWS IoT Jobs refuses a request (AWS IoT developer guide, ErrorResponse).
package enum JobErrorCode: String, CaseIterable, Hashable, Sendable {
  case invalidTopic = "InvalidTopic"
  case invalidJSON = "InvalidJson"
  case invalidRequest = "InvalidRequest"
  case invalidStateTransition = "InvalidStateTransition"
  case resourceNotFound = "ResourceNotFound"
  case versionMismatch = "VersionMismatch"
  case internalError = "InternalError"
  case requestThrottled = "RequestThrottled"
  case terminalStateReached = "TerminalStateReached"

  /// What it means, as a sentence for people.
  package var meaning: String {
    switch self {
    case .invalidTopic: "The service knows no such request."
    case .invalidJSON: "The request is no JSON in UTF-8."
    case .invalidRequest: "Something in the request is not allowed."
    case .invalidStateTransition: "The job is in a state that this cannot follow."
    case .resourceNotFound: "The thing has no such job."
    case .versionMismatch: "Somebody else has changed the job meanwhile."
    case .internalError: "The service has a fault of its own."
    case .requestThrottled: "The service is asked too often."
    case .terminalStateReached: "The job is over."
    }
  }
}

/// A refusal by AWS IoT Jobs.
package struct JobRefusal: Sendable {
  /// As it came; outside text.
  package let codeText: String
  /// The service's words; outside text, perhaps empty.
  package let message: String
  /// Where the job stands, told with `InvalidStateTransition` and `VersionMismatch`.
  package let state: JobExecution?

  /// Nil if the code is none that is known.
  package var code: JobErrorCode? {
    JobErrorCode.allCases.first { $0.rawValue.hasSameScalars(as: codeText) }
  }

  /// Reads the body of a `rejected` message; nil without a code.
  init?(_ body: JSONObject) {
    guard let code = body["code"]?.string else { return nil }
    codeText = code
    message = body["message"]?.string ?? ""
    state = JobExecution(body["executionState"])
  }
}
