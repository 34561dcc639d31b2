import Canvas
package import Shadow

/// A recording that is played in place of a connection.
package struct Replay: Hashable, Sendable {
  package enum Pace: Hashable, Sendable { case playing, paused, ended }

  /// The file's name.
  package let file: String
  /// When the recording begins and ends, in ms since 1970.
  package let start: Int64
  package let end: Int64
  /// How many messages it has.
  package let messages: Int
  /// The moment of it that is shown, in ms since 1970.
  package var moment: Int64
  /// Messages that have come by then.
  package var shown: Int
  package var pace: Pace
  /// For instance `×4`.
  package var speed: String

  /// - Parameters:
  ///   - file: its name.
  ///   - start: when the recording begins, in ms since 1970.
  ///   - end: when it ends, in ms since 1970.
  ///   - messages: how many it has.
  ///   - speed: for instance `×4`.
  package init(file: String, start: Int64, end: Int64, messages: Int, speed: String) {
    self.file = file
    self.start = start
    self.end = end
    self.messages = messages
    self.speed = speed
    (moment, shown, pace) = (start, 0, .playing)
  }
}

/// What a person asks of a replay.
package enum ReplayAction: Hashable, Sendable {
  /// Pause, go on, or begin again at the end.
  case pause
  /// Go so many ms of the recording on, or with a negative number back.
  case seek(Int64)
  case toStart, toEnd
  /// Take in the next message, and pause.
  case nextMessage
  case slower, faster
}

extension Command {
  /// What it asks of a replay; nil for what is no key of a replay.
  var replayAction: ReplayAction? {
    switch self {
    case .replayPause: .pause
    case .replayBack: .seek(-10_000)
    case .replayForward: .seek(10_000)
    case .replayStart: .toStart
    case .replayEnd: .toEnd
    case .replayNext: .nextMessage
    case .replaySlower: .slower
    case .replayFaster: .faster
    default: nil
    }
  }

  /// Whether it is about a connection, which a replay has not.
  fileprivate var needsConnection: Bool {
    switch self {
    case .get, .checks, .anotherClient, .lookOn, .things, .record, .jobs: true
    default: false
    }
  }
}

extension Model {
  /// Why a command does nothing in a replay; nil where it does something, or this is none.
  func replayReason(against command: Command) -> String? {
    guard replay != nil else { return nil }
    if command == .record { return "This is a replay: it is recorded already" }
    return command.needsConnection ? "This is a replay: there is no connection" : nil
  }

  /// What the hint line says of a key of the replay.
  func replayHint(of command: Command) -> String? {
    guard let replay else { return nil }
    switch command {
    case .replayPause:
      switch replay.pace {
      case .playing: return "pause"
      case .paused: return "go on"
      case .ended: return "again"
      }
    case .replayBack: return "−10 s"
    case .replayForward: return "+10 s"
    case .replayNext: return "next message"
    case .replaySlower: return "slower"
    case .replayFaster: return "faster"
    case .replayStart: return "start"
    case .replayEnd: return "end"
    default: return nil
    }
  }

  /// The mark of the status line: how it is played, and the time of the recording.
  var replayMark: [Span]? {
    guard let replay else { return nil }
    let clock = CalendarTime(replay.moment, utcOffsetSeconds: utcOffsetSeconds).clock
    return switch replay.pace {
    case .playing: [Span("▸ \(clock) \(replay.speed)", .meterWarn)]
    case .paused: [Span("paused \(clock)", .meterWarn)]
    case .ended: [Span("ended \(clock)", .meterWarn)]
    }
  }

  /// The line above the table: from when to when, how far, and of which file.
  func replayLine(width: Int) -> [Span]? {
    guard let replay else { return nil }
    let start = CalendarTime(replay.start, utcOffsetSeconds: utcOffsetSeconds)
    let end = CalendarTime(replay.end, utcOffsetSeconds: utcOffsetSeconds)
    let isOneDay = start.date == end.date
    let from = width < 60 ? start.clock : "\(start.date) \(start.clock)"
    let until = isOneDay || width < 60 ? end.clock : "\(end.date) \(end.clock)"
    let count =
      width < 60
      ? " \(replay.shown)/\(replay.messages)"
      : " \(replay.shown) of \(counted(replay.messages, "message"))"
    let room = width - from.utf8.count - until.utf8.count - count.utf8.count - 2
    guard room >= 6 else { return [Span(count.trimmingPrefix(" ").description, .textDim)] }
    let bar = min(24, room)
    let span = max(1, replay.end - replay.start)
    let far = min(max(0, replay.moment - replay.start), span)
    // In doubles: a span of centuries times a width is no matter of precision.
    let knob = Int((Double(far) / Double(span) * Double(bar - 1)).rounded())
    let line = [
      Span(from + " ", .textDim), Span(String(repeating: "━", count: knob), .meterWarn),
      Span("●", .meterWarn), Span(String(repeating: "─", count: bar - 1 - knob), .paneBorder),
      Span(" " + until, .textDim), Span(count, .text),
    ]
    // A few letters of a name tell nothing.
    let file = Span("  \(replay.file)", .textDim)
    return TextWidth.columns(line) + 16 <= width ? line + [file] : line
  }

  /// Forgets everything that was taken in, and keeps how it is looked at: the recording is taken in
  /// anew up to another place.
  package mutating func rewind() {
    for place in shadows.indices {
      let before = shadows[place]
      shadows[place] = OpenShadow(address: before.address, nextToken: tokens.token())
      shadows[place].table = before.table
      shadows[place].table.show(ResourceTree())
    }
    let filter = log.filter
    log = log.emptied()
    log.narrow(to: filter)
    connection = Connection()
    requests = OwnRequests()
    latency = nil
    // A message that is no more.
    if openMessage != nil { overlay = nil }
  }

  /// Shows further shadows without asking for them: those that a recording is about.
  package mutating func show(recorded addresses: [ShadowAddress]) {
    for address in addresses where place(of: address) == nil {
      shadows.append(OpenShadow(address: address, nextToken: tokens.token()))
    }
  }
}
