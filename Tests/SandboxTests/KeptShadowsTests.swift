import JSON
@testable import Sandbox
import Shadow
import ShadowService
import Synchronization
import TestSupport
import Testing
import Thing

@Suite("Shadows that are kept before they are answered")
struct KeptShadowsTests {
  @Test("requests that came together are kept in one write, each shadow once")
  func together() {
    let store = FakeStore()
    var shadows = KeptShadows(service: ShadowService(), store: store)
    let answers = shadows.answer([
      update("lamp1", #"{"state":{"reported":{"a":1}}}"#), get("lamp1"),
      update("lamp1", #"{"state":{"reported":{"a":2}}}"#),
      update("lamp2", #"{"state":{"reported":{"a":1}}}"#), update("lamp2", "nonsense"),
    ])
    #expect(
      answers.map { $0.report?.version } == [1, 1, 2, 1, nil])
    #expect(store.writes == [["lamp1 v2", "lamp2 v1"]])
  }

  @Test("what changes nothing is not written")
  func reading() {
    let store = FakeStore()
    var shadows = KeptShadows(service: ShadowService(), store: store)
    _ = shadows.answer([get("lamp1"), update("lamp1", "nonsense"), delete("lamp1")])
    #expect(store.writes.isEmpty)
  }

  @Test("what cannot be kept is refused with 500 and has not happened")
  func refused() throws {
    let store = FakeStore()
    var shadows = KeptShadows(service: ShadowService(), store: store)
    _ = shadows.answer([update("lamp1", #"{"state":{"desired":{"a":1}}}"#)])
    let before = shadows.service.allStored
    store.failures.withLock { $0 = 100 }
    let answers = shadows.answer([
      get("lamp1"),
      update("lamp1", #"{"state":{"desired":{"a":2}},"clientToken":"t1"}"#), get("lamp1"),
      delete("lamp1"), update("lamp2", #"{"state":{"desired":{"a":1}}}"#), get("lamp2"),
    ])
    let told = answers.map { answer in
      answer.publications.map { publication in
        String(publication.topic.dropFirst("$aws/things/".count)) + " "
          + String(decoding: publication.payload, as: UTF8.self)
      }
    }
    let refusal = #"{"code":500,"message":"Internal service failure""#
    #expect(told[0] == told[2])
    #expect(told[0][0].contains(#""version":1"#))
    #expect(told[1] == ["lamp1/shadow/update/rejected \(refusal),\"clientToken\":\"t1\"}"])
    #expect(told[3] == ["lamp1/shadow/delete/rejected \(refusal)}"])
    #expect(told[4] == ["lamp2/shadow/update/rejected \(refusal)}"])
    #expect(told[5][0].contains(#""code":404"#))
    #expect(
      answers.map { $0.report?.outcome == .rejected(.internalFailure) }
        == [false, true, false, true, true, false])
    #expect(shadows.service.allStored == before)
  }

  @Test("of requests that came together, those that can be kept alone are")
  func alone() {
    let store = FakeStore()
    var shadows = KeptShadows(service: ShadowService(), store: store)
    // All three together, then the first of them alone.
    store.failures.withLock { $0 = 2 }
    let answers = shadows.answer(
      (1...3).map { update("lamp1", #"{"state":{"reported":{"a":\#($0)}}}"#) })
    #expect(answers.map { $0.report?.version } == [nil, 1, 2])
    #expect(store.writes == [["lamp1 v1"], ["lamp1 v2"]])
  }

  @Test("the person is told once that nothing is kept, and once that it is again")
  func news() {
    let store = FakeStore()
    var shadows = KeptShadows(service: ShadowService(), store: store)
    let request = update("lamp1", #"{"state":{"reported":{"a":1}}}"#)
    var told: [String?] = []
    for failures in [0, 1, 1, 0, 0] {
      store.failures.withLock { $0 = failures }
      _ = shadows.answer([request])
      told.append(shadows.takeNews())
    }
    #expect(told.map { $0 == nil } == [true, false, true, false, true])
    #expect(told[1]?.contains("cannot write journal: No space left on device") == true)
    #expect(told[3]?.contains("again") == true)
  }

  // MARK: -

  private func update(_ thing: String, _ body: String) -> ReceivedMessage {
    request(thing, "update", body)
  }

  private func get(_ thing: String) -> ReceivedMessage { request(thing, "get", "") }

  private func delete(_ thing: String) -> ReceivedMessage { request(thing, "delete", "") }

  private func request(_ thing: String, _ operation: String, _ body: String) -> ReceivedMessage {
    ReceivedMessage(
      topic: "$aws/things/\(thing)/shadow/\(operation)", payload: Array(body.utf8),
      arrivedAt: 1_700_000_000_000)
  }
}

/// A store in memory that fails as often as it is told to.
private final class FakeStore: ShadowStore {
  let failures = Mutex(0)
  private let kept = Mutex<[[String]]>([])

  /// What each write kept, for instance `lamp1 v2`.
  var writes: [[String]] { kept.withLock { $0 } }

  func keep(
    _ changes: [StateChange], all: [ShadowAddress: StoredShadow], now: Int64
  ) throws(FileError) {
    let fails = failures.withLock { left in
      defer { left = max(0, left - 1) }
      return left > 0
    }
    if fails { throw FileError("write", "journal", code: 28) }
    kept.withLock { kept in
      kept.append(changes.map { "\($0.address.thing) v\($0.stored.document?.version ?? 0)" })
    }
  }
}
