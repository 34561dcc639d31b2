import Glibc
import Sandbox
import Synchronization
import TestSupport
import Testing
import Thing

/// A batch whose things share one certificate, which makes it quick to write.
private struct LargeBatch: ~Copyable {
  let folder: TemporaryFolder

  init(things: Int) throws {
    let folder = try TemporaryFolder()
    let identity = try CertificateAuthority(validity: .aroundNow)
      .issue(CertificateRequest(commonName: "thing", purpose: .client, validity: .aroundNow))
    let first = folder.path("thing-1")
    try IdentityFolder(path: first).write(identity)
    for number in 1...things where number > 1 {
      let further = folder.path("thing-\(number)")
      mkdir(further, 0o700)
      for file in ["cert.pem", "privkey.pem"] {
        guard link("\(first)/\(file)", "\(further)/\(file)") == 0 else { throw Unexpected() }
      }
    }
    self.folder = folder
  }

  /// Names as the inventory has them.
  static func names(_ count: Int) -> [String] {
    (1...count).map { "thing-\($0)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

@Suite("The inventory of a batch")
struct BatchInventoryTests {
  private func inventory(_ path: String) throws -> [BatchEntry] {
    var all: [BatchEntry] = []
    try Batch.inventory(of: path) { entries in
      all += entries
      return true
    }
    return all
  }

  @Test("has each thing's dates and fingerprint, as OpenSSL's own program tells them")
  func facts() throws {
    let batch = try LargeBatch(things: 1)
    let entry = try #require(try inventory(batch.folder.path).first)
    #expect(entry.folder == ThingFolder(path: batch.folder.path("thing-1")))
    #expect(entry.hasKey)
    #expect(entry.fault == nil)
    let facts = try #require(entry.certificate)
    let output = try ChildProcess.run([
      "openssl", "x509", "-in", entry.folder.certificatePath, "-noout", "-fingerprint", "-sha256",
    ]).output
    let digits = output.split(separator: "=").last?.filter(\.isHexDigit).lowercased()
    #expect(facts.fingerprint == digits)
    #expect(facts.fingerprint.count == 64)
    // `aroundNow` is from five minutes ago to tomorrow.
    let now = Int64(time(nil))
    #expect((now - 400...now).contains(facts.notBefore))
    #expect((now + 80_000...now + 90_000).contains(facts.notAfter))
    #expect(facts.validity(at: facts.notBefore - 1) == .notYet)
    #expect(facts.validity(at: facts.notBefore) == .valid)
    #expect(facts.validity(at: facts.notAfter) == .valid)
    #expect(facts.validity(at: facts.notAfter + 1) == .expired)
  }

  @Test("lists what lacks a file or cannot be read, each with why, and nothing that is no thing's")
  func faults() throws {
    let batch = try LargeBatch(things: 6)
    let folder = batch.folder.path
    unlink("\(folder)/thing-2/privkey.pem")
    unlink("\(folder)/thing-3/cert.pem")
    rename("\(folder)/thing-4/privkey.pem", "\(folder)/thing-4/cert.pem")
    unlink("\(folder)/thing-5/cert.pem")
    try batch.folder.write("", to: "thing-5/cert.pem")
    unlink("\(folder)/thing-6/privkey.pem")
    unlink("\(folder)/thing-6/cert.pem")
    try batch.folder.write("", to: "notes.txt")
    let entries = try inventory(folder)
    #expect(entries.map(\.folder.thingName) == (1...5).map { "thing-\($0)" })
    #expect(entries.map(\.hasKey) == [true, false, true, false, true])
    #expect(entries.map { $0.certificate != nil } == [true, true, false, false, false])
    #expect(
      entries.map { $0.fault?.kind } == [
        nil, .fileMissing, .fileMissing, .notACertificate, .notACertificate,
      ])
    #expect(entries[1].fault?.what == "The private key \(folder)/thing-2/privkey.pem is missing.")
    #expect(entries[3].fault?.cause.contains("swapped") == true)
  }

  @Test("has an expired certificate with its dates")
  func expired() throws {
    let folder = try TemporaryFolder()
    let identity = try CertificateAuthority(validity: .aroundNow)
      .issue(CertificateRequest(commonName: "old", purpose: .client, validity: .past))
    try IdentityFolder(path: folder.path("old")).write(identity)
    let entry = try #require(try inventory(folder.path).first)
    #expect(entry.fault == nil)
    #expect(entry.certificate?.validity(at: Int64(time(nil))) == .expired)
  }

  @Test("never opens a private key")
  func key() throws {
    let batch = try LargeBatch(things: 1)
    let watch = inotify_init()
    defer { close(watch) }
    _ = fcntl(watch, F_SETFL, O_NONBLOCK)
    let folder = batch.folder.path("thing-1")
    for file in ["cert.pem", "privkey.pem"] {
      try #require(inotify_add_watch(watch, "\(folder)/\(file)", UInt32(IN_OPEN)) > 0)
    }
    _ = try inventory(batch.folder.path)
    // Sixteen bytes for each opening of a watched file: of the certificate alone.
    var notes = [UInt8](repeating: 0, count: 256)
    let count = read(watch, &notes, notes.count)
    #expect(count == MemoryLayout<inotify_event>.size)
    #expect(notes.first == 1, "the first watch")
  }

  @Test("comes in chunks by name, and ends where it is told to")
  func chunks() throws {
    let batch = try LargeBatch(things: 7)
    var sizes: [Int] = []
    var names: [String] = []
    try Batch.inventory(of: batch.folder.path, chunk: 3) { entries in
      sizes.append(entries.count)
      names += entries.map(\.folder.thingName)
      return true
    }
    #expect(sizes == [3, 3, 1])
    #expect(names == LargeBatch.names(7))
    var calls = 0
    try Batch.inventory(of: batch.folder.path, chunk: 3) { _ in
      calls += 1
      return false
    }
    #expect(calls == 1)
  }

  @Test("of what is no batch is refused as the batch is")
  func refusals() throws {
    let batch = try LargeBatch(things: 1)
    let empty = try TemporaryFolder()
    let cases: [(String, CredentialError.Kind)] = [
      ("/nonexistent", .folderMissing), (empty.path, .emptyBatch),
      (batch.folder.path("thing-1"), .thingInPlaceOfBatch),
    ]
    for (path, kind) in cases {
      let error = #expect(throws: CredentialError.self) { try inventory(path) }
      #expect(error?.kind == kind)
    }
  }

  /// What this thread has used, in ms: unlike the time that passes, it is the same on a busy machine.
  private var processorTime: Int {
    var usage = rusage()
    getrusage(1, &usage)  // RUSAGE_THREAD, a GNU name that the Glibc module leaves out
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    return seconds * 1000 + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000
  }

  @Test("of a thousand things takes no time to speak of, even on a busy machine")
  func speed() throws {
    let batch = try LargeBatch(things: 1000)
    let start = processorTime
    let entries = try inventory(batch.folder.path)
    let milliseconds = processorTime - start
    print("inventory of 1000 things: \(milliseconds) ms of processor time")
    #expect(milliseconds < 1000)
    #expect(entries.count { $0.fault == nil && $0.certificate != nil } == 1000)
  }
}

@Suite("Reading a batch on a thread of its own")
struct BatchReadingTests {
  private func isLast(_ event: BatchReading.Event) -> Bool {
    if case .entries = event { false } else { true }
  }

  @Test("tells all things and then the end")
  func all() async throws {
    let batch = try LargeBatch(things: 5)
    let events = Recorder<BatchReading.Event>()
    let reading = BatchReading(of: batch.folder.path, chunk: 2) { events.record($0) }
    defer { reading.cancel() }
    let last = try await events.wait(for: "end") { if case .end = $0 { true } else { false } }.place
    let names = events.events.flatMap { event -> [String] in
      if case .entries(let entries) = event { entries.map(\.folder.thingName) } else { [] }
    }
    #expect(names == LargeBatch.names(5))
    #expect(last == 3)
  }

  @Test("tells why there is nothing to read")
  func failure() async throws {
    let events = Recorder<BatchReading.Event>()
    let reading = BatchReading(of: "/nonexistent") { events.record($0) }
    defer { reading.cancel() }
    let event = try await events.wait(for: "failure") { _ in true }.event
    guard case .failed(let error) = event else { throw Unexpected() }
    #expect(error.kind == .folderMissing)
  }

  @Test("stops when it is cancelled, and tells no end")
  func cancelled() async throws {
    let batch = try LargeBatch(things: 40)
    let events = Recorder<Int>()
    let readings = Mutex<BatchReading?>(nil)
    // The first chunk waits for the reading to be there, and cancels it.
    let ended = Recorder<Bool>()
    readings.withLock { kept in
      kept = BatchReading(of: batch.folder.path, chunk: 10) { event in
        guard case .entries(let entries) = event else { return events.record(-1) }
        events.record(entries.count)
        readings.withLock { $0?.cancel() }
        ended.record(true)
      }
    }
    try await ended.wait(for: "cancellation") { $0 }
    // A second reading tells that the first one's thread has had its time.
    let other = Recorder<BatchReading.Event>()
    let second = BatchReading(of: batch.folder.path) { other.record($0) }
    defer { second.cancel() }
    try await other.wait(for: "end") { if case .end = $0 { true } else { false } }
    #expect(events.events == [10])
  }
}
