/// How a job stands on a thing (AWS IoT API reference, JobExecution).
package enum JobStatus: String, CaseIterable, Hashable, Sendable {
  case queued = "QUEUED"
  case inProgress = "IN_PROGRESS"
  case succeeded = "SUCCEEDED"
  case failed = "FAILED"
  case rejected = "REJECTED"
  case timedOut = "TIMED_OUT"
  case removed = "REMOVED"
  case canceled = "CANCELED"

  /// Those that a thing may set; the others are the cloud's.
  package static let settable: [JobStatus] = [.inProgress, .succeeded, .failed, .rejected]

  /// Whether it ends the job for the thing: nothing follows it.
  package var isTerminal: Bool {
    switch self {
    case .queued, .inProgress: false
    case .succeeded, .failed, .rejected, .timedOut, .removed, .canceled: true
    }
  }

  /// Whether a thing may set another status: from one that is not terminal, any that is settable.
  package func mayBecome(_ next: JobStatus) -> Bool {
    !isTerminal && Self.settable.contains(next)
  }

  /// For people, for instance `in progress`.
  package var words: String {
    switch self {
    case .queued: "queued"
    case .inProgress: "in progress"
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .rejected: "rejected"
    case .timedOut: "timed out"
    case .removed: "removed"
    case .canceled: "cancelled"
    }
  }
}
