import Recordings
import TestSupport
import Testing
import Thing
@testable import shadowscope

@Suite("The queue of a recording")
struct RecordingQueueTests {
  @Test("what was left out last is told before the end")
  func dropped() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("r.ndjson")
    let header = RecordingHeader(thing: "lamp", shadows: [nil], endpoint: "localhost:1", start: 0)
    let queue = RecordingQueue(try RecordingFile(path, header: header), limit: 100) { fault in
      Issue.record("\(fault)")
    }
    let message = ReceivedMessage(
      topic: "a", payload: [0x7B, 0x7D], isRetained: false, arrivedAt: 1)
    for time in 1...3 {
      queue.write(try #require(RecordedLine(.received(message), at: Int64(time))))
    }
    #expect(queue.finish(at: 9, seconds: 20))
    let text = String(decoding: try #require(Files.bytes(of: path, limit: 1 << 16)), as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3, "\(text)")
    #expect(lines.dropFirst().first?.contains("3") == true, "\(text)")
  }
}
