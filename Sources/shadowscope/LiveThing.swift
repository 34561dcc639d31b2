import Monitor
import Shadow
import Thing

/// What happens outside, on its way to the main thread.
enum Happening: Sendable {
  /// The session of a ``LiveThing`` told something; `time` in ms since 1970.
  case session(number: Int, ThingEvent, time: Int64)
  /// Things of the batch have been read.
  case things([BatchEntry], isComplete: Bool)
}

/// The thing that is connected.
struct LiveThing {
  /// Tells its session from those before it.
  let number: Int
  let session: ThingSession
  var translation: EventTranslation

  init(
    _ thing: OpenThing, addresses: [ShadowAddress], number: Int, mailbox: Mailbox<Happening>
  ) {
    self.number = number
    translation = EventTranslation(endpoint: thing.configuration.endpoint.description)
    session = ThingSession(configuration: thing.configuration, addresses: addresses) {
      mailbox.post(.session(number: number, $0, time: Clock.wallMilliseconds))
    }
  }
}

extension Model {
  /// The state in which the monitor of a thing begins.
  init(of thing: OpenThing, isReadOnly: Bool) {
    var generator = SystemRandomNumberGenerator()
    self.init(
      thing: thing.address.thing, endpoint: thing.configuration.endpoint.description,
      address: thing.address, seed: generator.next(), files: thing.files,
      utcOffsetSeconds: LocalTime.utcOffsetSeconds, isReadOnly: isReadOnly)
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
