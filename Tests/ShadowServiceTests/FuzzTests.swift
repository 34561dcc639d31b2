import Foundation
import JSON
import Shadow
import ShadowService
import Testing

/// `scripts/fuzz` runs it for longer: `SHADOWSCOPE_FUZZ_REQUESTS` sets the number of messages,
/// `SHADOWSCOPE_FUZZ_SEED` the first seed.
@Suite("The service under any messages")
struct FuzzTests {
  /// Messages that one seed makes, to one service.
  static let run = 50_000
  static let requests = setting("REQUESTS") ?? 1500
  static let seeds: [UInt64] = (0..<max(1, UInt64(requests / run))).map {
    UInt64(setting("SEED") ?? 1) + $0
  }

  private static func setting(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment["SHADOWSCOPE_FUZZ_" + name].flatMap(Int.init)
  }

  @Test("answers each request once, rightly, and keeps its rules", arguments: seeds)
  func fuzz(_ seed: UInt64) throws {
    var fuzzer = RequestFuzzer(seed: seed)
    var witness = Witness()
    let count = min(Self.run, Self.requests)
    for step in 0..<count {
      let message = fuzzer.message()
      do {
        try witness.send(message)
      } catch {
        Issue.record(
          """
          seed \(seed), message \(step): \(error.what)
          topic \(message.topic.debugDescription), retained \(message.retained)
          payload \(String(decoding: message.payload.prefix(2000), as: UTF8.self).debugDescription)
          """)
        return
      }
    }
    // Messages that never reach the rules would prove nothing.
    #expect(witness.outcomes.keys.sorted() == [200, 400, 404, 409, 413, 415])
    #expect((witness.outcomes[200] ?? 0) > count / 4)
    if Self.requests >= Self.run { print("seed \(seed): \(count) messages, \(witness.summary)") }
  }
}
