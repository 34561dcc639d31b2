import Canvas
import Monitor
import Testing

@Suite("Filtering a long log")
struct LogFilterWorkTests {
  @Test("takes a bounded part of 50,000 messages at a time, and comes to the end of them")
  func bounded() {
    let count = 50_000
    var log = MessageLog(limit: 1 << 30)
    let summary = [Span("~ humidity 60 → 61")]
    for number in 0..<count {
      log.append(
        LogEntry(
          time: Int64(number), direction: .incoming, topic: "update/documents", payload: [],
          summary: summary))
    }
    // Every message is one of these, so that what is shown counts what was looked at.
    log.narrow(to: LogFilter("in"))
    let most = MessageLog.filteredAtOnce / 200 + 1
    var (shown, ticks) = (0, 0)
    while log.isFiltering {
      #expect(log.shownCount - shown <= most)
      shown = log.shownCount
      ticks += 1
      log.goOnFiltering()
    }
    #expect(log.shownCount == count)
    #expect(ticks >= count / most)
  }
}
