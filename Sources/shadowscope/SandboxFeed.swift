import JSON
import Recordings
import Shadow
import Terminal
import Thing

/// Sends the requests of a recording to a sandbox, as the thing that the options name.
struct SandboxFeed {
  /// Requests that may wait for their answers; beyond, the recording waits.
  private static let mostWaiting = 8

  private let reader: RecordingReader
  private let options: ThingOptions
  private var player: ReplayPlayer
  /// Tokens of requests without an answer.
  private var waiting: Set<ClientToken> = []
  private var (requests, accepted, rejected, unanswered) = (0, 0, 0, 0)
  /// What is to be sent as soon as there is room.
  private var ready: [RecordedRequests.Request] = []

  init(_ reader: RecordingReader, speed: ReplaySpeed, options: ThingOptions) {
    (self.reader, self.options) = (reader, options)
    player = ReplayPlayer(reader.index, speed: speed, now: Clock.monotonicMilliseconds)
  }

  /// Runs to the end of the recording, and prints the numbers.
  ///
  /// - Throws: `CommandFailure`.
  func run() throws(CommandFailure) {
    var feed = self
    try feed.feed()
  }

  private mutating func feed() throws(CommandFailure) {
    let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
    let resolved = try options.resolve()
    resolved.tellWarnings()
    try resolved.requireThing()
    try resolved.requireWriting()
    let thing = try Self.sandboxed(
      resolved.choice.open(signals), clientID: resolved.choice.clientID)
    StandardStreams.tell(thing.advice)
    var generator = SystemRandomNumberGenerator()
    var source = RecordedRequests(
      reader.index, of: reader.header.thing, as: thing.address.thing, seed: generator.next())
    let shadows = reader.header.addresses(with: reader.index).compactMap { address in
      // Those of networked things are open to their parent; none of them is needed to send.
      address.thing.hasSameScalars(as: reader.header.thing)
        ? ShadowAddress(thing: thing.address.thing, shadow: address.shadow) : nil
    }
    let followed = try FollowedThing(thing, addresses: shadows, signals: signals)
    defer { followed.stop() }
    var isOnline = false
    while true {
      if isOnline {
        collect(&source)
        send(followed.session)
      }
      let isDone = isOnline && player.isAtEnd && ready.isEmpty && waiting.isEmpty
      if isDone { break }
      for occurrence in try followed.next(until: deadline(isOnline)) {
        switch occurrence {
        case .event(.connection(.online), _):
          // The recording begins now.
          if !isOnline { player.restart(at: Clock.monotonicMilliseconds) }
          isOnline = true
        case .event(.outcome(let token, _, _, let outcome), _): take(outcome, of: token)
        case .event, .dropped, .input: break
        case .signal(let signal):
          try printNumbers()
          throw CommandFailure(endedBy: signal)
        }
      }
    }
    try printNumbers()
  }

  /// Takes the requests that are due, as long as there is room for them to wait.
  private mutating func collect(_ source: inout RecordedRequests) {
    while ready.count < Self.mostWaiting {
      let lines = player.take(at: Clock.monotonicMilliseconds, limit: 1)
      if lines.isEmpty { return }
      for number in lines {
        if let line = reader.line(number) { ready += source.requests(for: line) }
      }
    }
  }

  private mutating func send(_ session: ThingSession) {
    while let request = ready.first, waiting.count < Self.mostWaiting {
      var generator = SystemRandomNumberGenerator()
      let token = request.token ?? ClientToken.make(using: &generator)
      // Another with this token waits for its answer: this one comes after it.
      guard !waiting.contains(token) else { return }
      let isSent =
        request.token == nil
        ? session.send(request.publication, of: request.address, token: token)
        : session.submit(
          request.publication, operation: request.operation, of: request.address, token: token)
      ready.removeFirst()
      requests += 1
      if isSent {
        waiting.insert(token)
      } else {
        unanswered += 1
        StandardStreams.tell("without an answer: it could not be sent")
      }
    }
  }

  private mutating func take(_ outcome: RequestOutcome, of token: ClientToken) {
    guard waiting.remove(token) != nil else { return }
    switch outcome {
    case .accepted: accepted += 1
    case .rejected(let error, _):
      rejected += 1
      StandardStreams.tell("rejected: \(error.code) \(error.message)")
    case .unknown(let reason), .notSent(let reason):
      unanswered += 1
      StandardStreams.tell("without an answer: \(reason)")
    }
  }

  /// When the next line is due, in ms of `Clock.monotonicMilliseconds`; nil while something else must happen first.
  private func deadline(_ isOnline: Bool) -> Int64? {
    guard isOnline, ready.isEmpty else { return nil }
    return player.deadline(at: Clock.monotonicMilliseconds)
  }

  private func printNumbers() throws(CommandFailure) {
    let numbers: JSONValue = [
      "requests": .number(JSONNumber(Int64(requests))),
      "accepted": .number(JSONNumber(Int64(accepted))),
      "rejected": .number(JSONNumber(Int64(rejected))),
      "unanswered": .number(JSONNumber(Int64(unanswered))),
    ]
    try StandardStreams.writeLine(numbers.compact)
  }

  /// The thing, if it is one of a sandbox: a recording must never write over what a real thing is.
  private static func sandboxed(
    _ thing: OpenThing, clientID: String?
  ) throws(CommandFailure) -> OpenThing {
    let device = StandIn(thing, isOwner: true)
    guard device.isInSandbox else {
      throw CommandFailure(
        status: .usage, what: "\(thing.configuration.endpoint) is no sandbox on this machine.",
        cause: "--to-sandbox writes over the shadow of the thing that it is given.",
        remedy: "Start one with `shadowscope sandbox`, and give its thing and endpoint.")
    }
    var thing = thing
    if clientID == nil { thing.configuration.clientID = device.clientIDInSandbox }
    return thing
  }
}
