import Canvas
import JSON
import Shadow

/// What is known of the thing's jobs, once somebody has looked at them.
struct JobsBoard: Sendable {
  /// How the topics of jobs stand on the connection.
  enum Link: Hashable, Sendable {
    /// They are not subscribed, or the connection is down.
    case closed
    case opening
    case live
    /// The policy does not grant them.
    case refused
  }

  /// A request under way.
  struct Asked: Sendable {
    let request: JobOperation
    /// ms since 1970.
    let time: Int64
  }

  /// ms after which no answer is waited for any more.
  static let patience: Int64 = 10_000

  var link = Link.closed
  /// What is pending; nil while it is not known.
  var list: JobList?
  /// The job that was chosen, by the name that it has in the list.
  var chosen: String?
  /// The same, as it was described last; nil while that is not known.
  var description: JobExecution?
  /// By their tokens, which are ours: ASCII.
  var asked: [String: Asked] = [:]

  /// When the first of the requests has waited too long, in ms since 1970; nil if none waits.
  var deadline: Int64? { asked.values.map { $0.time + Self.patience }.min() }

  /// The connection is down: what was asked has no answer any more.
  mutating func lose() {
    if link != .refused { link = .closed }
    asked = [:]
  }
}

/// What can be done with a job that was chosen.
package enum JobAction: CaseIterable, Hashable, Sendable {
  case show, start, progress, succeed, fail, reject

  /// What the job becomes; nil for looking at it.
  var status: JobStatus? {
    switch self {
    case .show: nil
    case .start, .progress: .inProgress
    case .succeed: .succeeded
    case .fail: .failed
    case .reject: .rejected
    }
  }

  /// What the list says.
  var title: String {
    switch self {
    case .show: "show what it is to do"
    case .start: "start it"
    case .progress: "tell how far it is"
    case .succeed: "it is done"
    case .fail: "it failed"
    case .reject: "refuse it"
    }
  }

  /// What is asked before it is sent, with the job's name behind it.
  var verb: String {
    switch self {
    case .show, .start: "Start"
    case .progress: "Tell the progress of"
    case .succeed: "End as succeeded"
    case .fail: "End as failed"
    case .reject: "Refuse"
    }
  }
}

/// A change of a job as the person confirms it: exactly this is sent.
package struct JobDecision: Equatable, Sendable {
  let action: JobAction
  let job: String
  /// Those that were typed; empty for none.
  let details: JSONValue
  /// The version that the person saw.
  let version: Int64?

  package static func == (left: JobDecision, right: JobDecision) -> Bool {
    left.action == right.action && left.job.hasSameScalars(as: right.job)
      && left.details == right.details && left.version == right.version
  }
}

/// Details as they are typed: `step=flash progress=50 % reason=…`.
///
/// A word that begins with a detail's name and `=` begins a detail; other words go on with the one
/// before, so that values may hold spaces.
enum TypedDetails {
  case details(JSONObject)
  case refused(String)

  init(_ text: String) {
    var details = JSONObject()
    for word in text.split(separator: " ") {
      if let sign = word.firstIndex(of: "="), sign > word.startIndex,
        word[..<sign].utf8.allSatisfy(\.isNameByte)
      {
        let key = String(word[..<sign])
        guard details[key] == nil else {
          self = .refused("\(key) is there twice")
          return
        }
        details.append(key: key, value: .string(String(word[word.index(after: sign)...])))
      } else if let last = details.members.last, let value = last.value.string {
        details[last.key] = .string(value.isEmpty ? String(word) : "\(value) \(word)")
      } else {
        self = .refused("write for instance progress=50 %")
        return
      }
    }
    if let fault = JobDetails.fault(in: details) {
      self = .refused(fault)
    } else {
      self = .details(details)
    }
  }
}
