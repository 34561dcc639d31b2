import JSON
import Monitor
import Shadow
import Thing

/// What `watch` prints of a shadow's messages.
struct WatchPrinter: StreamRun.Printer {
  private let address: ShadowAddress
  private let path: JSONPath?
  private let changesOnly: Bool
  private let writer: StreamWriter
  private var lines = MessageLines()
  private var places = TopicPlaces()
  private var states = StateWatch()
  private let readable: StreamLines

  /// - Parameters:
  ///   - address: the shadow.
  ///   - shape: what a message becomes.
  ///   - path: only what changes something there; nil for everything.
  ///   - changesOnly: whether the present state, requests and answers are left out.
  init(of address: ShadowAddress, shape: StreamOptions.Format, path: JSONPath?, changesOnly: Bool) {
    self.address = address
    self.path = path
    self.changesOnly = changesOnly
    writer = StreamWriter(shape)
    readable = StreamLines(of: address, utcOffsetSeconds: LocalTime.utcOffsetSeconds)
  }

  /// Whether messages that change nothing are left out.
  private var isNarrow: Bool { changesOnly || path != nil }

  mutating func take(
    _ event: ThingEvent, at time: Int64, to output: StreamOutput
  ) throws(CommandFailure) -> Bool {
    switch event {
    case .received(let message): return take(StreamedMessage(message), to: output)
    case .sent(let publication, _, let time):
      guard !isNarrow, writer.shape == .json else { break }
      let message = StreamedMessage(
        time: time, direction: .outgoing, topic: publication.topic, payload: publication.payload)
      put(message, to: output)
    case .oversized(let topic, let bytes):
      StandardStreams.tell("A message of \(bytes) bytes on \(topic) is too long, and left out.")
    case .shadow(_, .getLeftOut(let failure)):
      StandardStreams.tell("The present state is not asked for any more: \(failure.what)")
    case .outcome(_, _, .get, .unknown(let reason)), .outcome(_, _, .get, .notSent(let reason)):
      StandardStreams.tell("The present state is not known: \(reason).")
    case .connection, .shadow, .outcome: break
    }
    return false
  }

  mutating func take(dropped count: Int, at time: Int64, to output: StreamOutput) {
    writer.put(dropped: count, time: time, &lines, readable, to: output)
  }

  private mutating func take(_ message: StreamedMessage, to output: StreamOutput) -> Bool {
    guard isNarrow || writer.shape == .lines else {
      put(message, to: output)
      return true
    }
    // What the broker has stored is from who knows when (spec 4.1).
    let place = message.isRetained ? nil : places.place(of: message.topic, below: address)
    switch place.flatMap({ states.take($0, payload: message.payload) }) {
    case .changed(let before, let after):
      let changes = before.changes(to: after, at: path)
      guard !changes.isEmpty else { return false }
      put(message, changes, after, to: output)
    case .present(let moment):
      guard !changesOnly else { return false }
      if let moment, writer.shape == .lines {
        let values = StateMoment?.none.changes(to: moment, at: path)
        writer.put(
          readable.lines(present: values, of: message, version: moment.version), to: output)
      } else {
        put(message, to: output)
      }
    case nil:
      guard !isNarrow else { return false }
      put(message, to: output)
    }
    return true
  }

  private mutating func put(
    _ message: StreamedMessage, _ changes: [JSONChange], _ after: StateMoment?,
    to output: StreamOutput
  ) {
    switch writer.shape {
    case .raw: writer.putRaw(message, to: output)
    case .json: output.append { lines.append(message, changes: changes, to: &$0) }
    case .lines:
      writer.put(readable.lines(changes, of: message, version: after?.version), to: output)
    }
  }

  private mutating func put(_ message: StreamedMessage, to output: StreamOutput) {
    switch writer.shape {
    case .raw: writer.putRaw(message, to: output)
    case .json: output.append { lines.append(message, to: &$0) }
    case .lines: writer.put([readable.line(of: message)], to: output)
    }
  }
}

extension StreamedMessage {
  init(_ message: ReceivedMessage) {
    self.init(
      time: message.arrivedAt, topic: message.topic, payload: message.payload,
      isRetained: message.isRetained)
  }
}
