import Shadow
import Testing

@Suite("Spans of time as people write them")
struct DurationTextTests {
  @Test(
    "A span is read in milliseconds",
    arguments: [
      ("250ms", 250), ("90s", 90_000), ("5m", 300_000), ("1h30m", 5_400_000), ("2d", 172_800_000),
      ("1.5s", 1500), ("0.25h", 900_000), ("1m30s500ms", 90_500), ("0s", 0), ("007s", 7000),
      ("1.000000001s", 1000), ("3650d", DurationText.longest),
    ] as [(String, Int64)])
  func read(text: String, milliseconds: Int64) {
    #expect(DurationText.milliseconds(of: text) == milliseconds)
  }

  @Test(
    "What is no span, or too long, is refused",
    arguments: [
      "", "5", "m", "5 m", "-5s", "+5s", "5M", "5min", "30m1h", "1h1h", "1.s", ".5s", "1.5", "5s ",
      "1e3s", "3651d", "3650d1ms", "9223372036854775807d", "99999999999999999999s", "٥s", "5ḿ",
      "1.0000000001s",
    ])
  func refused(text: String) {
    #expect(DurationText.milliseconds(of: text) == nil)
  }

  @Test(
    "A span is written with the fewest units, and read back",
    arguments: [
      (0, "0s"), (250, "250ms"), (90_000, "1m30s"), (300_000, "5m"), (86_400_001, "1d1ms"),
    ] as [(Int64, String)])
  func written(milliseconds: Int64, text: String) {
    #expect(DurationText.text(of: milliseconds) == text)
    #expect(DurationText.milliseconds(of: text) == milliseconds)
  }
}
