import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

@Suite("A session with a service that fails on demand")
struct FaultySessionTests {
  @Test("does not know what became of an update whose answer is dropped")
  func dropped() async throws {
    let sandbox = try TestSandbox(faults: ["drop kind=accepted operation=update"])
    let session = RecordedSession(
      try sandbox.configuration(deadlines: Deadlines(answer: 200)))
    guard case .unknown = try await outcome(of: session).outcome else {
      Issue.record("\(session.events.events)")
      return
    }
    // It was applied all the same.
    try await session.events.wait(for: "documents") {
      if case .received(let message) = $0 { message.topic.hasSuffix("/documents") } else { false }
    }
  }

  @Test("settles an update once though its answer comes twice")
  func duplicate() async throws {
    let sandbox = try TestSandbox(faults: ["duplicate kind=accepted"])
    let session = RecordedSession(try sandbox.configuration())
    let (place, outcome) = try await outcome(of: session)
    guard case .accepted(version: 1, _, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    // What comes after the second answer: nothing of the update is under way any more then.
    try await session.events.wait(for: "documents", from: place) {
      if case .received(let message) = $0 { message.topic.hasSuffix("/documents") } else { false }
    }
    let answers = session.events.events.filter {
      if case .received(let message) = $0 {
        message.topic.hasSuffix("update/accepted")
      } else {
        false
      }
    }
    let outcomes = session.events.events.filter {
      if case .outcome(_, _, .update, _) = $0 { true } else { false }
    }
    #expect(answers.count == 2)
    #expect(outcomes.count == 1)
  }

  @Test("takes a refusal on demand for one", arguments: [429, 500])
  func refused(code: Int) async throws {
    let sandbox = try TestSandbox(faults: ["answer=\(code) operation=update"])
    let session = RecordedSession(try sandbox.configuration())
    guard case .rejected(let error, _) = try await outcome(of: session).outcome else {
      Issue.record("\(session.events.events)")
      return
    }
    #expect(error.code == code)
  }

  @Test("measures the delay of an answer")
  func delay() async throws {
    let sandbox = try TestSandbox(faults: ["delay=150 kind=accepted"])
    let session = RecordedSession(try sandbox.configuration())
    guard case .accepted(_, _, let milliseconds) = try await outcome(of: session).outcome else {
      Issue.record("\(session.events.events)")
      return
    }
    #expect((150..<5000).contains(milliseconds))
  }

  @Test(
    "has the answer after which its connection is cut, and comes back", arguments: [false, true])
  func cut(strict: Bool) async throws {
    let sandbox = try TestSandbox(strict: strict, faults: ["disconnect kind=accepted next=1"])
    let session = RecordedSession(try sandbox.configuration())
    let (place, outcome) = try await outcome(of: session)
    guard case .accepted = outcome else {
      Issue.record("\(outcome)")
      return
    }
    let lost = try await session.events.wait(for: "end", from: place) {
      if case .connection(.lost(_, .some)) = $0 { true } else { false }
    }.place
    _ = try await session.online(from: lost)
  }

  /// Sends an update once the first `get` is over; tells how it ended.
  private func outcome(
    of session: borrowing RecordedSession
  ) async throws -> (place: Int, outcome: RequestOutcome) {
    let start = try await session.outcome(of: .get).place
    try session.update("on", token: "mine")
    let (place, _, outcome) = try await session.outcome(of: .update, from: start)
    return (place, outcome)
  }
}
