import Glibc
import JSON
@testable import Sandbox
import Shadow
import ShadowService
import TestSupport
import Testing

@Suite("Shadows kept in a folder")
struct StateStoreTests {
  @Test("come back with every number, key order and version, and so does a deletion's memory")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("deep/state")
    let odd = ShadowAddress(thing: "lamp1", shadow: "night")
    let gone = ShadowAddress(thing: "lamp2")
    let document = try stored(
      #"{"z":1.00,"a":12345678901234567890,"e":1e3,"deep":{"ö\n":[1,{"x":-0.0}],"":{}}}"#,
      version: 7)
    do {
      var state = try StateStore.open(path)
      #expect(state.shadows.isEmpty)
      try state.keep([odd: document, gone: .deleted(version: 9, at: 1_700_000_000)])
    }
    let state = try StateStore.open(path)
    #expect(state.notices.isEmpty)
    #expect(state.shadows == [odd: document, gone: .deleted(version: 9, at: 1_700_000_000)])
    #expect(try text(state.shadows[odd]) == text(document))
  }

  @Test("a write that was cut short at any byte is dropped, told, and gone on from")
  func torn() throws {
    let folder = try TemporaryFolder()
    let states = try write(3, to: folder.path)
    let journal = "\(folder.path)/journal"
    let whole = try bytes(of: journal)
    let lines = whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let lastStart = whole.count - lines[lines.count - 2].count - 1
    for length in lastStart..<whole.count {
      try put(Array(whole[..<length]), at: journal)
      do {
        var state = try StateStore.open(folder.path)
        #expect(state.shadows == states[2])
        #expect(state.notices.count == (length == lastStart ? 0 : 1))
        #expect(state.notices.allSatisfy { $0.contains("\(length - lastStart) bytes") })
        try state.keep(states[3])
      }
      #expect(try StateStore.open(folder.path).shadows == states[3])
      #expect(try bytes(of: journal) == whole)
    }
  }

  @Test("so is one of which a sector never reached the disk", arguments: 0..<5)
  func unwritten(sector: Int) throws {
    let folder = try TemporaryFolder()
    let states = try write(2, to: folder.path)
    let journal = "\(folder.path)/journal"
    var content = try bytes(of: journal)
    let start = content.count
    let long = try stored("{\"text\":\"\(String(repeating: "x", count: 1500))\"}", version: 3)
    do {
      var state = try StateStore.open(folder.path)
      try state.keep([ShadowAddress(thing: "lamp1"): long])
    }
    content = try bytes(of: journal)
    let range = (sector * 512..<(sector + 1) * 512).clamped(to: start..<content.count)
    for index in range { content[index] = 0 }
    try put(content, at: journal)
    let state = try StateStore.open(folder.path)
    #expect(
      state.shadows[ShadowAddress(thing: "lamp1")]
        == (range.isEmpty ? long : states[2].first?.value))
    #expect(state.notices.count == (range.isEmpty ? 0 : 1))
  }

  @Test("no flipped bit is read as anything, and the file is named and left as it is")
  func flipped() throws {
    let folder = try TemporaryFolder()
    _ = try write(2, to: folder.path)
    let journal = "\(folder.path)/journal"
    let whole = try bytes(of: journal)
    let lastStart = try #require(whole.dropLast().lastIndex(of: UInt8(ascii: "\n"))) + 1
    for index in whole.indices {
      var content = whole
      content[index] ^= UInt8(1 << (index % 8))
      try put(content, at: journal)
      // A last line that has lost its end or its length looks like one that was cut short.
      guard let error = failure(of: folder.path) else {
        #expect(index >= lastStart, "byte \(index)")
        #expect(try StateStore.open(folder.path).shadows.count == 1)
        continue
      }
      guard case .damaged(journal, let reason) = error else {
        Issue.record("byte \(index): \(error)")
        continue
      }
      #expect(reason.hasPrefix("line "))
      #expect(try bytes(of: journal) == content)
    }
  }

  @Test("a snapshot takes the journal's place when that has grown, and costs nothing in between")
  func snapshot() throws {
    let folder = try TemporaryFolder()
    var all: [ShadowAddress: StoredShadow] = [:]
    do {
      var state = try StateStore.open(folder.path, leastLimit: 4096)
      for number in 1...200 {
        let address = ShadowAddress(thing: "thing\(number % 7)")
        all[address] = try stored(#"{"n":\#(number)}"#, version: Int64(number))
        try state.keep([address: #require(all[address])], of: all)
        #expect(try bytes(of: "\(folder.path)/journal").count < 4096 + 300)
      }
    }
    #expect(PrivateFiles.names(in: folder.path).sorted() == ["journal", "lock", "snapshot"])
    #expect(try StateStore.open(folder.path).shadows == all)
  }

  @Test("a crash between the new snapshot and the new journal loses nothing")
  func betweenTheTwo() throws {
    let folder = try TemporaryFolder()
    var state: OpenState? = try StateStore.open(folder.path, leastLimit: 300)
    let first = try self.stored(#"{"n":1}"#, version: 1)
    let address = ShadowAddress(thing: "lamp1")
    try state?.keep([address: first])
    let old = try bytes(of: "\(folder.path)/journal")
    let second = try self.stored(#"{"n":2}"#, version: 2)
    try state?.keep([address: second])
    state = nil
    // The second write made the snapshot; here is the journal as it was just before.
    #expect(try bytes(of: "\(folder.path)/journal").count < old.count)
    var line: [UInt8] = []
    RecordLine.append(
      StateRecords.write([StateChange(address: address, stored: second)], sequence: 2), to: &line)
    try put(old + line, at: "\(folder.path)/journal")
    do {
      var state = try StateStore.open(folder.path)
      #expect(state.shadows == [address: second])
      try state.keep([address: self.stored(#"{"n":3}"#, version: 3)])
    }
    #expect(try StateStore.open(folder.path).shadows[address]?.document?.version == 3)
    // A journal that ends before the snapshot is no start for further writes.
    try put(old, at: "\(folder.path)/journal")
    do {
      var state = try StateStore.open(folder.path)
      #expect(state.shadows == [address: second])
      try state.keep([address: self.stored(#"{"n":3}"#, version: 3)])
    }
    #expect(try StateStore.open(folder.path).shadows[address]?.document?.version == 3)
  }

  @Test("deletions that are remembered no longer are left out of a snapshot")
  func forgotten() throws {
    let folder = try TemporaryFolder()
    let old = ShadowAddress(thing: "old")
    let young = ShadowAddress(thing: "young")
    let all: [ShadowAddress: StoredShadow] = [
      old: .deleted(version: 3, at: 1000), young: .deleted(version: 4, at: 2000),
    ]
    do {
      var state = try StateStore.open(folder.path, leastLimit: 0)
      try state.keep(all, now: (1001 + StoredShadow.memory) * 1000)
    }
    #expect(try StateStore.open(folder.path).shadows == [young: .deleted(version: 4, at: 2000)])
  }

  @Test("refuses files that do not belong together, by name", arguments: Mixture.allCases)
  func mixture(_ mixture: Mixture) throws {
    let folder = try TemporaryFolder()
    let address = ShadowAddress(thing: "lamp1")
    var kept: [Int: (journal: [UInt8], snapshot: [UInt8])] = [:]
    do {
      var state = try StateStore.open(folder.path, leastLimit: 0)
      for number in 1...2 {
        // The second is long enough for a snapshot of its own.
        let text = String(repeating: "x", count: number * number * 500)
        try state.keep([address: stored("{\"text\":\"\(text)\"}", version: Int64(number))])
        kept[number] = (
          try bytes(of: "\(folder.path)/journal"), try bytes(of: "\(folder.path)/snapshot")
        )
      }
    }
    let (journal, snapshot) = ("\(folder.path)/journal", "\(folder.path)/snapshot")
    let (first, second) = (try #require(kept[1]), try #require(kept[2]))
    var record: [UInt8] = []
    let guilty: String
    switch mixture {
    case .noJournal:
      unlink(journal)
      guilty = journal
    case .noSnapshot:
      unlink(snapshot)
      guilty = snapshot
    case .olderSnapshot:
      try put(first.snapshot, at: snapshot)
      guilty = snapshot
    case .shortSnapshot:
      try put(Array(second.snapshot.dropLast(30)), at: snapshot)
      guilty = snapshot
    case .longSnapshot:
      try put(second.snapshot + second.snapshot, at: snapshot)
      guilty = snapshot
    case .emptyJournal:
      try put([], at: journal)
      guilty = journal
    case .gap:
      RecordLine.append(StateRecords.write([], sequence: 4), to: &record)
      try put(second.journal + record, at: journal)
      guilty = journal
    case .laterFormat:
      RecordLine.append(Array(#"{"journal":2,"after":2}"#.utf8), to: &record)
      try put(record, at: journal)
      guilty = journal
    }
    let error = try #require(failure(of: folder.path))
    #expect(error.description.contains(guilty))
    #expect(error.description.contains("Nothing was changed"))
  }

  enum Mixture: CaseIterable {
    case noJournal, noSnapshot, olderSnapshot, shortSnapshot, longSnapshot, emptyJournal, gap
    case laterFormat
  }

  @Test("one sandbox at a time, in a folder of nothing else, for nobody else's eyes")
  func folder() throws {
    let parent = try TemporaryFolder()
    let path = parent.path("state")
    let before = umask(0o777)
    umask(before)
    let first = try StateStore.open(path)
    #expect(failure(of: path) == .inUse(path))
    withExtendedLifetime(first) {}
    for (name, mode) in [("", 0o700), ("/journal", 0o600), ("/lock", 0o600)] {
      var status = stat()
      #expect(stat(path + name, &status) == 0)
      #expect(status.st_mode & 0o777 == mode)
    }
    try parent.write("mine", to: "notes.txt")
    #expect(failure(of: parent.path) == .foreign(folder: parent.path, name: "notes.txt"))
  }

  @Test("an unfinished file of a crash is of no account")
  func unfinished() throws {
    let folder = try TemporaryFolder()
    let states = try write(2, to: folder.path)
    try folder.write("half a snaps", to: "snapshot.new")
    try folder.write("half a jour", to: "journal.new")
    var state = try StateStore.open(folder.path, leastLimit: 0)
    #expect(state.shadows == states[2])
    try state.keep(states[2])
    #expect(PrivateFiles.names(in: folder.path).sorted() == ["journal", "lock", "snapshot"])
  }

  // MARK: -

  /// Makes that many writes to one shadow; answers what was there after each, the first being none.
  private func write(
    _ count: Int, to path: String
  ) throws -> [[ShadowAddress: StoredShadow]] {
    var state = try StateStore.open(path)
    var states: [[ShadowAddress: StoredShadow]] = [[:]]
    for number in 1...count {
      let shadow = try stored(#"{"temperature":\#(number).50}"#, version: Int64(number))
      states.append([ShadowAddress(thing: "lamp1"): shadow])
      try state.keep(states[number])
    }
    return states
  }

  private func stored(_ reported: String, version: Int64) throws -> StoredShadow {
    let state = try JSONParser.parse(reported)
    return .document(
      WrittenDocument(
        ShadowDocument(
          reported: state.object,
          reportedMetadata: ShadowMetadata.mirroring(state, at: 1_700_000_000).object,
          version: version)))
  }

  private func text(_ stored: StoredShadow?) throws -> String {
    try #require(stored?.document).json.compact
  }

  private func failure(of path: String) -> StateError? {
    do throws(StateError) {
      _ = try StateStore.open(path)
      return nil
    } catch {
      return error
    }
  }

  private func bytes(of path: String) throws -> [UInt8] {
    try OpenFile(path, O_RDONLY).readAll()
  }

  private func put(_ bytes: [UInt8], at path: String) throws {
    try PrivateFiles.write(bytes, to: path)
  }
}

extension OpenState {
  /// Keeps changes, in one write.
  fileprivate mutating func keep(
    _ changes: [ShadowAddress: StoredShadow], of all: [ShadowAddress: StoredShadow]? = nil,
    now: Int64 = 1_700_000_000_000
  ) throws {
    try store.keep(
      changes.map { StateChange(address: $0.key, stored: $0.value) }, all: all ?? changes, now: now)
  }
}
