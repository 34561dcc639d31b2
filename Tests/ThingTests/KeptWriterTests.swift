import Glibc
import Sandbox
import Shadow
import Synchronization
import TestSupport
import Testing

@testable import Thing

@Suite("The writer of what is kept")
struct KeptWriterTests {
  private func folder(_ state: String) throws -> KeptFolder {
    KeptFolder(
      state: state, endpoint: try Endpoint(parsing: "example.com"),
      address: ShadowAddress(thing: "lamp1"))
  }

  @Test("writes the newest of many contents, and before it says so")
  func coalescing() throws {
    let home = try TemporaryFolder()
    let folder = try folder(home.path("state"))
    let written = Mutex(0)
    let found = Mutex<[UInt8]?>(nil)
    let writer = KeptWriter { _ in }
    for number in 0..<200 as Range<UInt8> {
      writer.set("edits-1.json", in: folder, isPrecious: true) { _ in
        written.withLock { $0 += 1 }
        return .write([number])
      }
    }
    writer.set(
      "edits-1.json", in: folder, isPrecious: true,
      after: { isKept in
        found.withLock { $0 = isKept ? (try? folder.read("edits-1.json")) ?? nil : nil }
      }
    ) { _ in .write([201]) }
    #expect(writer.finish(within: 10_000))
    #expect(found.withLock { $0 } == [201])
    #expect(written.withLock { $0 } <= 200)
    #expect(try folder.read("edits-1.json") == [201])
  }

  @Test("waits for newer contents as long as it may, and not at the end")
  func pacing() throws {
    let home = try TemporaryFolder()
    let folder = try folder(home.path("state"))
    let writes = Mutex(0)
    let writer = KeptWriter { _ in }
    for number in 0..<100 as Range<UInt8> {
      writer.set("document.json", in: folder, isPrecious: false, delay: 60_000) { _ in
        writes.withLock { $0 += 1 }
        return .write([number])
      }
    }
    #expect(writes.withLock { $0 } == 0)
    #expect(writer.finish(within: 10_000))
    #expect(writes.withLock { $0 } == 1)
    #expect(try folder.read("document.json") == [99])
    writer.set("document.json", in: folder, isPrecious: false) { old in
      old() == [99] ? .leave : .write([0])
    }
    #expect(writer.finish(within: 10_000))
    #expect(try folder.read("document.json") == [99])
    writer.set("document.json", in: folder, isPrecious: false) { _ in .remove }
    #expect(writer.finish(within: 10_000))
    #expect(try folder.read("document.json") == nil)
  }

  @Test("goes on where nothing can be written, says so once, and again when it can")
  func failing() async throws {
    let home = try TemporaryFolder()
    // A file where a folder belongs: also root cannot write there.
    try home.write("in the way", to: "state")
    let folder = try folder(home.path("state"))
    let reports = Mutex<[KeptWriter.Report]>([])
    let sent = Mutex<[Bool]>([])
    let writer = KeptWriter { report in reports.withLock { $0.append(report) } }
    for number in 0..<3 as Range<UInt8> {
      writer.set(
        "edits-1.json", in: folder, isPrecious: true,
        after: { isKept in sent.withLock { $0.append(isKept) } }
      ) { _ in .write([number]) }
      try await waitUntil("the answer") { sent.withLock { $0.count } == Int(number) + 1 }
    }
    #expect(!writer.finish(within: 100))
    #expect(sent.withLock { $0 } == [false, false, false])
    #expect(reports.withLock { $0.count } == 1)
    unlink(home.path("state"))
    try await waitUntil("the next attempt") { reports.withLock { $0.last } == .kept }
    #expect(reports.withLock { $0.count } == 2)
    #expect(try folder.read("edits-1.json") == [2])
    #expect(writer.finish(within: 1000))
  }

  @Test("keeps the old file whole when the new one cannot be written")
  func atomic() throws {
    let home = try TemporaryFolder()
    let folder = try folder(home.path("state"))
    try folder.write([1, 2, 3], to: "edits-1.json")
    #expect(mkdir("\(folder.path)/edits-2.json", 0o700) == 0)
    try folder.write([5], to: "document.json")
    // A folder cannot be replaced by a file.
    #expect(throws: KeepingFault.self) { try folder.write([4], to: "edits-2.json") }
    #expect(try folder.read("edits-1.json") == [1, 2, 3])
    #expect(
      Files.names(in: folder.path)?.sorted() == ["document.json", "edits-1.json", "edits-2.json"])
  }
}
