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
  /// Milliseconds to wait for it while somebody looks at the screen.
  private static let glance: Int64 = 300

  private struct Key: Hashable {
    let thing: String
    let address: ShadowAddress
  }

  /// The files of edits that a shadow has; what is still to be written holds them too, so that no
  /// other monitor takes them before.
  private final class Slots: Sendable {
    let own: KeptSlot
    /// Those whose edits were taken over; they are emptied when ours holds them.
    let orphans: [KeptSlot]

    init(own: KeptSlot, orphans: [KeptSlot]) {
      self.own = own
      self.orphans = orphans
    }
  }

  /// What is known of the files of an open shadow.
  private struct Held {
    let folder: KeptFolder
    /// nil while edits are not kept.
    var slots: Slots?
    /// Why they are not.
    var fault: KeepingFault?
    /// When it was tried last to have them kept, in ms since 1970.
    var claimedAt: Int64 = 0
    /// What was handed to the writer last; nil for nothing.
    var edits: KeptEdits?
    /// The revision that was handed to the writer last; nil to write whatever it is.
    var revision: Int?
    /// When the edits were changed last, in ms since 1970; nil for now.
    var changedAt: Int64?
    /// Whether the document's file is a newer program's.
    var hasForeignDocument = false
    /// The document that was handed to the writer last.
    var document: (version: Int64, arrival: Int64)?
  }

  /// A shadow that was closed.
  private struct Closed {
    /// nil once all of it is on the disk.
    weak var slots: Slots?
    let edits: KeptEdits?
  }

  /// nil where nothing is kept.
  private let state: String?
  /// Whether edits are; in a monitor that only reads there are none.
  private let keepsEdits: Bool
  private let writer: KeptWriter
  private var held: [Key: Held] = [:]
  /// Shadows that were closed in this run.
  private var closed: [Key: Closed] = [:]
  /// Whether the disk takes what is written.
  private var writing = Keeping.kept
  /// Updates that wait for the disk.
  private var departures: [Departure] = []

  /// - Parameters:
  ///   - state: the program's folder of what it keeps; nil to keep nothing.
  ///   - isReadOnly: whether nothing can be staged.
  ///   - mailbox: where it is told that something cannot be kept, or can again; for ``note(_:_:)``.
  ///   - start: gives the writer its thread.
  init(
    state: String?, isReadOnly: Bool, mailbox: Mailbox<Happening>,
    start: @escaping KeptWriter.Start = { Threads.startDetached($0) }
  ) {
    self.state = state
    keepsEdits = !isReadOnly
    writer = KeptWriter(start: start) { report in mailbox.post(.keeping(report)) }
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
    let key = Key(thing: model.thing, address: address)
    guard let state, let endpoint = try? Endpoint(parsing: model.endpoint), held[key] == nil
    else { return [] }
    let folder = KeptFolder(state: state, endpoint: endpoint, address: address)
    let former = closed.removeValue(forKey: key)
    // What it had when it was closed just now.
    if former != nil { writer.finish(within: Self.glance, in: folder) }
    var one = Held(folder: folder)
    var recollection = Recollection()
    recall(&one, &recollection, address)
    if keepsEdits {
      if let former, let slots = former.slots {
        // The disk does not have it yet, and we do.
        one.slots = slots
        recollection.edits = former.edits.map { [$0] } ?? []
        adopt(recollection.edits, &one)
      } else {
        claim(&one, &recollection, address)
      }
    }
    held[key] = one
    return reconcile(model) + [.recalled(address, recollection)]
  }

  /// Whether everything that is staged is kept: each open shadow, and what was written before.
  private var keeping: Keeping {
    for one in held.values where one.slots == nil {
      if let fault = one.fault { return .failing(fault.words) }
    }
    return writing
  }

  private func reconcile(_ model: Model) -> [Message] {
    guard keepsEdits, state != nil, model.keeping != keeping else { return [] }
    return [.keeping(keeping)]
  }

  /// Takes in what the writer tells.
  ///
  /// - Returns: what to tell the monitor.
  mutating func note(_ report: KeptWriter.Report, _ model: Model) -> [Message] {
    switch report {
    case .kept: writing = .kept
    case .failing(let fault): writing = .failing(fault.words)
    }
    return reconcile(model)
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
  ) {
    do throws(KeepingFault) {
      try take(&one, &recollection, address)
      one.fault = nil
    } catch {
      one.fault = error
    }
  }

  /// Takes for what is in the files of edits what was read there.
  private func adopt(_ edits: [KeptEdits], _ one: inout Held) {
    one.changedAt = edits.map(\.changedAt).max()
    // Nothing to take over is nothing to write.
    if edits.isEmpty { one.revision = 0 }
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
    one.slots = Slots(own: opening.slot, orphans: opening.orphans)
    recollection.edits = opening.files.compactMap { try? KeptEdits($0) }
    recollection.remarks += opening.remarks
    adopt(recollection.edits, &one)
    for neighbour in opening.neighbours {
      guard let bytes = neighbour.bytes, let kept = try? KeptEdits(bytes) else { continue }
      let count = kept.edits.count + kept.sent.reduce(0) { $0 + $1.edits.count }
      let edits = count == 1 ? "1 staged edit" : "\(count) staged edits"
      let process = neighbour.process.map { " (process \($0))" } ?? ""
      recollection.remarks.append(
        "As this began another monitor\(process) had \(edits) for this shadow: "
          + "\(count == 1 ? "it stays" : "they stay") with it, and for who opens the shadow after it."
      )
    }
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
      if keepsEdits, one.slots == nil, abs(now - one.claimedAt) >= Self.claimPause {
        one.claimedAt = now
        var recollection = Recollection()
        claim(&one, &recollection, shadow.address)
        held[key] = one
        if one.slots != nil { messages.append(.recalled(shadow.address, recollection)) }
      } else if one.slots != nil, one.revision != shadow.draftRevision {
        writeEdits(of: shadow, key, model.endpoint, at: now)
      }
      keepDocument(of: shadow, key, model.endpoint)
    }
    return reconcile(model) + messages
  }

  /// Sends an update once it is on the disk that it was sent, or at once where nothing is kept.
  ///
  /// - Parameters:
  ///   - update: to a shadow that is open.
  ///   - model: that has the update on its way already.
  ///   - now: ms since 1970.
  ///   - send: called once, perhaps on another thread; never once ``overdue(at:)`` or ``withdraw()``
  ///     has given the update up.
  mutating func journal(
    _ update: PendingUpdate, of model: Model, at now: Int64,
    then send: @escaping @Sendable () -> Void
  ) {
    let key = Key(thing: model.thing, address: update.address)
    guard held[key]?.slots != nil,
      let shadow = model.shadows.first(where: { $0.address == update.address })
    else { return send() }
    let departure = Departure(token: update.token, since: now)
    departures.append(departure)
    writeEdits(of: shadow, key, model.endpoint, at: now) { if departure.claim() { send() } }
  }

  /// When an update is given up next that the disk does not take, in ms since 1970.
  var deadline: Int64? { departures.filter { !$0.isOver }.map(\.deadline).min() }

  /// Gives up the updates that the disk has not taken in time.
  ///
  /// - Parameter now: ms since 1970.
  /// - Returns: what to tell the monitor.
  mutating func overdue(at now: Int64) -> [Message] {
    departures.removeAll(where: \.isOver)
    return departures.filter { $0.isOverdue(at: now) && $0.claim() }.map {
      $0.givenUp("the disk did not take it within \(Departure.patience / 1000) s")
    }
  }

  /// Gives up all updates that wait for the disk, since their session ends.
  ///
  /// - Returns: what to tell the monitor.
  mutating func withdraw() -> [Message] {
    defer { departures = [] }
    return departures.filter { $0.claim() }.map {
      $0.givenUp("the connection was given up before the disk had it")
    }
  }

  /// Lets go of a shadow; what is kept of it is there for whoever opens it next.
  ///
  /// ``keep(_:at:)`` has seen what was staged last.
  mutating func close(_ address: ShadowAddress, of model: Model) {
    let key = Key(thing: model.thing, address: address)
    guard let one = held.removeValue(forKey: key) else { return }
    closed[key] = Closed(slots: one.slots, edits: one.edits)
  }

  /// Writes what is still to be written.
  ///
  /// - Returns: whether everything is on the disk that must not be lost.
  func finish() -> Bool {
    let isWritten = writer.finish(within: Self.patience)
    return isWritten && keepsEdits && state != nil && held.values.allSatisfy { $0.slots != nil }
  }

  private mutating func writeEdits(
    of shadow: OpenShadow, _ key: Key, _ endpoint: String, at now: Int64,
    then send: (@Sendable () -> Void)? = nil
  ) {
    guard let one = held[key], let slots = one.slots else { return }
    let folder = one.folder
    // What was taken over is as old as it was.
    let changedAt = one.revision == nil ? one.changedAt ?? now : now
    let kept = KeptEdits(shadow, at: endpoint, changedAt: changedAt)
    held[key]?.revision = shadow.draftRevision
    held[key]?.edits = kept
    var after: (@Sendable (_ isKept: Bool) -> Void)?
    if let send { after = { _ in send() } }
    writer.set(
      slots.own.file, in: folder, isPrecious: true,
      written: { for orphan in slots.orphans { try? folder.remove(orphan.file) } }, after: after
    ) { _ in
      if let kept { .write(kept.bytes) } else { .remove }
    }
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
