import Monitor
import Shadow
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

  /// Reads and checks everything that can be checked before a packet is sent.
  ///
  /// - Throws: `CommandFailure` with the first fault.
  func open() throws(CommandFailure) -> OpenThing {
    let broker: Endpoint
    do throws(EndpointError) { broker = try Endpoint(parsing: endpoint) } catch {
      throw CommandFailure(error)
    }
    let folder: ThingFolder
    do throws(CredentialError) { folder = try self.folder() } catch { throw CommandFailure(error) }
    let address = ShadowAddress(thing: folder.thingName, shadow: shadow)
    let opened: OpenThing
    do throws(CredentialError) {
      let credentials = try Credentials.load(folder)
      let trust = try Trust.find(given: ca, thingFolder: folder.path, batchFolder: batch)
      opened = OpenThing(
        address: address,
        files: ConnectionFiles(
          authority: trust.file, certificate: folder.certificatePath, key: folder.keyPath,
          clientID: clientID ?? folder.ownerName),
        configuration: LinkConfiguration(
          endpoint: broker, credentials: credentials, trust: trust,
          clientID: clientID ?? folder.ownerName,
          keepAliveSeconds: keepAliveSeconds ?? LinkConfiguration.usualKeepAlive),
        advice: broker.advice + credentials.advice + trust.advice)
    } catch {
      throw CommandFailure(error)
    }
    // After the files: a path that leads nowhere explains a strange name.
    try check(address)
    return opened
  }

  /// Names that no shadow can have would be answered by silence (device-shadow spec 2.3).
  private func check(_ address: ShadowAddress) throws(CommandFailure) {
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

  private func folder() throws(CredentialError) -> ThingFolder {
    if let owner { return ThingFolder(path: owner, thingName: thing) }
    if let thingDir { return ThingFolder(path: thingDir, thingName: thing) }
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
    (choice.clientID, choice.shadow) = (nil, nil)
    return choice
  }
}

/// A thing that is ready to connect.
struct OpenThing {
  let address: ShadowAddress
  /// Where everything was read from.
  let files: ConnectionFiles
  let configuration: LinkConfiguration
  /// What the person should know before it is used.
  let advice: [Advice]
}
