import Glibc
import JSON
import Shadow
import ShadowService
import Thing

/// The files of kept shadows: their names, and reading and beginning them.
struct StateFolder: Sendable {
  /// Absolute, without a slash at the end.
  let path: String

  var journal: String { "\(path)/journal" }
  var snapshot: String { "\(path)/snapshot" }

  private static let names = ["journal", "snapshot", "lock"]

  /// What the files say.
  struct Content {
    var shadows: [ShadowAddress: StoredShadow] = [:]
    /// The last write.
    var sequence: Int64 = 0
    var snapshotBytes = 0
    var hasJournal = false
    /// Whether a new journal must be begun before anything is written.
    var needsJournal = true
    /// Bytes of the journal up to the end of its last whole record.
    var length = 0
    var notices: [String] = []
  }

  /// Takes the folder for one store; makes it if need be, private.
  ///
  /// - Throws: `StateError`.
  func claim() throws(StateError) -> FolderLock {
    let known = Self.names + Self.names.map { $0 + WholeFile.unfinished }
    if let foreign = PrivateFiles.names(in: path).sorted().first(where: { !known.contains($0) }) {
      throw .foreign(folder: path, name: foreign)
    }
    do throws(FileError) {
      try PrivateFiles.makeFolder(path)
      synchronizeAncestors()
      if let lock = try FolderLock("\(path)/lock") { return lock }
    } catch {
      throw .file(error)
    }
    throw .inUse(path)
  }

  /// Lets the folder itself survive a loss of power, and those above it that were made for it.
  private func synchronizeAncestors() {
    var folder = path[...]
    while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
      folder = folder[..<slash]
      // Those that are not ours were there before, and may be closed to us.
      guard (try? WholeFile.synchronizeNames(in: String(folder))) != nil else { return }
    }
  }

  // MARK: Reading

  /// Reads both files and checks that they are whole and belong together.
  ///
  /// - Throws: `StateError`.
  func read() throws(StateError) -> Content {
    var content = Content()
    let hasSnapshot = try readSnapshot(into: &content)
    try readJournal(into: &content)
    // The first journal comes before the first snapshot.
    if hasSnapshot, !content.hasJournal { throw .missing(file: journal) }
    return content
  }

  /// - Returns: whether there is a snapshot.
  private func readSnapshot(into content: inout Content) throws(StateError) -> Bool {
    guard let file = try bytes(of: snapshot) else { return false }
    content.snapshotBytes = file.count
    var records = RecordReader(path: snapshot, file: file)
    let torn = StateError.damaged(file: snapshot, reason: "it ends too early")
    guard let head = try records.next() else { throw torn }
    let (sequence, count) = try records.checked(head, StateRecords.readSnapshotHead)
    content.sequence = sequence
    for _ in 0..<max(0, count) {
      guard let record = try records.next() else { throw torn }
      let shadow = try records.checked(record, StateRecords.readShadow)
      content.shadows[shadow.address] = shadow.stored
    }
    guard records.position == file.count else {
      throw .damaged(file: snapshot, reason: "it holds more than its \(count) shadows")
    }
    return true
  }

  private func readJournal(into content: inout Content) throws(StateError) {
    guard let file = try bytes(of: journal) else { return }
    content.hasJournal = true
    var records = RecordReader(path: journal, file: file)
    // It is put in its place whole: without a head it is no torn one.
    guard let head = try records.next() else {
      throw .damaged(file: journal, reason: "it has no beginning")
    }
    let start = try records.checked(head, StateRecords.readJournalHead)
    // What lies between must be in the snapshot.
    guard start <= content.sequence else {
      if content.snapshotBytes == 0 { throw .missing(file: snapshot) }
      throw .damaged(
        file: snapshot,
        reason: "it is older than the journal: it ends with write \(content.sequence), the "
          + "journal begins after \(start)")
    }
    var expected = start + 1
    while let record = try records.next() {
      let (sequence, changes) = try records.checked(record, StateRecords.readWrite)
      guard sequence == expected else {
        throw .damaged(
          file: journal, reason: "write \(sequence) stands where \(expected) belongs")
      }
      expected += 1
      // A crash between the new snapshot and the new journal leaves the old one in place.
      guard sequence > content.sequence else { continue }
      content.sequence = sequence
      for change in changes { content.shadows[change.address] = change.stored }
    }
    content.length = records.position
    if records.position < file.count {
      content.notices.append(
        "The last write in \(journal) was cut short, by a crash most likely: its "
          + "\(file.count - records.position) bytes, which were never answered, are dropped.")
    }
    // An old journal behind a newer snapshot cannot be gone on with: its count would have a gap.
    content.needsJournal = expected <= content.sequence
  }

  /// The content of a file; nil if there is none.
  private func bytes(of path: String) throws(StateError) -> [UInt8]? {
    do throws(FileError) {
      return try OpenFile(path, O_RDONLY | O_NONBLOCK).readAll()
    } catch {
      if error.code == ENOENT { return nil }
      throw .file(error)
    }
  }

  // MARK: Writing

  /// Puts an empty journal in the place of the old one.
  ///
  /// - Parameter sequence: the last write before it.
  /// - Returns: its length in bytes.
  /// - Throws: `FileError`; then the old one is still there.
  func replaceJournal(after sequence: Int64) throws(FileError) -> Int {
    var line: [UInt8] = []
    RecordLine.append(StateRecords.journalHead(after: sequence), to: &line)
    try WholeFile.replace(journal) { (file) throws(FileError) in try file.write(line) }
    return line.count
  }

  /// Returns when the names of the files survive a loss of power.
  func synchronizeNames() throws(FileError) { try WholeFile.synchronizeNames(in: path) }

  /// Puts a snapshot in the place of the old one; returns when it is safely there.
  ///
  /// - Parameters:
  ///   - all: the shadows; deleted ones that are remembered no longer are left out.
  ///   - sequence: the last write that is in them.
  ///   - now: milliseconds since 1970.
  ///   - chunk: bytes to write at a time.
  /// - Returns: its length in bytes.
  /// - Throws: `FileError`.
  func writeSnapshot(
    _ all: [ShadowAddress: StoredShadow], sequence: Int64, now: Int64, chunk: Int
  ) throws(FileError) -> Int {
    let kept = all.filter { !$0.value.isForgotten(at: now / 1000) }
    var length = 0
    try WholeFile.replace(snapshot) { (file) throws(FileError) in
      var lines: [UInt8] = []
      RecordLine.append(
        StateRecords.snapshotHead(sequence: sequence, shadows: kept.count), to: &lines)
      for (address, stored) in kept {
        RecordLine.append(StateRecords.shadow(address, stored), to: &lines)
        guard lines.count >= chunk else { continue }
        try file.write(lines)
        length += lines.count
        lines.removeAll(keepingCapacity: true)
      }
      try file.write(lines)
      length += lines.count
    }
    try synchronizeNames()
    return length
  }
}

/// Reads the records of a file one after another.
private struct RecordReader {
  let path: String
  let file: [UInt8]
  /// Where the next record begins.
  private(set) var position = 0
  private var number = 0

  init(path: String, file: [UInt8]) {
    self.path = path
    self.file = file
  }

  /// The next record; nil at the end, and where the last one is torn.
  ///
  /// - Throws: `StateError.damaged`.
  mutating func next() throws(StateError) -> JSONValue? {
    switch RecordLine.read(file, at: position) {
    case .end, .torn: return nil
    case .damaged(let reason):
      number += 1
      throw damaged(reason)
    case .record(let value, let end):
      number += 1
      position = end
      return value
    }
  }

  /// What a record means.
  ///
  /// - Throws: `StateError.damaged` if it means nothing.
  func checked<Value>(
    _ record: JSONValue, _ read: (JSONValue) throws(StateRecords.Fault) -> Value
  ) throws(StateError) -> Value {
    do { return try read(record) } catch { throw damaged(error.reason) }
  }

  private func damaged(_ reason: String) -> StateError {
    .damaged(file: path, reason: "line \(number): \(reason)")
  }
}
