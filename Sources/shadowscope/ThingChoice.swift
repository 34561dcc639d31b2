import Monitor
import Shadow
import Terminal
import Thing

/// Which thing to be, where its files are, and where the broker is.
struct ThingChoice {
  /// A thing's folder; otherwise `batch` is given.
  var thingDir: String?
  var batch: String?
  /// In place of both, the folder of somebody who is not the thing but may act for it.
  var owner: String?
  /// Which of the batch, or another name than the folder's; an owner's is not the thing's.
  var thing: String?
  /// The networked thing of that thing that is meant in its place, without the thing's name; nil for
  /// the thing itself.
  var networked: String?
  /// As typed.
  var endpoint: String
  /// nil to find it beside the thing or in the system.
  var ca: String?
  /// nil for the name of the thing that the certificate is of.
  var clientID: String?
  /// nil for the classic shadow.
  var shadow: String?
  /// Seconds between pings of an idle connection, 5...1200; nil for the usual ones.
  var keepAliveSeconds: Int?
  /// Where the passphrase of an encrypted key is read; nil to ask on the terminal.
  var passphraseDescriptor: CInt?
  /// Whether the thing's shadow is told that it is on line.
  var tellsPresence = false
  /// Told what the session does.
  var log = CommandLog()

  /// Reads and checks everything that can be checked before a packet is sent.
  ///
  /// - Parameters:
  ///   - signals: those that are taken over already, for a question on the terminal.
  ///   - opened: a key that was opened before, which may still be the one.
  ///   - ask: asked for the passphrase of an encrypted key; nil for the descriptor or the terminal.
  /// - Returns: the thing, ready to connect.
  /// - Throws: `CommandFailure` with the first fault.
  func open(
    _ signals: Signals? = nil, opened: PrivateKey? = nil, asking ask: PassphraseAsking? = nil
  ) throws(CommandFailure) -> OpenThing {
    let broker: Endpoint
    do throws(EndpointError) { broker = try Endpoint(parsing: endpoint) } catch {
      throw CommandFailure(error)
    }
    let folder: ThingFolder
    do throws(CredentialError) { folder = try self.folder() } catch { throw CommandFailure(error) }
    let address = ShadowAddress(thing: folder.thingName, shadow: shadow)
    var ready: OpenThing
    do throws(CredentialError) {
      let source = PassphraseSource(descriptor: passphraseDescriptor, signals: signals)
      let credentials = try Credentials.load(
        folder, opened: opened, asking: ask ?? source.answer)
      let trust = try Trust.find(given: ca, thingFolder: folder, batchFolder: batch)
      ready = OpenThing(
        address: address,
        files: ConnectionFiles(folder, trust, clientID: clientID ?? folder.ownerName),
        configuration: LinkConfiguration(
          endpoint: broker, credentials: credentials, trust: trust,
          clientID: clientID ?? folder.ownerName,
          keepAliveSeconds: keepAliveSeconds ?? LinkConfiguration.usualKeepAlive),
        advice: broker.advice + credentials.advice + trust.advice, doctorLine: doctorLine, log: log)
    } catch {
      throw CommandFailure(error)
    }
    // After the files: a path that leads nowhere explains a strange name.
    try check(address)
    if tellsPresence {
      do throws(LastWillError) {
        ready.configuration.presence = try Presence(of: address.thing)
      } catch {
        throw CommandFailure(
          status: .usage, what: error.what, cause: error.cause, remedy: error.remedy)
      }
    }
    return ready
  }

  /// Names that no shadow can have would be answered by silence (device-shadow spec 2.3).
  func check(_ address: ShadowAddress) throws(CommandFailure) {
    if let fault = ShadowAddress(thing: address.thing).nameFault {
      throw CommandFailure(
        status: .usage, what: "\(fault).",
        cause: thingDir != nil && thing == nil
          ? "The folder's name, “\(address.thing)”, is taken for the thing's." : "",
        remedy: "Give the thing's name with --thing.")
    }
    if let fault = address.nameFault {
      throw CommandFailure(
        status: .usage, what: "\(fault).", cause: "", remedy: "Correct --shadow.")
    }
    if let fault = clientID.flatMap(LinkConfiguration.fault(inClientID:)) {
      throw CommandFailure(
        status: .usage, what: "\(fault).", cause: "",
        remedy: "Correct --client-id, or leave it away for the thing's name.")
    }
  }

  func folder() throws(CredentialError) -> ThingFolder {
    let folder = try parentFolder()
    return networked.map { folder.naming("\(folder.thingName)__\($0)") } ?? folder
  }

  private func parentFolder() throws(CredentialError) -> ThingFolder {
    if let folder = owner ?? thingDir { return try ThingFolder.find(folder, named: thing) }
    let batch = try Batch.list(batch ?? "")
    guard let thing else { return try batch.only() }
    return try batch.thing(reaching: thing)
  }
}

extension ThingChoice {
  /// The folder of things that this thing is one of; nil for an owner, who has another certificate.
  var batchFolder: String? {
    guard owner == nil else { return nil }
    if let batch { return batch }
    return thingDir.map { ThingFolder(path: $0).batchPath }
  }

  /// The batch that one of several things must be chosen of, if none is named.
  var undecidedBatch: String? {
    guard let batch, thing == nil, let found = try? Batch.list(batch), found.things.count > 1 else {
      return nil
    }
    return batch
  }

  /// Another thing of the same batch, with its classic shadow and under its own name.
  func sibling(named name: String) -> ThingChoice {
    var choice = self
    (choice.thingDir, choice.batch, choice.thing) = (nil, batchFolder, name)
    (choice.clientID, choice.shadow, choice.networked) = (nil, nil, nil)
    return choice
  }
}

/// A thing that is ready to connect.
struct OpenThing {
  let address: ShadowAddress
  /// Where everything was read from.
  let files: ConnectionFiles
  var configuration: LinkConfiguration
  /// What the person should know before it is used.
  let advice: [Advice]
  /// The line for a shell that checks the connection step by step.
  let doctorLine: String
  /// Told what the session does.
  let log: CommandLog
}

extension ConnectionFiles {
  /// Where a thing's files and its authority are.
  fileprivate init(_ folder: ThingFolder, _ trust: Trust, clientID: String) {
    let authority: File? =
      switch trust.source {
      case .given(let path), .found(let path): .onDisk(path)
      case .packed(let zip, let name): .inZip(zip, name: name)
      case .amazonRoots, .systemStore: nil
      }
    func file(_ name: String) -> File {
      guard let place = folder.placeInZip else { return .onDisk("\(folder.path)/\(name)") }
      return .inZip(folder.path, name: place.isEmpty ? name : "\(place)/\(name)")
    }
    self.init(
      authority: authority, certificate: file(ThingFolder.certificateFile),
      key: file(ThingFolder.keyFile), clientID: clientID)
  }
}
