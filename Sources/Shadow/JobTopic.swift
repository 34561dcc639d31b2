/// The name of a job, as AWS IoT Jobs takes it: 1 to 64 of `a-z A-Z 0-9 _ -`.
package struct JobID: Hashable, Sendable {
  /// Stands for the job that is next; only `get` takes it.
  package static let next = JobID(unchecked: "$next")
  /// Characters that a name may have.
  package static let longest = 64

  /// ASCII alone, so that `==` compares code points.
  package let text: String

  /// Takes a name that follows the rule; nil for any other, `$next` included.
  package init?(_ text: String) {
    guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
      return nil
    }
    self.text = text
  }

  private init(unchecked text: String) { self.text = text }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

/// What a thing can ask of AWS IoT Jobs.
///
/// That Managed IoT Cloud uses these topics is likely, and not confirmed (mic-thing-api 2, L5).
package enum JobOperation: Hashable, Sendable {
  /// GetPendingJobExecutions: what waits or is under way.
  case pending
  /// StartNextPendingJobExecution.
  case startNext
  /// DescribeJobExecution; `JobID.next` for the one that is next.
  case describe(JobID)
  /// UpdateJobExecution.
  case update(JobID)

  /// What stands behind `jobs/` in the topic of the request, for instance `fw-1/update`.
  package var suffix: String {
    switch self {
    case .pending: "get"
    case .startNext: "start-next"
    case .describe(let job): "\(job.text)/get"
    case .update(let job): "\(job.text)/update"
    }
  }

  /// Whether it leaves everything as it is.
  package var isReading: Bool {
    switch self {
    case .pending, .describe: true
    case .startNext, .update: false
    }
  }
}

/// A topic below `$aws/things/THING/jobs/` (AWS IoT developer guide, "Jobs device MQTT API
/// operations" and "Jobs notifications").
package enum JobTopic: Hashable, Sendable {
  case request(JobOperation)
  case accepted(JobOperation)
  case rejected(JobOperation)
  /// The list of pending jobs has changed.
  case notify
  /// Another job is next.
  case notifyNext

  /// The topics on which a request is answered.
  package static func answers(to operation: JobOperation) -> [JobTopic] {
    [.accepted(operation), .rejected(operation)]
  }

  /// The filters of all that can be asked for a thing, or with `+` in place of its name for any.
  package static func requestFilters(of thing: String) -> [String] {
    ["get", "start-next", "+/get", "+/update"].map { prefix(of: thing) + $0 }
  }

  /// What stands before ``suffix``.
  package static func prefix(of thing: String) -> String { "$aws/things/\(thing)/jobs/" }

  /// What stands behind `jobs/`.
  package var suffix: String {
    switch self {
    case .request(let operation): operation.suffix
    case .accepted(let operation): operation.suffix + "/accepted"
    case .rejected(let operation): operation.suffix + "/rejected"
    case .notify: "notify"
    case .notifyNext: "notify-next"
    }
  }

  /// The full topic of a thing.
  package func topic(of thing: String) -> String { Self.prefix(of: thing) + suffix }

  /// Reads a full topic; nil for any other than these.
  package static func parse(topic: String) -> (thing: String, topic: JobTopic)? {
    guard let (thing, suffix) = split(topic: topic), let topic = JobTopic(suffix: suffix) else {
      return nil
    }
    return (thing, topic)
  }

  /// The thing and what stands behind `jobs/`, whatever that is; nil for topics elsewhere.
  package static func split(topic: String) -> (thing: String, suffix: String)? {
    let levels = topic.split(separator: "/", maxSplits: 4, omittingEmptySubsequences: false)
    // `==` is enough for these words: no other text is canonically equivalent to them.
    guard levels.count == 5, levels[0] == "$aws", levels[1] == "things", levels[3] == "jobs" else {
      return nil
    }
    return (String(levels[2]), String(levels[4]))
  }

  /// Reads what stands behind `jobs/`; nil if it is none of the topics.
  package init?(suffix: String) {
    var levels = suffix.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    switch levels {
    case ["notify"]: self = .notify
    case ["notify-next"]: self = .notifyNext
    case _ where levels.count > 1 && levels.last == "accepted":
      levels.removeLast()
      guard let operation = Self.operation(levels) else { return nil }
      self = .accepted(operation)
    case _ where levels.count > 1 && levels.last == "rejected":
      levels.removeLast()
      guard let operation = Self.operation(levels) else { return nil }
      self = .rejected(operation)
    default:
      guard let operation = Self.operation(levels) else { return nil }
      self = .request(operation)
    }
  }

  private static func operation(_ levels: [String]) -> JobOperation? {
    switch levels {
    case ["get"]: return .pending
    case ["start-next"]: return .startNext
    case _ where levels.count == 2 && levels[1] == "get":
      return levels[0] == JobID.next.text
        ? .describe(.next) : JobID(levels[0]).map { .describe($0) }
    case _ where levels.count == 2 && levels[1] == "update":
      return JobID(levels[0]).map { .update($0) }
    default: return nil
    }
  }
}
