import Canvas
import Glibc
import JSON
import Monitor
import Recordings
import Shadow
import Terminal
import Thing

/// The monitor on a recording: nothing is connected to, and time is that of the recording.
struct ReplayRun {
  /// Milliseconds between two frames.
  private static let framePace: Int64 = 16
  /// Milliseconds of lines that are taken in before keys are looked for.
  private static let turn: Int64 = 10

  private let reader: RecordingReader
  private let look: ScreenLook
  private let signals: Signals
  private var player: ReplayPlayer
  private var model: Model
  private var translation: ReplayTranslation
  private var replay: Replay
  private var isOver = false

  /// - Parameters:
  ///   - reader: the recording.
  ///   - path: of its file.
  ///   - speed: to begin with.
  ///   - look: of the screen.
  ///   - signals: taken over already.
  init(
    _ reader: RecordingReader, path: String, speed: ReplaySpeed, look: ScreenLook,
    signals: Signals
  ) {
    (self.reader, self.look, self.signals) = (reader, look, signals)
    player = ReplayPlayer(reader.index, speed: speed, now: Clock.monotonicMilliseconds)
    let header = reader.header
    let addresses = header.addresses(with: reader.index)
    translation = ReplayTranslation(addresses: addresses)
    replay = Replay(
      file: path.split(separator: "/").last.map(String.init) ?? path, start: reader.index.start,
      end: reader.index.end, messages: reader.index.messages, speed: speed.text)
    model = Model(
      thing: header.thing, endpoint: header.endpoint ?? "", address: addresses[0], seed: 0,
      utcOffsetSeconds: LocalTime.utcOffsetSeconds, isReadOnly: true)
    model.show(recorded: addresses)
    model.keys = look.keys
    model.takesMouse = look.takesMouse
    model.dividers = RememberedState(path: Environment.stateFile).dividers
  }

  /// Runs until the person quits or the process is told to end.
  ///
  /// - Throws: `CommandFailure` if there is no terminal to run on.
  mutating func run() throws(CommandFailure) {
    let screen = try look.openScreen()
    defer { screen.close() }
    screen.mouseCapture = look.takesMouse
    tell(.replay(replay))
    tell(.resized(screen.size))
    for words in look.notices + [damageWords].compactMap(\.self) { tell(.notice(words)) }
    var lastFrame: Int64 = 0
    while !isOver {
      wait(for: screen, until: deadline(after: lastFrame))
      for signal in signals.collect() { follow(signal, screen) }
      while !isOver, let key = screen.nextKey() {
        perform(update(&model, .key(key), at: time), screen)
      }
      if screen.isInputOver { break }
      takeDueLines()
      show()
      screen.present(view(model, in: screen.size, at: time))
      lastFrame = Clock.monotonicMilliseconds
    }
  }

  /// The moment of the recording that is shown.
  private var time: Int64 { player.time(at: Clock.monotonicMilliseconds) }

  /// What is wrong with the file, for the screen; nil if nothing is.
  private var damageWords: String? {
    if let damage = reader.damage {
      return "\(damage.words) What comes before it is played."
    }
    return reader.isEnded
      ? nil : "The recording was not ended in good order: it was cut off, or is still going on."
  }

  // MARK: Taking in

  private mutating func takeDueLines() {
    let begin = Clock.monotonicMilliseconds
    while Clock.monotonicMilliseconds - begin < Self.turn {
      let lines = player.take(at: begin, limit: 64)
      if lines.isEmpty { return }
      take(Array(lines))
    }
  }

  private mutating func take(_ lines: [Int]) {
    for number in lines {
      guard let line = reader.line(number) else {
        let words =
          "The file is not what it was when it was opened: line \(number + 2) is left out."
        if !model.notices.contains(words) { tell(.notice(words)) }
        continue
      }
      let moment = reader.index.time(of: number)
      for message in translation.messages(for: line, at: moment) {
        // Nothing is asked of anybody.
        _ = update(&model, message, at: moment, isFollowed: true)
      }
    }
  }

  private mutating func take(_ jump: ReplayPlayer.Jump) {
    if jump.isAnew {
      model.rewind()
      translation = ReplayTranslation(addresses: model.shadows.map(\.address))
    }
    take(jump.lines)
  }

  /// Tells the model where the replay is.
  private mutating func show() {
    replay.moment = time
    replay.shown = reader.index.messages(before: player.next)
    replay.pace = player.isAtEnd ? .ended : player.isPaused ? .paused : .playing
    replay.speed = player.speed.text
    tell(.replay(replay))
    tell(.tick)
  }

  private mutating func tell(_ message: Message) { _ = update(&model, message, at: time) }

  // MARK: Keys and signals

  private mutating func perform(_ effects: [Effect], _ screen: Screen) {
    for effect in effects {
      switch effect {
      case .replay(let action): play(action)
      case .copy(let text):
        do throws(CopyError) {
          try screen.copy(text)
          tell(.copied(bytes: text.utf8.count, advice: screen.copyAdvice))
        } catch {
          tell(.notCopied(error.description))
        }
      case .save(let bytes, let path, let isReplacing):
        tell(.saved(SavedFile(bytes: bytes, path: path).write(isReplacing: isReplacing)))
      case .captureMouse(let isTaken): screen.mouseCapture = isTaken
      case .quit: isOver = true
      case .suspend:
        screen.stopUntilContinued()
        tell(.resized(screen.size))
      case .redraw: screen.redraw()
      // There is nothing to connect to, and nothing is edited.
      case .submit, .get, .openShadow, .closeShadow, .listThings, .switchThing, .send, .delete,
        .editOutside, .openJobs, .askJobs, .checkConnection, .retryNow, .changeClientID,
        .startRecording, .endRecording:
        continue
      }
    }
  }

  private mutating func play(_ action: ReplayAction) {
    let now = Clock.monotonicMilliseconds
    switch action {
    case .pause: if let jump = player.pause(at: now) { take(jump) }
    case .seek(let milliseconds): take(player.seek(by: milliseconds, at: now))
    case .toStart: take(player.toStart(at: now))
    case .toEnd: take(player.toEnd(at: now))
    case .nextMessage: take(player.toNextMessage(at: now))
    case .slower: player.step(speedUp: false, at: now)
    case .faster: player.step(speedUp: true, at: now)
    }
  }

  private mutating func follow(_ signal: Signals.Signal, _ screen: Screen) {
    switch signal {
    case .windowChanged:
      screen.resize()
      tell(.resized(screen.size))
    case .terminate, .hangUp, .interrupt: isOver = true
    case .stop:
      screen.stopUntilContinued()
      tell(.resized(screen.size))
    case .continued:
      screen.recover()
      tell(.resized(screen.size))
    }
  }

  // MARK: Sleeping

  /// When something changes by itself, by the monotonic clock; nil while nothing does.
  private func deadline(after lastFrame: Int64) -> Int64? {
    let now = Clock.monotonicMilliseconds
    let moment = player.time(at: now)
    let own = [
      player.deadline(at: now),
      // The clock in the status line.
      player.due((moment / 1000 + 1) * 1000, at: now),
      nextDeadline(model, after: moment).flatMap { player.due($0, at: now) },
    ].compactMap(\.self).min()
    return own.map { max($0, lastFrame + Self.framePace) }
  }

  private func wait(for screen: Screen, until deadline: Int64?) {
    var sources = [screen.descriptor, signals.descriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let now = Clock.monotonicMilliseconds
    let milliseconds = deadline.map { CInt(max(0, min($0 - now, 86_400_000))) } ?? -1
    poll(&sources, nfds_t(sources.count), milliseconds)
  }
}

extension RecordingHeader {
  /// The shadows that a recording is about: those of its start, and others as they come up.
  func addresses(with index: RecordingIndex) -> [ShadowAddress] {
    let networked = thing + "__"
    let others = index.addresses.filter { address in
      address.thing.hasSameScalars(as: thing)
        || address.thing.utf8.starts(with: networked.utf8)
    }
    var addresses = shadows.map { ShadowAddress(thing: thing, shadow: $0) }
    for address in others where !addresses.contains(address) { addresses.append(address) }
    return addresses
  }
}
