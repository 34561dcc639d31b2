import Glibc
import Recordings
import Shadow
import TestSupport
import Testing
import Thing

@Suite("A recording on the disk")
struct RecordingFileTests {
  static let header = RecordingHeader(thing: "lamp", shadows: [nil], endpoint: nil, start: 1000)
  static let message = RecordedLine(
    time: 2000, .message(RecordedMessage(.incoming, topic: "t", payload: Array("{}".utf8))))

  @Test("is private under any umask, written at once, and read back")
  func written() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("r.ndjson")
    let file = try RecordingFile(path, header: Self.header)
    try file.write(Self.message)
    // Without an end, as after a kill.
    let early = try RecordingReader(path)
    #expect(early.index.count == 1 && !early.isEnded && early.damage == nil)
    try file.end(at: 3000)
    let reader = try RecordingReader(path)
    #expect(reader.header == Self.header && reader.isEnded)
    #expect(reader.line(0) == Self.message)
    #expect(reader.line(1) == RecordedLine(time: 3000, .end(messages: 1)))
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(Int(status.st_size) == file.size)
  }

  @Test("leaves a file that is there alone, unless it may replace it")
  func existing() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "r.ndjson")
    let path = folder.path("r.ndjson")
    #expect(throws: RecordingFileFault.self) { try RecordingFile(path, header: Self.header) }
    #expect(Files.bytes(of: path, limit: 99) == Array("mine".utf8))
    do {
      let unused = try RecordingFile(path, isReplacing: true, header: Self.header)
      #expect(unused.messages == 0)
    }
    #expect(Files.bytes(of: path, limit: 99) == Array("mine".utf8))
    let file = try RecordingFile(path, isReplacing: true, header: Self.header)
    try file.write(Self.message)
    #expect(try RecordingReader(path).index.count == 1)
  }

  @Test("leaves nothing behind when nothing was recorded")
  func empty() throws {
    let folder = try TemporaryFolder()
    do {
      let file = try RecordingFile(folder.path("r.ndjson"), header: Self.header)
      #expect(file.size == 0)
    }
    #expect(entries(of: folder.path).isEmpty)
  }

  @Test("is never written through a link, nor to what is no file")
  func links() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "target")
    #expect(symlink(folder.path("target"), folder.path("link")) == 0)
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
    for name in ["link", "pipe", "."] {
      #expect(throws: RecordingFileFault.self, "\(name)") {
        try RecordingFile(folder.path(name), isReplacing: true, header: Self.header)
      }
    }
    #expect(Files.bytes(of: folder.path("target"), limit: 99) == Array("mine".utf8))
  }

  @Test("is not read from what is no file, and tells a file that has changed since")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    #expect(throws: RecordingReader.Fault.self) { try RecordingReader(folder.path("none")) }
    #expect(throws: RecordingReader.Fault.self) { try RecordingReader(folder.path) }
    let path = folder.path("r.ndjson")
    let file = try RecordingFile(path, header: Self.header)
    try file.write(Self.message)
    let reader = try RecordingReader(path)
    #expect(truncate(path, 3) == 0)
    #expect(reader.line(0) == nil)
  }
}
