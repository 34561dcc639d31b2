import JSON
import Shadow
import Testing

@Suite("The JSON parser under damaged texts")
struct FuzzTests {
  @Test("never crashes, and what it takes reads back the same", arguments: UInt64(1)...20)
  func damaged(_ seed: UInt64) throws {
    var documents = RandomDocument(seed: seed)
    var taken = 0
    var refused = 0
    for _ in 0..<100 {
      let valid = documents.value().compactBytes
      for _ in 0..<10 {
        let bytes = damage(valid, &documents.random)
        do {
          let value = try JSONParser.parse(bytes)
          let written = value.compactBytes
          let again = try JSONParser.parse(written)
          try #require(again == value && again.compactBytes == written, "seed \(seed): \(bytes)")
          taken += 1
        } catch let error as JSONSyntaxError {
          try #require((0...bytes.count).contains(error.offset), "seed \(seed): \(bytes)")
          let shown = error.message + error.excerpt(of: bytes)
          try #require(Self.isSafe(shown), "seed \(seed): \(bytes)")
          refused += 1
        }
      }
    }
    // A generator that damages nothing, or everything, would prove nothing.
    #expect(taken > 50 && refused > 50, "seed \(seed)")
  }

  private static func isSafe(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n" || !(scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value))
    }
  }

  /// Flips, cuts, inserts, repeats or swaps bytes once to three times.
  private func damage(_ valid: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    let structure =
      Array(#"[]{}:,"\0123456789eE+-.truefalsn \#n"#.utf8) + [0x00, 0x80, 0xC3, 0xED, 0xFF]
    var bytes = valid
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, place + Int.random(in: 0...6, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0:
        if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random) }
      case 1: bytes.removeSubrange(place..<end)
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.insert(structure.randomElement(using: &random) ?? 0, at: place)
      case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
      default: bytes.insert(0x20, at: place)
      }
    }
    return bytes
  }
}
