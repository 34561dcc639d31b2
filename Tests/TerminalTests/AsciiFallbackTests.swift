import Testing

@testable import Terminal

@Suite("Stand-ins in ASCII")
struct AsciiFallbackTests {
  @Test(
    "show the dots of a plot by their height",
    arguments: [
      ("⠉", "'"), ("⠒", "-"), ("⠤", "-"), ("⣀", "."), ("⡇", "|"), ("⢸", "|"), ("⠁", "'"),
      ("⢀", "."),
      ("⡰", "*"), ("⣿", "*"), ("─", "-"), ("┤", "+"), ("−", "-"), ("温", "?"),
    ] as [(String, Character)])
  func braille(_ text: String, _ expected: Character) {
    #expect(AsciiFallback.character(for: text) == expected)
  }
}
