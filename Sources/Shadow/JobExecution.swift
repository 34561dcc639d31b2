package import JSON

/// A job as it concerns one thing, whole, as a summary, or its state alone; what came is kept as it
/// is.
package struct JobExecution: Sendable {
  /// As it came.
  package let json: JSONObject
  /// What the list that it stood in says of it, where it does not itself.
  private let listed: JobStatus?

  /// Takes an object that is not empty; nil for any other value.
  ///
  /// - Parameters:
  ///   - value: an execution, a summary or a state.
  ///   - listed: the status of all in the list that it comes from; nil if it comes from none.
  package init?(_ value: JSONValue?, listed: JobStatus? = nil) {
    guard let object = value?.object, !object.isEmpty else { return nil }
    json = object
    self.listed = listed
  }

  /// The job's name, which is outside text; nil in a state, which bears none.
  package var id: String? { json["jobId"]?.string }

  /// As AWS IoT Jobs names it; outside text, nil if it is not told.
  package var statusText: String? { json["status"]?.string ?? listed?.rawValue }

  /// Nil if it is not told, or unknown.
  package var status: JobStatus? {
    statusText.flatMap { text in JobStatus.allCases.first { $0.rawValue.hasSameScalars(as: text) } }
  }

  /// `statusDetails`; empty if there are none.
  package var details: JSONObject { json["statusDetails"]?.object ?? JSONObject() }

  /// What is to be done, or the JSON in it where it is a text that holds some; nil if it is not told.
  package var document: JSONValue? {
    guard let document = json["jobDocument"] else { return nil }
    guard let text = document.string, let inner = try? JSONParser.parse(text) else {
      return document
    }
    return inner
  }

  /// Grows by one with each update; nil if it is not told.
  package var version: Int64? { Self.integer(json["versionNumber"]) }

  /// Which run of the job on this thing; nil if it is not told.
  package var number: Int64? { Self.integer(json["executionNumber"]) }

  /// When it was queued, in seconds since 1970; nil if it is not told.
  package var queuedAt: Int64? { Self.seconds(json["queuedAt"]) }

  /// When it was started, in seconds since 1970; nil if it was not, or it is not told.
  package var startedAt: Int64? { Self.seconds(json["startedAt"]) }

  /// When it was changed last, in seconds since 1970; nil if it is not told.
  package var updatedAt: Int64? { Self.seconds(json["lastUpdatedAt"]) }

  /// AWS's pages show some numbers as texts.
  private static func integer(_ value: JSONValue?) -> Int64? {
    value?.integer ?? value?.string.flatMap { Int64($0) }
  }

  /// AWS's pages speak of seconds and show milliseconds: from the year 5138 on it is the latter.
  private static func seconds(_ value: JSONValue?) -> Int64? {
    integer(value).map { $0 >= 100_000_000_000 ? $0 / 1000 : $0 }
  }
}

/// The jobs of a thing that are not over, in the order in which the service lists them.
package struct JobList: Sendable {
  package let inProgress: [JobExecution]
  package let queued: [JobExecution]

  /// Those under way first; the first of all is next.
  package var all: [JobExecution] { inProgress + queued }
}
