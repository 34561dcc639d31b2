import Shadow

/// Makes client tokens that differ from those of other clients; the same seed makes the same ones.
struct TokenSource: Sendable {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func token() -> ClientToken { ClientToken.make(using: &generator) }
}
