import Monitor
import Shadow
import Thing

/// What happens outside, on its way to the main thread.
enum Happening: Sendable {
  /// The session of a ``LiveThing`` told something; `time` in ms since 1970.
  case session(number: Int, ThingEvent, time: Int64)
  /// The broker has answered to the subscription of a ``LiveThing``'s jobs; what it refused.
  case jobs(number: Int, missing: [String])
  /// Results of the checkup of this number.
  case checks(number: Int, [CheckResult], isComplete: Bool)
  /// Things of the batch have been read.
  case things([BatchEntry], isComplete: Bool)
  /// There is no batch to read.
  case noThings(CredentialError)
  /// The recording cannot be written any further.
  case recordingFailed(RecordingFileFault)
  /// What must not be lost cannot be kept on disk, or can be again.
  case keeping(KeptWriter.Report)

  /// Bytes that it takes while it waits, if it may be dropped when too much comes; 0 otherwise.
  var weight: Int {
    guard case .session(_, let event, _) = self else { return 0 }
    return event.weight
  }

  /// When it happened, in ms since 1970; nil where that does not matter.
  var time: Int64? {
    guard case .session(_, _, let time) = self else { return nil }
    return time
  }
}

/// The thing that is connected.
struct LiveThing {
  /// Tells its session from those before it.
  let number: Int
  let session: ThingSession
  var translation: EventTranslation
  /// What it was made with.
  let configuration: LinkConfiguration
  /// How the connection stands; nil while it is down.
  var report: LinkReport?
  private let thing: OpenThing

  /// With which it proves to be the thing.
  var key: PrivateKey { configuration.credentials.key }

  /// Connects.
  ///
  /// - Parameters:
  ///   - thing: what to connect as, and where.
  ///   - addresses: the shadows that are open from the start.
  ///   - number: tells its session's events from those of others.
  ///   - mailbox: where they go.
  ///   - former: the same thing with other certificates, whose outage goes on.
  init(
    _ thing: OpenThing, addresses: [ShadowAddress], number: Int, mailbox: Mailbox<Happening>,
    after former: LiveThing? = nil
  ) {
    self.number = number
    configuration = thing.configuration
    self.thing = thing
    translation =
      former?.translation ?? EventTranslation(endpoint: thing.configuration.endpoint.description)
    let log = thing.log
    session = ThingSession(configuration: thing.configuration, addresses: addresses) {
      log.take($0)
      mailbox.post(.session(number: number, $0, time: Clock.wallMilliseconds))
    }
  }

  /// Whether its session was made with the same certificates; a key follows from its certificate.
  func holds(_ thing: OpenThing) -> Bool {
    configuration.certificates == thing.configuration.certificates
  }
}

extension LiveThing {
  /// Ends its session, and makes it anew; what was open is open again.
  func again(addresses: [ShadowAddress], mailbox: Mailbox<Happening>) -> LiveThing {
    session.stop()
    var thing = thing
    // The broker takes no two CONNECTs of one id within a second.
    thing.configuration.delay = ConnectionMachine.connectInterval
    return LiveThing(
      thing, addresses: addresses, number: number + 1, mailbox: mailbox, after: self)
  }

  /// Ends its session, and makes another one under another client id; what was open is open again.
  func connecting(
    as clientID: String, addresses: [ShadowAddress], mailbox: Mailbox<Happening>
  ) -> LiveThing {
    session.stop()
    var other = thing
    other.configuration.clientID = clientID
    return LiveThing(
      other, addresses: addresses, number: number + 1, mailbox: mailbox, after: self)
  }
}

extension LinkConfiguration {
  fileprivate var certificates: [[UInt8]] { [credentials.certificate, trust.certificates] }
}

extension Model {
  /// The state in which the monitor of a thing begins.
  init(of thing: OpenThing, isReadOnly: Bool) {
    var generator = SystemRandomNumberGenerator()
    self.init(
      thing: thing.address.thing, endpoint: thing.configuration.endpoint.description,
      address: thing.address, seed: generator.next(), files: thing.files,
      utcOffsetSeconds: LocalTime.utcOffsetSeconds, isReadOnly: isReadOnly)
    tellsPresence = thing.configuration.presence != nil
  }
}

extension BatchThing {
  /// - Parameters:
  ///   - entry: as it was read.
  ///   - lastUsed: when it was looked at last, in ms since 1970; nil if it never was.
  init(_ entry: BatchEntry, lastUsed: Int64?) {
    self.init(
      name: entry.folder.thingName, begins: entry.certificate.map { $0.notBefore * 1000 },
      expires: entry.certificate.map { $0.notAfter * 1000 }, lastUsed: lastUsed,
      fault: entry.fault?.what)
  }
}

extension ThingEvent {
  /// Whether it tells how the connection stands, or a shadow on it.
  var isOfConnection: Bool {
    switch self {
    case .connection, .shadow: true
    case .received, .oversized, .sent, .outcome: false
    }
  }
}
