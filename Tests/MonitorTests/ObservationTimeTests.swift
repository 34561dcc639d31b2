import Monitor
import Testing

@Suite("The time of an observation, as typed")
struct ObservationTimeTests {
  /// 2026-11-24 12:04:31.204 UTC.
  static let now: Int64 = 1_795_521_871_204
  /// That minute's start.
  static let minute: Int64 = 1_795_521_840_000

  static func read(_ text: String, offset: Int = 0) -> ObservationTime {
    ObservationTime(text, at: now, utcOffsetSeconds: offset)
  }

  @Test(
    "is read in every form people write",
    arguments: [
      ("now", now), (" NOW ", now), ("1795521871204", now), ("946684800000", 946_684_800_000),
      ("1795521931204", now + 60_000),
      ("5m ago", now - 300_000), ("5m", now - 300_000), ("2h 30m ago", now - 9_000_000),
      ("2h30m", now - 9_000_000), ("90s", now - 90_000), ("1d ago", now - 86_400_000),
      ("1 day ago", now - 86_400_000), ("2 weeks", now - 1_209_600_000),
      ("3 mins ago", now - 180_000),
      ("250ms ago", now - 250), ("0s", now),
      ("2026-11-24T12:04:00Z", minute), ("2026-11-24t12:04:00z", minute),
      ("2026-11-24 12:04", minute), ("2026-11-24T13:04:00+01:00", minute),
      ("2026-11-24T13:04+0100", minute), ("2026-11-24T13:04+01", minute),
      ("2026-11-24T08:34:00-03:30", minute), ("2026-11-24T12:04:00.25Z", minute + 250),
      ("2026-11-24T12:04:00.123456Z", minute + 123), ("2026-11-24", minute - 43_440_000),
      ("12:04", minute), ("9:04", minute - 10_800_000), ("12:04:31", minute + 31_000),
      ("23:00", minute - 47_040_000), ("12:04:00.5", minute + 500),
    ] as [(String, Int64)])
  func forms(_ text: String, _ moment: Int64) {
    #expect(Self.read(text) == .moment(moment))
  }

  @Test("is local where no zone is written")
  func local() {
    #expect(Self.read("13:04", offset: 3600) == .moment(Self.minute))
    #expect(Self.read("12:04z", offset: 3600) == .moment(Self.minute))
    #expect(Self.read("2026-11-24 13:04", offset: 3600) == .moment(Self.minute))
    #expect(Self.read("2026-11-24", offset: 3600) == .moment(Self.minute - 43_440_000 - 3_600_000))
    // It is tomorrow there already.
    #expect(Self.read("2026-11-25", offset: 43_200) == .moment(Self.minute - 240_000))
  }

  @Test(
    "is asked back for another unit than milliseconds",
    arguments: [
      ("1795521871", 1_795_521_871_000, "seconds"), ("1795521871.25", 1_795_521_871_250, "seconds"),
      ("1795521871204000", now, "microseconds"), ("1795521871204000000", now, "nanoseconds"),
    ] as [(String, Int64, String)])
  func units(_ text: String, _ moment: Int64, _ unit: String) {
    #expect(
      Self.read(text)
        == .doubtful(
          moment,
          question: "That is \(unit), MIC takes milliseconds. Take \(moment), 2026-11-24 12:04:31?")
    )
  }

  @Test(
    "is refused with words",
    arguments: [
      ("", "a time: "), ("soon", "not a time"), ("12", "is before 2000"), ("-5", "is before 2000"),
      ("5x ago", "not a time"), ("ago", "not a time"), ("5", "is before 2000"),
      ("2026-13-01", "there is no month 13"), ("2026-02-29", "February 2026 has no day 29"),
      ("24:00", "no clock shows that"), ("12:60", "no clock shows that"), ("12:5", "not a time"),
      ("2026-11-24T", "not a time"), ("2026-11-24 12:04 CET", "not a time"),
      ("2026-11-24T12:04:00+25:00", "not a time"), ("-5m", "not a time"),
      ("2026-11-24T12:06Z", "2026-11-24 12:06:00 is yet to come"), ("2027-01-01", "is yet to come"),
      ("1999-12-31", "is before 2000"), ("30000d ago", "is before 2000"),
      ("99999999999999999999", "not a time"), ("9223372036854775807", "is yet to come"),
      ("999999999999999999s", "not a time"), ("1-2-3", "not a time"), ("\u{1B}[2J", "not a time"),
    ])
  func refusals(_ text: String, _ words: String) {
    guard case .refused(let reason) = Self.read(text) else {
      Issue.record("\(text) was taken: \(Self.read(text))")
      return
    }
    #expect(reason.contains(words))
  }
}
