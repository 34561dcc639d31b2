import JSON
import Shadow
import ShadowService
import Testing

/// Forty random updates a seed; a failure names the seed.
@Suite("After any updates")
struct ReferenceTests {
  @Test(
    "get and delta tell what a simple fold of the updates tells (4.3, 4.5, 5, 6.1, 7, 8)",
    arguments: UInt64(100)..<112)
  func fold(_ seed: UInt64) throws {
    var lamp = Lamp()
    var states = RandomStates(seed: seed)
    var reference = ReferenceShadow()
    for _ in 0..<40 {
      lamp.now += 1
      let state = states.state()
      let answers = try lamp.update(JSONValue.object(["state": state]).compact)
      reference.play(state, at: lamp.now)
      let got = try #require(try lamp.send("get")["get/accepted"])
      var told = try #require(got["state"]?.object)
      let delta = told["delta"]
      told["delta"] = nil
      let metadata = try #require(got["metadata"])
      let entries = try #require(ReferenceShadow.entries(of: .object(told), metadata))
      try #require(plain(entries) == plain(reference.entries))
      try #require(got["version"]?.integer == reference.version)
      let published = answers["update/delta"]
      try #require(published?["state"] == delta)
      var open: [[String]: ReferenceShadow.Entry] = [:]
      if let published {
        let state = try #require(published["state"])
        let metadata = try #require(published["metadata"])
        open = try #require(ReferenceShadow.entries(of: state, metadata))
      }
      try #require(plain(open) == plain(reference.delta))
    }
  }

  /// An array of empty arrays and objects has no leaf and so no time.
  private func plain(
    _ entries: [[String]: ReferenceShadow.Entry]
  ) -> [[String]: ReferenceShadow.Entry] {
    entries.mapValues { entry in
      entry.text.contains { $0.isNumber || $0.isLetter }
        ? entry : ReferenceShadow.Entry(text: entry.text, time: 0)
    }
  }

  @Test("a number comes back byte for byte (5)", arguments: UInt64(1)...10)
  func numbers(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var lamp = Lamp()
    for _ in 0..<30 {
      let lexeme = randomNumber(&random)
      let body = #"{"state":{"desired":{"n":\#(lexeme),"l":[{"m":\#(lexeme)}]}}}"#
      let answers = try lamp.update(body) + lamp.send("get")
      let expected = #"{"n":\#(lexeme),"l":[{"m":\#(lexeme)}]}"#
      let accepted = answers["update/accepted"]?["state"]?.object?["desired"]
      let delta = answers["update/delta"]?["state"]
      let current = answers["update/documents"]?["current"]?.object?["state"]?.object?["desired"]
      let got = answers["get/accepted"]?["state"]?.object
      for place in [accepted, delta, current, got?["desired"], got?["delta"]] {
        #expect(place?.compact == expected)
      }
    }
  }

  private func randomNumber(_ random: inout SeededGenerator) -> String {
    func digits(_ count: ClosedRange<Int>) -> String {
      (0..<Int.random(in: count, using: &random))
        .map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
    }
    var text = Bool.random(using: &random) ? "-" : ""
    text += Bool.random(using: &random) ? "0" : "7" + digits(0...24)
    if Bool.random(using: &random) { text += "." + digits(1...20) }
    if Bool.random(using: &random) {
      text += ["e", "E", "e+", "E-"].randomElement(using: &random) ?? "e"
      text += digits(1...4)
    }
    return text
  }
}
