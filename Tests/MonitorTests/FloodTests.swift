import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("A flood of messages")
struct FloodTests {
  /// Documents with values that change and keys that come and go.
  private func flood(_ person: inout Person, versions: ClosedRange<Int64>) throws {
    var generator = SeededGenerator(seed: 11)
    func values() -> String {
      let keys = ["a", "b", "c", "d", "e"].filter {
        $0 == "c"
          || UInt64.random(
            in: 0..<4, using: &generator) > 0
      }
      let members = keys.map { #""\#($0)":\#(UInt64.random(in: 0..<100, using: &generator))"# }
      return "{\(members.joined(separator: ","))}"
    }
    var before = #"{"c":0}"#
    for version in versions {
      let reported = values()
      try person.receiveDocuments(
        from: (before, nil), reported: reported, desired: #"{"c":50}"#, version: version)
      before = reported
      person.wait(milliseconds: 3)
    }
  }

  @Test("tells how many messages wait to be shown, and is silent once none does")
  func backlog() throws {
    var person = try Person(size: Size(rows: 24, columns: 100), reported: #"{"a":1}"#)
    for (count, words) in [(7, "7 behind"), (999, "999 behind"), (4000, " 4,000 behind")] {
      person.send(.backlog(count))
      #expect(person.screen()[0].contains(words))
      #expect(person.role(of: words.trimmingPrefix(" ").description) == .meterWarn)
    }
    person.send(.backlog(0))
    #expect(!person.screen()[0].contains("behind"))
  }

  @Test("leaves the same on the screen as messages that come one by one")
  func same() throws {
    var calm = try Person(
      size: Size(rows: 40, columns: 120), reported: #"{"a":1,"c":0,"e":2}"#, version: 5)
    calm.type("j")
    var flooded = calm
    try flood(&calm, versions: 6...60)
    flooded.isFlooded = true
    try flood(&flooded, versions: 6...60)
    flooded.send(.tick)
    calm.send(.tick)
    #expect(flooded.screen() == calm.screen())
    #expect(flooded.sees("v60"))
    #expect(flooded.model.log.total == calm.model.log.total)
  }

  @Test("is on the screen before a key means anything")
  func key() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 5)
    person.isFlooded = true
    try person.receiveDocuments(
      from: (#"{"a":1}"#, nil), reported: #"{"a":1,"b":2}"#, version: 6)
    person.type("G")
    #expect(person.model.table.selection?.name == "b")
  }

  @Test("of two shadows shows each of them")
  func shadows() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 5)
    person.type("S")
    person.type("other")
    person.press(.enter)
    let other = try #require(person.model.shadows.last)
    person.isFlooded = true
    for (address, value) in [(Person.address, 7), (other.address, 8)] {
      let payload = #"""
        {"previous":null,"current":{"state":{"reported":{"a":\#(value)}},"version":6},"timestamp":1}
        """#
      person.send(
        .received(
          topic: address.topic(.documents), payload: Array(payload.utf8), arrival: person.now,
          retained: false))
    }
    person.send(.tick)
    let values = person.model.shadows.map { $0.table.tree.nodes.first?.reported }
    #expect(values == [7, 8])
  }
}
