import Glibc
import Shadow
import ShadowService

/// What a folder of kept shadows held when it was opened, and the store that goes on with it.
package struct OpenState: Sendable {
  var store: StateStore
  let shadows: [ShadowAddress: StoredShadow]
  /// What the person should know, one sentence each.
  package let notices: [String]

  /// Opens a folder; makes it if need be.
  ///
  /// - Parameter path: absolute, without a slash at the end.
  /// - Returns: its shadows, and the store that keeps them.
  /// - Throws: `SandboxError.state`; then nothing in the folder has changed.
  static func open(_ path: String) throws(SandboxError) -> OpenState {
    do { return try StateStore.open(path) } catch { throw .state(error) }
  }
}

/// Shadows in a folder: a snapshot, and a journal of what changed since.
///
///     DIR/journal     one line a write, appended and synchronised before its answers go out
///     DIR/snapshot    all shadows at one time; there is none at first
///     DIR/lock        keeps a second sandbox out
///
/// When the journal has grown beyond the snapshot, a new snapshot takes the place of both: a write
/// costs what its documents cost, however many shadows there are. Both files are replaced by a
/// whole new one. Writes are counted, so that the files tell whether they belong together.
struct StateStore: ShadowStore {
  /// Bytes that a journal may have, however small the snapshot is.
  static let smallestLimit = 4 << 20
  /// Milliseconds from one attempt to heal a journal to the next.
  private static let healingPause: Int64 = 1000
  /// Bytes of a snapshot that are written at a time.
  private static let chunk = 1 << 20

  private let folder: StateFolder
  private let lock: FolderLock
  private var journal: OpenFile
  /// Bytes of the journal that are safely on the disk.
  private var length: Int
  /// The last write.
  private var sequence: Int64
  /// The journal's length at which the next snapshot is made.
  private var limit: Int
  private let leastLimit: Int
  /// Whether more may be appended to the journal: its end is what we believe it to be.
  private var isSound = true
  private var nextHealing = Int64.min
  /// Why it is not.
  private var fault: FileError?

  // MARK: Opening

  /// Opens a folder; makes it if need be.
  ///
  /// - Parameters:
  ///   - path: absolute, without a slash at the end.
  ///   - leastLimit: bytes that the journal may have before a snapshot is made.
  /// - Returns: the store and its shadows.
  /// - Throws: `StateError`; then nothing in the folder has changed.
  static func open(
    _ path: String, leastLimit: Int = smallestLimit
  ) throws(StateError) -> OpenState {
    let folder = StateFolder(path: path)
    let lock = try folder.claim()
    let content = try folder.read()
    do throws(FileError) {
      var length = content.length
      if content.needsJournal {
        length = try folder.replaceJournal(after: content.sequence)
        try folder.synchronizeNames()
      }
      let journal = try OpenFile(folder.journal, O_WRONLY | O_APPEND)
      try journal.makePrivate()
      try journal.truncate(to: length)
      try journal.synchronize()
      let store = StateStore(
        folder: folder, lock: lock, journal: journal, length: length,
        sequence: content.sequence, limit: max(leastLimit, 2 * content.snapshotBytes),
        leastLimit: leastLimit)
      return OpenState(store: store, shadows: content.shadows, notices: content.notices)
    } catch {
      throw .file(error)
    }
  }

  private init(
    folder: StateFolder, lock: FolderLock, journal: OpenFile, length: Int, sequence: Int64,
    limit: Int, leastLimit: Int
  ) {
    self.folder = folder
    self.lock = lock
    self.journal = journal
    self.length = length
    self.sequence = sequence
    self.limit = limit
    self.leastLimit = leastLimit
  }

  // MARK: Writing

  mutating func keep(
    _ changes: [StateChange], all: [ShadowAddress: StoredShadow], now: Int64
  ) throws(FileError) {
    guard isSound else { return try heal(with: all, now: now) }
    var line: [UInt8] = []
    RecordLine.append(StateRecords.write(changes, sequence: sequence + 1), to: &line)
    do throws(FileError) {
      try journal.write(line)
    } catch {
      // Most likely the disk is full; what is there of the record goes away again.
      isSound = (try? journal.truncate(to: length)) != nil
      fault = error
      throw error
    }
    do throws(FileError) {
      try journal.synchronize()
    } catch {
      // The system has forgotten what it could not write, and would tell of success the next time.
      isSound = false
      try? journal.truncate(to: length)
      fault = error
      throw error
    }
    sequence += 1
    length += line.count
    if length > limit { compact(all, now: now) }
  }

  /// Makes the changes last as part of a snapshot, since the journal takes no more.
  private mutating func heal(
    with all: [ShadowAddress: StoredShadow], now: Int64
  ) throws(FileError) {
    // A clock that was set back must not keep us waiting.
    guard now >= nextHealing || now < nextHealing - Self.healingPause else {
      throw fault ?? FileError("write", folder.journal, code: EIO)
    }
    nextHealing = now + Self.healingPause
    // Counted also if it fails: a snapshot that is in place after all must be older than the next.
    sequence += 1
    do throws(FileError) {
      let bytes = try folder.writeSnapshot(all, sequence: sequence, now: now, chunk: Self.chunk)
      // From here on the changes last; without a new journal the next ones take this way too.
      try? beginJournal(snapshotBytes: bytes)
      nextHealing = .min
    } catch {
      fault = error
      throw error
    }
  }

  /// Puts a new snapshot in the place of snapshot and journal; if that fails, both go on.
  private mutating func compact(_ all: [ShadowAddress: StoredShadow], now: Int64) {
    do throws(FileError) {
      let bytes = try folder.writeSnapshot(all, sequence: sequence, now: now, chunk: Self.chunk)
      try beginJournal(snapshotBytes: bytes)
    } catch {
      // No harm done but a long journal; the next attempt comes when it is twice as long.
      limit = 2 * length
    }
  }

  private mutating func beginJournal(snapshotBytes: Int) throws(FileError) {
    let newLength = try folder.replaceJournal(after: sequence)
    // The file that we hold is no longer the journal.
    isSound = false
    try folder.synchronizeNames()
    journal = try OpenFile(folder.journal, O_WRONLY | O_APPEND)
    length = newLength
    isSound = true
    limit = max(leastLimit, 2 * snapshotBytes)
  }
}
