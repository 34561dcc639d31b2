import Shadow
import ShadowService

/// One request about jobs and what became of it.
package struct AnsweredJobRequest: Sendable {
  /// Milliseconds since 1970 at which it came.
  package let time: Int64
  /// Outside text.
  package let thing: String
  /// For instance `jobs/fw-1/update`; outside text.
  package let request: String
  /// What became of it, for people; words that came from outside may be in it.
  package let outcome: String
  /// Bytes of the request's body.
  package let bytes: Int
}

extension JobsService.Outcome {
  /// For people; words that came from outside may be in it.
  var words: String {
    switch self {
    case .ignored: "ignored: retained"
    case .accepted: "accepted"
    case .rejected(let code, let message): "rejected \(code.rawValue): \(message)"
    }
  }
}
