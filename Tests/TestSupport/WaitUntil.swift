/// Asks again and again until the condition holds.
///
/// - Parameters:
///   - what: named in the failure.
///   - seconds: the deadline from now.
///   - condition: asked every few milliseconds.
/// - Throws: `ChildProcess.Failure` when the seconds are over.
package func waitUntil(
  _ what: String, seconds: Double = 20, _ condition: () throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while try !condition() {
    guard ContinuousClock.now < deadline else {
      throw ChildProcess.Failure(description: "not within \(seconds) s: \(what)")
    }
    try await Task.sleep(for: .milliseconds(20))
  }
}
