import Backdating
import Monitor
import Shadow
import Thing

/// The journal of a file of observations, and its file, which no other process has meanwhile.
struct KeptBackdate {
  /// What is done about earlier runs.
  enum Manner {
    /// Go on where they ended.
    case onwards
    /// Forget them.
    case anew
    /// Neither read nor keep anything.
    case nothing
  }

  private(set) var journal: BackdateJournal
  /// nil where nothing is kept.
  private let place: (folder: KeptFolder, slot: KeptSlot)?
  private var isWritten = true

  /// Takes the file of a thing's journal, and what earlier runs have left there.
  ///
  /// - Parameters:
  ///   - read: what is to be sent.
  ///   - bytes: what it was made of.
  ///   - thing: as whom, and where to.
  ///   - manner: what is done about earlier runs.
  /// - Throws: `CommandFailure` where it cannot be kept, or another process sends the same.
  init(
    of read: ObservationFile, _ bytes: [UInt8], as thing: OpenThing, _ manner: Manner
  ) throws(CommandFailure) {
    let digest = KeptFolder.digest(bytes)
    let messages = read.messages.reduce(into: [UInt8]()) { all, message in
      all += message.payload
      all.append(UInt8(ascii: "\n"))
    }
    let fresh = BackdateJournal(
      file: digest, messages: KeptFolder.digest(messages), count: read.messages.count)
    journal = fresh
    guard manner != .nothing else {
      place = nil
      return
    }
    guard let state = Environment.stateFolder else {
      throw Self.failure("There is no home folder, and XDG_STATE_HOME names no other.")
    }
    let folder = KeptFolder(
      state: state, endpoint: thing.configuration.endpoint,
      address: ShadowAddress(thing: thing.address.thing))
    let slot = try Self.slot("backdate-\(digest)", in: folder)
    place = (folder, slot)
    guard manner != .anew else {
      isWritten = false
      return
    }
    let old: [UInt8]?
    do throws(KeepingFault) { old = try folder.read(slot.file) } catch {
      throw Self.failure(error.words.capitalised)
    }
    if let old { journal = try Self.journal(old, fresh) }
  }

  private static func slot(
    _ name: String, in folder: KeptFolder
  ) throws(CommandFailure) -> KeptSlot {
    let claim: KeptSlot.Claim
    do throws(KeepingFault) { claim = try folder.claim(name) } catch {
      throw failure(error.words.capitalised)
    }
    switch claim {
    case .held(let slot): return slot
    case .busy(let process):
      throw CommandFailure(
        status: .unavailable, what: "Another shadowscope is sending this file.",
        cause: process.map { "It is process \($0)." } ?? "",
        remedy: "Wait for its end: two at once would store everything twice.")
    }
  }

  private static func journal(
    _ bytes: [UInt8], _ fresh: BackdateJournal
  ) throws(CommandFailure) -> BackdateJournal {
    let remedy = "To send all of it, doubles and all: --restart."
    let journal: BackdateJournal
    do throws(KeptFault) { journal = try BackdateJournal(bytes) } catch {
      let cause: String
      switch error {
      case .newer: cause = "A newer shadowscope has kept it."
      case .damaged(let reason): cause = "\(reason.capitalised)."
      }
      throw CommandFailure(
        status: .badData, what: "What is kept of an earlier run cannot be read.", cause: cause,
        remedy: remedy)
    }
    guard journal.messages == fresh.messages, journal.count == fresh.count else {
      throw CommandFailure(
        status: .usage,
        what: "An earlier run has begun to send this file, and made other messages of it.",
        cause: "Its options, or the local time zone, were other ones.",
        remedy: "Take the same as then. \(remedy)")
    }
    return journal
  }

  private static func failure(_ cause: String) -> CommandFailure {
    CommandFailure(
      status: .cannotCreate,
      what: "It cannot be kept how far this comes, so nothing more was sent.", cause: cause,
      remedy: "--no-journal sends all the same; after an interruption nothing tells then what was "
        + "sent.")
  }

  // MARK: Changes

  /// Changes what is known; ``write()`` keeps it.
  mutating func change(_ body: (inout BackdateJournal) -> Void) {
    body(&journal)
    isWritten = false
  }

  /// Returns when what is known is on the disk.
  ///
  /// - Throws: `CommandFailure`.
  mutating func write() throws(CommandFailure) {
    guard !isWritten, let place else { return }
    do throws(KeepingFault) { try place.folder.write(journal.bytes, to: place.slot.file) } catch {
      throw Self.failure(error.words.capitalised)
    }
    isWritten = true
  }
}
