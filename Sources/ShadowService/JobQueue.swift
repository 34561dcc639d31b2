import JSON
import Shadow

/// The jobs of one thing.
struct JobQueue: Sendable {
  /// Jobs of a thing that may wait or be under way at a time.
  static let mostPending = 100
  /// Jobs that are over and still known; the oldest are forgotten.
  static let mostEnded = 100
  /// Jobs that a list notification tells (AWS IoT developer guide, "Jobs notifications").
  static let mostListed = 15

  /// In the order in which they were queued.
  private var jobs: [StoredJob] = []

  subscript(id: JobID) -> StoredJob? { jobs.first { $0.id == id } }

  /// Those that are not over: under way first, then by the time at which they were queued.
  var pending: [StoredJob] {
    jobs.filter { $0.status == .inProgress } + jobs.filter { $0.status == .queued }
  }

  var isFull: Bool { jobs.count { !$0.status.isTerminal } >= Self.mostPending }

  mutating func append(_ job: StoredJob) { jobs.append(job) }

  /// Changes a job and forgets the oldest of those that are over.
  mutating func replace(_ job: StoredJob) {
    guard let place = jobs.firstIndex(where: { $0.id == job.id }) else { return }
    jobs[place] = job
    guard job.status.isTerminal, jobs.count(where: \.status.isTerminal) > Self.mostEnded,
      let oldest = jobs.firstIndex(where: \.status.isTerminal)
    else { return }
    jobs.remove(at: oldest)
  }

  // MARK: Notifications

  /// What a change of the queue makes the service tell the thing.
  ///
  /// The list is told when a job has come into it, has been started, or is over; which job is next is
  /// told when that is another one, and not when only its details change.
  ///
  /// - Parameters:
  ///   - old: the queue before.
  ///   - thing: whose it is.
  ///   - now: seconds since 1970.
  /// - Returns: `notify`, `notify-next`, both or none.
  func notifications(since old: JobQueue, to thing: String, now: Int64) -> [Publication] {
    let (before, after) = (old.pending, pending)
    var publications: [Publication] = []
    let isSame = before.elementsEqual(after) { $0.id == $1.id && $0.status == $1.status }
    if !isSame {
      let listed = after.prefix(Self.mostListed)
      var lists = JSONObject()
      for status in [JobStatus.inProgress, .queued] {
        let some = listed.filter { $0.status == status }.map { JSONValue.object($0.summary) }
        if !some.isEmpty { lists.append(key: status.rawValue, value: .array(some)) }
      }
      publications.append(Self.publication(["jobs": .object(lists)], .notify, thing, now))
    }
    if before.first?.id != after.first?.id {
      let next = after.first.map {
        JSONValue.object($0.execution(of: thing, includesDocument: true))
      }
      let body: JSONObject = next.map { ["execution": $0] } ?? [:]
      publications.append(Self.publication(body, .notifyNext, thing, now))
    }
    return publications
  }

  private static func publication(
    _ body: JSONObject, _ topic: JobTopic, _ thing: String, _ now: Int64
  ) -> Publication {
    var body = body
    body.append(key: "timestamp", value: .number(JSONNumber(now)))
    return Publication(topic: topic.topic(of: thing), payload: JSONValue.object(body).compactBytes)
  }
}
