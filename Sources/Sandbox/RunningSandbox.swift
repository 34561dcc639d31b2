import Dispatch
import Glibc
package import JSON
package import Shadow
import ShadowService
package import Simulation
import Synchronization
import Thing

/// An authority, a batch of things, a broker and the shadow service, all on this machine.
///
/// Nothing of it listens on anything but loopback, and it ends with this process however that ends.
package final class RunningSandbox: Sendable {
  /// From the broker's end to its new start: clients see that it is away.
  private static let restartMilliseconds = 2000

  private struct State {
    var broker: Broker?
    var service: ServiceAttachment?
    var files: FileServer?
    var devices: [SimulatedDevice] = []
    var lock: FolderLock?
    var isStopped = false
  }

  /// Where its files are.
  package let batch: BatchFolder
  /// The port on loopback.
  package let port: Int
  /// The things' names.
  package let things: [String]
  /// The batch as a zip, an absolute path; nil if it was not asked for.
  package let zip: BatchZip?

  private let isTemporary: Bool
  private let onEvent: @Sendable (SandboxEvent) -> Void
  private let state: Mutex<State>
  private let stopping = DispatchSemaphore(value: 0)
  private let restarting = DispatchGroup()

  private init(
    batch: BatchFolder, isTemporary: Bool, broker: Broker, service: ServiceAttachment,
    files: FileServer?, things: [String], zip: BatchZip?, lock: FolderLock,
    onEvent: @escaping @Sendable (SandboxEvent) -> Void
  ) {
    self.batch = batch
    self.isTemporary = isTemporary
    self.things = things
    self.zip = zip
    self.onEvent = onEvent
    port = broker.port
    state = Mutex(State(broker: broker, service: service, files: files, lock: lock))
  }

  deinit { stop() }

  /// Starts everything; returns when requests are answered.
  ///
  /// - Parameters:
  ///   - options: what it should be like.
  ///   - onEvent: told what happens, on threads of the sandbox.
  /// - Returns: the sandbox, to be stopped by whoever started it.
  /// - Throws: `SandboxError`; then nothing runs and no temporary file is left.
  package static func start(
    _ options: SandboxOptions, onEvent: @escaping @Sendable (SandboxEvent) -> Void = { _ in }
  ) throws(SandboxError) -> RunningSandbox {
    // What can be known beforehand is, so that a mistake costs no time and leaves no folder.
    try BatchFolder.check(options.things)
    if case .at(let path)? = options.zip { try BatchZip(path: absolute(path)).check() }
    guard Executable.find("mosquitto") != nil else {
      throw .brokerMissing(searched: Executable.searched)
    }
    let folder: String
    if let given = options.folder {
      folder = absolute(given)
    } else {
      TemporarySandboxes.sweep(options.temporaryFolders)
      folder = try filing { () throws(FileError) in
        try TemporarySandboxes.make(in: options.temporaryFolders)
      }
    }
    do throws(SandboxError) {
      return try start(options, in: BatchFolder(path: folder), onEvent)
    } catch {
      if options.folder == nil { PrivateFiles.removeTree(folder) }
      throw error
    }
  }

  private static func start(
    _ options: SandboxOptions, in batch: BatchFolder,
    _ onEvent: @escaping @Sendable (SandboxEvent) -> Void
  ) throws(SandboxError) -> RunningSandbox {
    let lock = try batch.claim(isTemporary: options.folder == nil)
    let state = try options.stateFolder.map { (path) throws(SandboxError) in
      try OpenState.open(absolute(path))
    }
    for notice in state?.notices ?? [] { onEvent(.notice(notice)) }
    let now = Clock.wallMilliseconds / 1000
    let renewals = try batch.fill(
      things: options.things, key: options.chosenKey,
      validity: Validity(days: Validity.longestDays, from: now),
      keepingFrom: options.folder == nil ? nil : now)
    for notice in renewals { onEvent(.notice(notice)) }
    let zip: BatchZip? =
      switch options.zip {
      case .inFolder?: batch.zip
      case .at(let path)?: BatchZip(path: absolute(path))
      case nil: nil
      }
    try zip?.write(options.things, of: batch)
    // Before the broker, since both take their time to start.
    let files = options.servesFiles ? FileServer.start(in: batch, onEvent) : nil
    let sandbox = Mutex<WeakSandbox>(WeakSandbox())
    let broker = try Broker.start(in: batch, port: options.port, strict: options.strict) { exit in
      sandbox.withLock { $0.sandbox }?.brokerEnded(exit)
    }
    let cutter = ConnectionCutter(batch: batch, broker: broker) { onEvent(.connectionCut($0)) }
    let faults = FaultInjection(
      RequestGate(
        faults: FaultPlan(rules: options.faults, seed: options.seed), limitsRates: options.strict),
      cut: cutter.cut, onFault: { onEvent(.fault($0)) })
    let service: ServiceAttachment
    do throws(SandboxError) {
      service = try ServiceAttachment.start(
        in: batch, port: broker.port, limits: options.limits, faults: faults, state: state,
        signer: files?.whenReady(), clockSkew: options.clockSkew,
        onRequest: { onEvent(.request($0)) }, onMICRequest: { onEvent(.micRequest($0)) },
        onJobRequest: { onEvent(.jobRequest($0)) }, onNotice: { onEvent(.notice($0)) })
    } catch {
      broker.stop()
      throw error
    }
    let running = RunningSandbox(
      batch: batch, isTemporary: options.folder == nil, broker: broker, service: service,
      files: files, things: options.things, zip: zip, lock: lock, onEvent: onEvent)
    sandbox.withLock { $0.sandbox = running }
    return running
  }

  /// Switches on a simulated device that acts as one of the things.
  ///
  /// Not in a strict sandbox: there the device and the thing's monitor would have the same client
  /// id, and throw each other out.
  ///
  /// - Parameters:
  ///   - thing: its name.
  ///   - rules: how it behaves.
  ///   - wishes: what the cloud side wants of it at the start.
  ///   - seed: the same seed does the same.
  /// - Throws: `SandboxError`.
  package func startDevice(
    thing: String, rules: Rules, wishes: JSONObject = JSONObject(), seed: UInt64
  ) throws(SandboxError) {
    let device = try SimulatedDevice.start(
      thing: thing, rules: rules, wishes: wishes, in: batch, port: port, seed: seed)
    let isTooLate = state.withLock { state in
      if !state.isStopped { state.devices.append(device) }
      return state.isStopped
    }
    if isTooLate { device.stop() }
  }

  /// Has the cloud side want something of a thing.
  ///
  /// - Parameters:
  ///   - wishes: merged into what is desired.
  ///   - address: of the shadow.
  package func wish(_ wishes: JSONObject, of address: ShadowAddress) {
    let request = UpdateRequest(desired: .merge(wishes))
    state.withLock { $0.service }?.request(request.publication(to: address))
  }

  /// Stops everything and removes a temporary folder; returns when it is done.
  ///
  /// It may be called from any thread and more than once.
  package func stop() {
    let ending = state.withLock { state in
      defer { state = State(isStopped: true) }
      return state
    }
    guard !ending.isStopped else { return }
    stopping.signal()
    restarting.wait()
    for device in ending.devices { device.stop() }
    ending.service?.stop()
    ending.files?.stop()
    ending.broker?.stop()
    if isTemporary { PrivateFiles.removeTree(batch.path) }
  }

  // MARK: What it says about itself

  /// What a script needs to connect, as one value.
  package var readyJSON: JSONValue {
    var members: JSONObject = [
      "host": "localhost", "port": .number(JSONNumber(port)), "ca": .string(batch.authority),
      "things": .array(things.map(JSONValue.string)),
      "owner": ["cert": .string(batch.owner.certificate), "key": .string(batch.owner.privateKey)],
    ]
    if let zip { members["zip"] = .string(zip.path) }
    return .object(members)
  }

  /// The command that connects the monitor as a thing, to be pasted into a shell.
  package func monitorCommand(thing: String) -> String {
    "shadowscope monitor --thing-dir \(shellQuoted(batch.thing(thing).path))"
      + " --endpoint localhost:\(port)"
  }

  /// The documents that came for a thing by MIC's backdate topic and are still kept, oldest first.
  package func observations(of thing: String) -> [[UInt8]] {
    state.withLock { $0.service }?.observations(of: thing) ?? []
  }

  // MARK: When the broker ends by itself

  /// Starts the broker again after a while; on the thread of the ended process.
  ///
  /// Events are told outside of the group that `stop` waits for, so that a listener may stop us.
  private func brokerEnded(_ exit: SupervisedProcess.Exit) {
    onEvent(.brokerEnded(reason: exit.description))
    restarting.enter()
    let outcome = restartBroker()
    restarting.leave()
    if let outcome { onEvent(outcome) }
  }

  /// - Returns: what to tell; nil if the sandbox was stopped in the meantime.
  private func restartBroker() -> SandboxEvent? {
    let wait = DispatchTime.now() + .milliseconds(Self.restartMilliseconds)
    guard stopping.wait(timeout: wait) == .timedOut else { return nil }
    let (broker, service) = state.withLock { ($0.broker, $0.service) }
    do throws(SandboxError) {
      try broker?.restart()
    } catch {
      return .brokerLost(error)
    }
    service?.reconnect()
    return broker == nil ? nil : .brokerRestarted
  }
}

/// The sandbox for its broker's closure, which exists before it.
private struct WeakSandbox {
  weak var sandbox: RunningSandbox?
}

/// A path that does not depend on the working folder, without slashes at the end.
private func absolute(_ path: String) -> String {
  var path = path[...]
  while path.count > 1, path.hasSuffix("/") { path.removeLast() }
  guard !path.hasPrefix("/"), let working = getcwd(nil, 0) else { return String(path) }
  defer { free(working) }
  return "\(String(cString: working))/\(path)"
}

/// One word for a shell, whatever is in it.
private func shellQuoted(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "/._-:+,@%".utf8.contains(byte)
    }
  }
  guard !isPlain || text.isEmpty else { return text }
  return "'"
    + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}
