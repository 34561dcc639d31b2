import Foundation
import JSON
import Shadow
import ShadowService
import Testing

/// Prints figures and judges none of them, since machines differ.
///
/// `scripts/measure` runs it in a release build.
@Suite(
  "The speed of", .serialized,
  .enabled(if: ProcessInfo.processInfo.environment["SHADOWSCOPE_MEASURE"] != nil))
struct SpeedTests {
  /// Seconds of the processor's time, so that other processes count little; the best of a few rounds.
  private func seconds(rounds: Int = 5, _ work: () throws -> Void) rethrows -> Double {
    try (0..<rounds).map { _ in
      let start = clock()
      try work()
      return Double(clock() - start) / Double(CLOCKS_PER_SEC)
    }.min() ?? 0
  }

  /// The state of a small weather station; some 300 bytes as it is stored.
  private static func state(_ reading: Int) -> String {
    #"{"temperature":\#(20 + reading % 10).5,"humidity":\#(40 + reading % 20),"#
      + #""pressure":1013.25,"wind":{"speed":\#(reading % 30),"direction":"north-west"},"#
      + #""battery":{"level":\#(reading % 100),"charging":true},"state":"measuring","#
      + #""latlng":"59.9139,10.7522","firmware":"1.4.2-rc3","tcxn":{"rssi":-\#(reading % 90)}}"#
  }

  @Test("updates to 1,000 things")
  func updates() throws {
    var service = ShadowService()
    let topics = (0..<1000).map {
      ShadowAddress(thing: "station-\($0)").topic(.request(.update))
    }
    for topic in topics {
      let answers = service.handle(
        topic,
        payload: Array(
          #"{"state":{"desired":{"interval":30,"state":"measuring"},"reported":\#(Self.state(0))}}"#
            .utf8), retained: false, now: 1_700_000_000)
      #expect(answers.count == 3)
    }
    let bodies: [[UInt8]] = (0..<100).map {
      Array(#"{"state":{"reported":\#(Self.state($0))},"clientToken":"9c1e44d2"}"#.utf8)
    }
    var answered = 0
    let time = seconds {
      for round in 0..<20 {
        for (index, topic) in topics.enumerated() {
          answered +=
            service.handle(
              topic, payload: bodies[(index + round) % bodies.count], retained: false,
              now: 1_700_000_001
            ).count
        }
      }
    }
    #expect(answered == 300_000)
    let size = service[ShadowAddress(thing: "station-0")]?.size ?? 0
    print("updates (\(size) bytes stored): \(Int(20_000 / time)) a second")
  }

  @Test("reading and writing JSON of 8 KB")
  func json() throws {
    let document = JSONValue.object(
      JSONObject(
        members: try (0..<25).map {
          JSONMember(key: "station-\($0)", value: try JSONParser.parse(Self.state($0)))
        }))
    let text = document.compactBytes
    let megabytes = Double(text.count) * 1000 / 1_000_000
    let reading = try seconds { for _ in 0..<1000 { _ = try JSONParser.parse(text) } }
    var written = 0
    let writing = seconds { for _ in 0..<1000 { written += document.compactBytes.count } }
    #expect(written == text.count * 5000)
    print(
      "JSON of \(text.count) bytes: read \(Int(megabytes / reading)) MB/s,",
      "written \(Int(megabytes / writing)) MB/s")
  }
}
