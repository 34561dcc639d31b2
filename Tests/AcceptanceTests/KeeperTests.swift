import Canvas
import JSON
import Shadow
import Synchronization
import TestSupport
import Testing

@testable import Monitor
@testable import Thing
@testable import shadowscope

@Suite("What is kept while the disk is slow, or refuses")
struct KeeperTests {
  private static let address = ShadowAddress(thing: "lamp1")
  private static let night = ShadowAddress(thing: "lamp1", shadow: "night")

  /// A disk that takes nothing until it is let go on.
  private final class SlowDisk: Sendable {
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    func hold(_ body: @escaping @Sendable () -> Void) -> Bool {
      waiting.withLock { $0.append(body) }
      return true
    }

    /// Does all that has waited.
    func goOn() {
      let bodies = waiting.withLock { waiting in
        defer { waiting = [] }
        return waiting
      }
      for body in bodies { body() }
    }
  }

  private func keeper(_ state: String, _ disk: SlowDisk? = nil) -> Keeper {
    let mailbox = Mailbox<Happening>()
    guard let disk else { return Keeper(state: state, isReadOnly: false, mailbox: mailbox) }
    return Keeper(state: state, isReadOnly: false, mailbox: mailbox, start: { disk.hold($0) })
  }

  /// A monitor that is connected, with one edit staged.
  private func model(_ address: ShadowAddress = address) -> Model {
    var model = Model(thing: "lamp1", endpoint: "localhost:8883", address: address, seed: 1)
    _ = update(&model, .resized(Size(rows: 40, columns: 120)), at: 0)
    _ = update(&model, .connection(.connected(tls: "TLS1.3")), at: 0)
    return model
  }

  private func stage(_ text: String, _ model: inout Model) {
    model.stage(StagedEdit(.reported, JSONPath(keys: ["a"]), of: nil, to: .string(text)))
  }

  private func publish(_ model: inout Model, at now: Int64) throws -> PendingUpdate {
    let effects = update(&model, .key(.character("P")), at: now)
    guard case .submit(let update)? = effects.first else {
      throw Missing(effects: effects)
    }
    return update
  }

  private struct Missing: Error { let effects: [Effect] }

  /// The values that are staged in what earlier runs have kept.
  private func kept(_ messages: [Message]) -> [JSONValue?] {
    messages.flatMap { message -> [JSONValue?] in
      guard case .recalled(_, let recollection) = message else { return [] }
      return recollection.edits.flatMap(\.edits).map(\.value)
    }
  }

  @Test("nobody else has the edits of a closed shadow before they are on the disk")
  func closing() throws {
    let home = try TemporaryFolder()
    let disk = SlowDisk()
    var model = model()
    var first = keeper(home.path("state"), disk)
    _ = first.open(Self.address, of: model)
    stage("on", &model)
    _ = first.keep(model, at: 1)
    first.close(Self.address, of: model)
    var second = keeper(home.path("state"))
    #expect(kept(second.open(Self.address, of: model)) == [])
    disk.goOn()
    var third = keeper(home.path("state"))
    #expect(kept(third.open(Self.address, of: model)) == [.string("on")])
  }

  @Test("a closed shadow is opened again with its edits, even while the disk does not answer")
  func reopening() throws {
    let home = try TemporaryFolder()
    let disk = SlowDisk()
    var model = model()
    var keeper = keeper(home.path("state"), disk)
    _ = keeper.open(Self.address, of: model)
    stage("on", &model)
    _ = keeper.keep(model, at: 1)
    keeper.close(Self.address, of: model)
    #expect(kept(keeper.open(Self.address, of: model)) == [.string("on")])
    keeper.close(Self.address, of: model)
    disk.goOn()
    #expect(kept(keeper.open(Self.address, of: model)) == [.string("on")])
  }

  @Test("an update that the disk does not take in time is not sent, then or later")
  func overdue() throws {
    let home = try TemporaryFolder()
    let disk = SlowDisk()
    var model = model()
    var keeper = keeper(home.path("state"), disk)
    _ = keeper.open(Self.address, of: model)
    stage("on", &model)
    let pending = try publish(&model, at: 1000)
    let sent = Mutex(0)
    keeper.journal(pending, of: model, at: 1000) { sent.withLock { $0 += 1 } }
    #expect(keeper.deadline == 11_000)
    #expect(keeper.overdue(at: 10_999).isEmpty)
    for message in keeper.overdue(at: 11_000) { _ = update(&model, message, at: 11_000) }
    #expect(model.delivery == nil)
    #expect(model.draft.edits.map(\.value) == [.string("on")])
    #expect(keeper.deadline == nil)
    _ = keeper.keep(model, at: 11_000)
    disk.goOn()
    #expect(sent.withLock { $0 } == 0)
    // What is on the disk then is what is staged, and not that it was sent.
    keeper.close(Self.address, of: model)
    var next = self.keeper(home.path("state"))
    #expect(kept(next.open(Self.address, of: model)) == [.string("on")])
  }

  @Test("an update that waits for the disk does not leave over a session that has ended")
  func withdrawn() throws {
    let home = try TemporaryFolder()
    let disk = SlowDisk()
    var model = model()
    var keeper = keeper(home.path("state"), disk)
    _ = keeper.open(Self.address, of: model)
    stage("on", &model)
    let pending = try publish(&model, at: 0)
    let sent = Mutex(0)
    keeper.journal(pending, of: model, at: 0) { sent.withLock { $0 += 1 } }
    for message in keeper.withdraw() { _ = update(&model, message, at: 1) }
    #expect(model.draft.edits.map(\.value) == [.string("on")])
    disk.goOn()
    #expect(sent.withLock { $0 } == 0)
  }

  @Test("an update that the disk has taken is sent once, and never given up")
  func sent() throws {
    let home = try TemporaryFolder()
    let disk = SlowDisk()
    var model = model()
    var keeper = keeper(home.path("state"), disk)
    _ = keeper.open(Self.address, of: model)
    stage("on", &model)
    let pending = try publish(&model, at: 0)
    let sent = Mutex(0)
    keeper.journal(pending, of: model, at: 0) { sent.withLock { $0 += 1 } }
    disk.goOn()
    #expect(sent.withLock { $0 } == 1)
    #expect(keeper.overdue(at: 60_000).isEmpty)
    #expect(keeper.withdraw().isEmpty)
  }

  @Test("edits are told as kept only while those of every open shadow are")
  func combined() throws {
    let home = try TemporaryFolder()
    var model = model()
    var keeper = keeper(home.path("state"))
    for message in keeper.open(Self.address, of: model) { _ = update(&model, message, at: 0) }
    #expect(model.keeping == .kept)
    // Something else stands where the folder of the second shadow belongs.
    let endpoint = try Endpoint(parsing: model.endpoint)
    let name = KeptFolder(state: "", endpoint: endpoint, address: Self.night).name
    try home.write("in the way", to: "state/kept/\(name)")
    _ = model.show(Self.night)
    for message in keeper.open(Self.night, of: model) { _ = update(&model, message, at: 0) }
    #expect(model.keeping != .kept)
    for message in keeper.note(.kept, model) { _ = update(&model, message, at: 1) }
    for message in keeper.keep(model, at: 1) { _ = update(&model, message, at: 1) }
    #expect(model.keeping != .kept)
    keeper.close(Self.night, of: model)
    for message in keeper.keep(model, at: 2) { _ = update(&model, message, at: 2) }
    #expect(model.keeping == .kept)
  }
}
