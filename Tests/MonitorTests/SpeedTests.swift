import Canvas
import Foundation
import JSON
import Monitor
import Shadow
import Testing

/// Prints figures and judges none of them, since machines differ.
///
/// `scripts/measure` runs it in a release build.
@Suite(
  "The monitor's speed with", .serialized,
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

  private func state(_ resources: Int, changed: Int) -> String {
    let members = (0..<resources).map { place in
      #""sensor\#(place)":\#(place == changed % resources ? changed : place)"#
    }
    return "{\(members.joined(separator: ","))}"
  }

  @Test("so many resources", arguments: [5, 100, 5000])
  func resources(_ count: Int) throws {
    let updates = max(10, min(2000, 20_000 / count))
    var person = try Person(
      size: Size(rows: 40, columns: 120), reported: state(count, changed: 0), version: 1)
    // Written before the clock runs.
    var recorder = person
    for number in 1...updates {
      try recorder.receiveDocuments(
        from: (state(count, changed: number - 1), nil), reported: state(count, changed: number),
        version: Int64(number + 1))
    }
    let payloads = recorder.model.log.entries.suffix(updates).compactMap(\.payload)
    let topic = Person.address.topic(.documents)
    let fresh = person
    let taking = seconds {
      person = fresh
      person.isFlooded = true
      for payload in payloads {
        person.send(
          .received(topic: topic, payload: payload, arrival: person.now, retained: false))
      }
      person.send(.tick)
    }
    #expect(person.model.shadow.version == Int64(updates + 1))
    person.isFlooded = false
    var drawn = 0
    let keys = seconds {
      for number in 0..<200 {
        person.type(number % 2 == 0 ? "j" : "k")
        drawn += person.frame().size.rows
      }
    }
    #expect(drawn == 5 * 200 * 40)
    print(
      "\(count) resources, documents of \(payloads.first?.count ?? 0) bytes:",
      "\(Int(Double(updates) / taking)) taken in a second;",
      "a key and its frame of 120x40 in \(Int(keys / 200 * 1_000_000)) µs")
  }
}
