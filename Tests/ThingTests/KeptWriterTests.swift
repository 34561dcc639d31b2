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

  @Test("does what comes with a file when it is written at last, and not before")
  func writtenLater() async throws {
    let home = try TemporaryFolder()
    try home.write("in the way", to: "state")
    let folder = try folder(home.path("state"))
    let found = Mutex<[[UInt8]?]>([])
    let failed = Mutex(false)
    let writer = KeptWriter { _ in }
    writer.set(
      "edits-1.json", in: folder, isPrecious: true,
      written: { found.withLock { $0.append((try? folder.read("edits-1.json")) ?? nil) } },
      after: { isKept in failed.withLock { $0 = !isKept } }
    ) { _ in .write([1]) }
    try await waitUntil("the first attempt") { failed.withLock(\.self) }
    #expect(found.withLock { $0.isEmpty })
    unlink(home.path("state"))
    #expect(writer.finish(within: 10_000))
    #expect(found.withLock { $0 } == [[1]])
  }

  @Test("does not take one file for another: while one cannot be written nothing is told as kept")
  func failingBeside() async throws {
    let home = try TemporaryFolder()
    try home.write("in the way", to: "first")
    let (first, second) = (try folder(home.path("first")), try folder(home.path("second")))
    let reports = Mutex<[KeptWriter.Report]>([])
    let writer = KeptWriter { report in reports.withLock { $0.append(report) } }
    writer.set("edits-1.json", in: first, isPrecious: true) { _ in .write([1]) }
    try await waitUntil("the failure") { reports.withLock { $0.count } == 1 }
    let isWritten = Mutex(false)
    writer.set(
      "edits-1.json", in: second, isPrecious: true, after: { _ in isWritten.withLock { $0 = true } }
    ) { _ in .write([2]) }
    try await waitUntil("the other file") { isWritten.withLock(\.self) }
    #expect(!reports.withLock { $0.contains(.kept) })
    unlink(home.path("first"))
    #expect(writer.finish(within: 10_000))
    #expect(reports.withLock { $0.last } == .kept)
  }

  @Test("without a thread does what it is asked for and no more, and the rest with the next one")
  func threadless() throws {
    let home = try TemporaryFolder()
    try home.write("in the way", to: "state")
    let folder = try folder(home.path("state"))
    let hasThreads = Mutex(false)
    let writer = KeptWriter(start: { body in
      hasThreads.withLock(\.self) && Threads.startDetached(body)
    }) { _ in }
    writer.set("edits-1.json", in: folder, isPrecious: true) { _ in .write([1]) }
    unlink(home.path("state"))
    writer.set("edits-2.json", in: folder, isPrecious: true) { _ in .write([2]) }
    #expect(try folder.read("edits-1.json") == nil)
    #expect(try folder.read("edits-2.json") == [2])
    hasThreads.withLock { $0 = true }
    writer.set("edits-3.json", in: folder, isPrecious: true) { _ in .write([3]) }
    #expect(writer.finish(within: 10_000))
    #expect(try folder.read("edits-1.json") == [1])
    #expect(try folder.read("edits-3.json") == [3])
  }

  @Test("without a thread writes at the end what is left")
  func threadlessEnd() throws {
    let home = try TemporaryFolder()
    try home.write("in the way", to: "state")
    let folder = try folder(home.path("state"))
    let writer = KeptWriter(start: { _ in false }) { _ in }
    writer.set("edits-1.json", in: folder, isPrecious: true) { _ in .write([1]) }
    #expect(!writer.finish(within: 10_000))
    unlink(home.path("state"))
    #expect(writer.finish(within: 10_000))
    #expect(try folder.read("edits-1.json") == [1])
  }

  @Test("waits for one folder only where something is to be written there")
  func finishingOne() throws {
    let home = try TemporaryFolder()
    let (first, second) = (try folder(home.path("first")), try folder(home.path("second")))
    // A disk that never answers.
    let writer = KeptWriter(start: { _ in true }) { _ in }
    writer.set("edits-1.json", in: first, isPrecious: true) { _ in .write([1]) }
    #expect(writer.finish(within: 10_000, in: second))
    #expect(!writer.finish(within: 1, in: first))
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
