import Glibc
import Monitor
import Shadow
import Thing

/// Keeps on disk what must outlive the program: what is staged, updates without an answer, and the
/// shadows as they were known last.
struct Keeper {
  /// Milliseconds in which a document is written once at most.
  private static let documentPace: Int64 = 1000
  /// Milliseconds until it is tried again to keep edits.
  private static let claimPause: Int64 = 2000
  /// Milliseconds to wait for a slow disk on the way out.
  private static let patience: Int64 = 3000

  private struct Key: Hashable {
    let thing: String
    let address: ShadowAddress
  }

  /// What is known of the files of an open shadow.
  private struct Held {
    let folder: KeptFolder
    /// nil while edits are not kept.
    var slot: KeptSlot?
    /// When to try again to have one, in ms since 1970.
    var claimAt: Int64 = 0
    /// Those whose edits were taken over; they are emptied when ours holds them.
    var orphans: [KeptSlot] = []
    /// The revision that was handed to the writer last; nil to write whatever it is.
    var revision: Int?
    /// When the edits were changed last, in ms since 1970; nil for now.
    var changedAt: Int64?
    /// Whether the document's file is a newer program's.
    var hasForeignDocument = false
    /// The document that was handed to the writer last.
    var document: (version: Int64, arrival: Int64)?
  }

  /// nil where nothing is kept.
  private let state: String?
  /// Whether edits are; in a monitor that only reads there are none.
  private let keepsEdits: Bool
  private let writer: KeptWriter
  private var held: [Key: Held] = [:]
  /// Shadows that were closed in this run.
  private var closed: Set<Key> = []

  /// - Parameters:
  ///   - state: the program's folder of what it keeps; nil to keep nothing.
  ///   - isReadOnly: whether nothing can be staged.
  ///   - mailbox: where it is told that something cannot be kept, or can again.
  init(state: String?, isReadOnly: Bool, mailbox: Mailbox<Happening>) {
    self.state = state
    keepsEdits = !isReadOnly
    writer = KeptWriter { report in mailbox.post(.keeping(report)) }
    // A file that may grow no larger (ulimit -f) is an error like a full disk, and not the end.
    signal(SIGXFSZ, SIG_IGN)
    guard let state else { return }
    let tidying = KeptTidying(state: state, now: Clock.wallMilliseconds / 1000)
    _ = Threads.startDetached { tidying.run() }
  }

  /// Takes what earlier runs have kept of a shadow that was just opened.
  ///
  /// - Returns: what to tell the monitor, before anything else is heard of the shadow.
  mutating func open(_ address: ShadowAddress, of model: Model) -> [Message] {
    guard let state, let endpoint = try? Endpoint(parsing: model.endpoint),
      held[Key(thing: model.thing, address: address)] == nil
    else { return [] }
    // What it had when it was closed just now.
    if closed.contains(Key(thing: model.thing, address: address)) {
      writer.finish(within: Self.patience)
    }
    let folder = KeptFolder(state: state, endpoint: endpoint, address: address)
    var one = Held(folder: folder)
    var recollection = Recollection()
    recall(&one, &recollection, address)
    var messages: [Message] = []
    if keepsEdits { messages.append(claim(&one, &recollection, address)) }
    held[Key(thing: model.thing, address: address)] = one
    return messages + [.recalled(address, recollection)]
  }

  private func recall(
    _ one: inout Held, _ recollection: inout Recollection, _ address: ShadowAddress
  ) {
    // Without a document that can be read there is just none.
    guard let bytes = try? one.folder.read(KeptFolder.document) else { return }
    do throws(KeptFault) {
      let document = try KeptDocument(bytes)
      if document.address == address { recollection.document = document }
    } catch {
      switch error {
      case .newer:
        one.hasForeignDocument = true
        recollection.remarks.append(
          "A newer shadowscope has kept the last known document of this shadow: it is left alone.")
      case .damaged(let reason):
        guard let aside = try? one.folder.setAside(KeptFolder.document) else { return }
        recollection.remarks.append(
          "The last known document cannot be read, since \(reason): it is set aside as \(aside).")
      }
    }
  }

  /// Takes a file for the edits of a shadow, and what monitors that are gone had.
  private func claim(
    _ one: inout Held, _ recollection: inout Recollection, _ address: ShadowAddress
  ) -> Message {
    do throws(KeepingFault) {
      try take(&one, &recollection, address)
      return .keeping(.kept)
    } catch {
      return .keeping(.failing(error.words))
    }
  }

  private func take(
    _ one: inout Held, _ recollection: inout Recollection, _ address: ShadowAddress
  ) throws(KeepingFault) {
    let opening = try KeptOpening(one.folder) { bytes in
      do throws(KeptFault) {
        let edits = try KeptEdits(bytes)
        return edits.address == address
          ? .readable : .damaged(reason: "it is about another shadow")
      } catch {
        switch error {
        case .newer: return .newer
        case .damaged(let reason): return .damaged(reason: reason)
        }
      }
    }
    one.slot = opening.slot
    one.orphans = opening.orphans
    recollection.edits = opening.files.compactMap { try? KeptEdits($0) }
    recollection.remarks += opening.remarks
    one.changedAt = recollection.edits.map(\.changedAt).max()
    for neighbour in opening.neighbours {
      guard let bytes = neighbour.bytes, let kept = try? KeptEdits(bytes) else { continue }
      let count = kept.edits.count + kept.sent.reduce(0) { $0 + $1.edits.count }
      let edits = count == 1 ? "1 staged edit" : "\(count) staged edits"
      let process = neighbour.process.map { " (process \($0))" } ?? ""
      recollection.remarks.append(
        "Another monitor\(process) has \(edits) for this shadow, and keeps "
          + "\(count == 1 ? "it" : "them").")
    }
    // Nothing to take over is nothing to write.
    if recollection.edits.isEmpty { one.revision = 0 }
  }

  /// Keeps what has changed of a thing's open shadows; cheap if that is nothing.
  ///
  /// - Parameters:
  ///   - model: of the thing.
  ///   - now: ms since 1970.
  /// - Returns: what to tell the monitor.
  mutating func keep(_ model: Model, at now: Int64) -> [Message] {
    guard state != nil else { return [] }
    var messages: [Message] = []
    for shadow in model.shadows {
      let key = Key(thing: model.thing, address: shadow.address)
      guard var one = held[key] else { continue }
      if keepsEdits, one.slot == nil, !shadow.draft.isEmpty,
        abs(now - one.claimAt) >= Self.claimPause
      {
        one.claimAt = now
        var recollection = Recollection()
        messages.append(claim(&one, &recollection, shadow.address))
        held[key] = one
        if one.slot != nil { messages.append(.recalled(shadow.address, recollection)) }
      } else if one.slot != nil, one.revision != shadow.draftRevision {
        writeEdits(of: shadow, key, model.endpoint, at: now)
      }
      keepDocument(of: shadow, key, model.endpoint)
    }
    return messages
  }

  /// Sends an update once it is on the disk that it was sent, or at once where nothing is kept.
  ///
  /// - Parameters:
  ///   - address: of the shadow, which is open.
  ///   - model: that has the update on its way already.
  ///   - now: ms since 1970.
  ///   - send: called once, perhaps on another thread.
  mutating func journal(
    _ address: ShadowAddress, of model: Model, at now: Int64,
    then send: @escaping @Sendable () -> Void
  ) {
    let key = Key(thing: model.thing, address: address)
    guard held[key]?.slot != nil,
      let shadow = model.shadows.first(where: { $0.address == address })
    else { return send() }
    writeEdits(of: shadow, key, model.endpoint, at: now, then: send)
  }

  /// Lets go of a shadow; what is kept of it is there for whoever opens it next.
  mutating func close(_ address: ShadowAddress, of model: Model) {
    let key = Key(thing: model.thing, address: address)
    held[key] = nil
    closed.insert(key)
  }

  /// Writes what is still to be written.
  ///
  /// - Returns: whether everything is on the disk that must not be lost.
  func finish() -> Bool {
    let isWritten = writer.finish(within: Self.patience)
    return isWritten && keepsEdits && state != nil && held.values.allSatisfy { $0.slot != nil }
  }

  private mutating func writeEdits(
    of shadow: OpenShadow, _ key: Key, _ endpoint: String, at now: Int64,
    then send: (@Sendable () -> Void)? = nil
  ) {
    guard let one = held[key], let slot = one.slot else { return }
    let folder = one.folder
    // What was taken over is as old as it was.
    let changedAt = one.revision == nil ? one.changedAt ?? now : now
    let kept = KeptEdits(shadow, at: endpoint, changedAt: changedAt)
    held[key]?.revision = shadow.draftRevision
    let orphans = one.orphans
    writer.set(
      slot.file, in: folder, isPrecious: true,
      after: { isKept in
        if isKept { for orphan in orphans { try? folder.remove(orphan.file) } }
        send?()
      }, to: { _ in kept.map { .write($0.bytes) } ?? .remove })
  }

  private mutating func keepDocument(of shadow: OpenShadow, _ key: Key, _ endpoint: String) {
    guard let one = held[key], !one.hasForeignDocument, !shadow.held.isRecalled else { return }
    switch shadow.held.state {
    case .unknown: break
    case .missing:
      guard one.document?.version != 0 else { return }
      held[key]?.document = (0, shadow.held.arrival)
      writer.set(KeptFolder.document, in: one.folder, isPrecious: false) { _ in .remove }
    case .held(let document):
      let arrival = shadow.held.arrival
      guard one.document?.version != document.version || one.document?.arrival != arrival
      else { return }
      held[key]?.document = (document.version, arrival)
      let kept = KeptDocument(
        endpoint: endpoint, address: shadow.address, document: document, arrival: arrival)
      writer.set(
        KeptFolder.document, in: one.folder, isPrecious: false, delay: Self.documentPace
      ) { old in
        if let old = old(), let other = try? KeptDocument(old), !kept.supersedes(other) {
          return .leave
        }
        return .write(kept.bytes)
      }
    }
  }
}
