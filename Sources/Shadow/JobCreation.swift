package import JSON

/// The sandbox's way to give a thing a job; AWS and MIC have web interfaces for that, and no topic.
///
/// The owner publishes an object with the members `thing`, `jobId`, `document` (an object: what is to
/// be done) and, to have it back in the answer, `clientToken`.
package enum JobCreation {
  /// Where the owner publishes.
  package static let requests = "shadowscope/sandbox/jobs/create"
  /// Where it is told that the job is queued: `thing`, `jobId`, `timestamp`.
  package static let accepted = requests + "/accepted"
  /// Where it is told why it is not: `code`, `message`, `timestamp`.
  package static let rejected = requests + "/rejected"

  /// Bytes of a job's document as JSON, as AWS limits it.
  package static let largestDocument = 32_768

  /// The exact bytes to send.
  ///
  /// - Parameters:
  ///   - job: its name, of which a thing has but one.
  ///   - thing: who is to do it.
  ///   - document: what is to be done.
  ///   - token: comes back in the answer.
  /// - Returns: the message for the owner's topic.
  package static func publication(
    of job: JobID, for thing: String, document: JSONObject, token: ClientToken
  ) -> Publication {
    let body: JSONValue = [
      "thing": .string(thing), "jobId": .string(job.text), "document": .object(document),
      "clientToken": .string(token.text),
    ]
    return Publication(topic: requests, payload: body.compactBytes)
  }
}
