import Shadow
import Testing

@Suite("Calendar and clock")
struct CalendarTimeTests {
  @Test(
    "show a moment as ISO 8601",
    arguments: [
      (0, 0, "1970-01-01T00:00:00Z"), (-1, 0, "1969-12-31T23:59:59.999Z"),
      (1_795_521_871_204, 0, "2026-11-24T12:04:31.204Z"),
      (1_795_521_871_000, 3600, "2026-11-24T13:04:31+01:00"),
      (1_795_521_871_000, -12_600, "2026-11-24T08:34:31-03:30"),
      (951_782_400_000, 0, "2000-02-29T00:00:00Z"), (4_107_542_400_000, 0, "2100-03-01T00:00:00Z"),
      (-62_167_219_200_000, 0, "0000-01-01T00:00:00Z"),
      (-62_198_755_200_000, 0, "-0001-01-01T00:00:00Z"),
    ] as [(Int64, Int, String)])
  func iso(_ moment: Int64, _ offset: Int, _ text: String) {
    let time = CalendarTime(moment, utcOffsetSeconds: offset)
    #expect(time.iso == text)
    #expect(time.moment == moment)
  }

  @Test("count every day of four hundred years once", arguments: [1600, 2000] as [Int64])
  func days(_ first: Int64) throws {
    var moment = try #require(CalendarTime(year: first, month: 1, day: 1)).moment
    for year in first..<first + 400 {
      for month in 1...12 {
        for day in 1...CalendarTime.days(inMonth: month, of: year) {
          let time = CalendarTime(moment)
          guard time.year == year, time.month == month, time.day == day, time.moment == moment
          else {
            Issue.record("\(year)-\(month)-\(day) is \(time.iso)")
            return
          }
          moment += 86_400_000
        }
      }
    }
  }

  @Test("refuse what no calendar or clock has")
  func refused() {
    #expect(CalendarTime(year: 2026, month: 2, day: 29) == nil)
    #expect(CalendarTime(year: 2026, month: 13, day: 1) == nil)
    #expect(CalendarTime(year: 2026, month: 1, day: 1, hour: 24) == nil)
    #expect(CalendarTime(year: 2026, month: 1, day: 1, utcOffsetSeconds: 86_400) == nil)
    #expect(CalendarTime(year: 2024, month: 2, day: 29)?.date == "2024-02-29")
  }

  @Test("hold out at the ends of time", arguments: [Int64.min, .max])
  func extremes(_ moment: Int64) {
    for offset in [-3600, 0, 3600] {
      #expect(CalendarTime(moment, utcOffsetSeconds: offset).clock.count == 8)
    }
  }
}
