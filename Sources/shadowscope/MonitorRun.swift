import Canvas
import Glibc
import Monitor
import Shadow
import Terminal
import Thing

/// The monitor on a real terminal and a real session: the loop that sleeps in `poll`, hands
/// messages to the model, carries out its effects and shows its frames.
struct MonitorRun {
  /// Milliseconds between two frames while messages arrive; a key is answered at once.
  private static let framePace: Int64 = 16
  /// Milliseconds of messages after which keys are looked for, however many more have come.
  private static let turn: Int64 = 4
  /// Milliseconds that a message may wait before the person is told that the screen is behind.
  private static let patience: Int64 = 1000

  /// The thing to begin with.
  let thing: OpenThing
  /// Where the other things of its batch are found.
  let choice: ThingChoice
  let look: ScreenLook
  /// Taken over before anything was started that must be stopped in good order.
  let signals: Signals
  /// Networked things that are known beforehand, by their whole names.
  var networkedThings: [String] = []
  /// Whether the next run should know what this one connected to.
  var isRemembered = true

  /// Runs until the person quits or the process is told to end.
  ///
  /// - Throws: `CommandFailure` if there is no terminal to run on.
  func run() throws(CommandFailure) {
    let mailbox = try Mailbox<Happening>.open(weighing: { $0.weight })
    let screen = try look.openScreen()
    defer { screen.close() }
    screen.mouseCapture = look.takesMouse
    let state = RememberedState(path: Environment.stateFile, notesUse: isRemembered)
    var model = Model(of: thing, isReadOnly: look.isReadOnly)
    model.keys = look.keys
    model.takesMouse = look.takesMouse
    model.dividers = state.dividers
    model.networkedThings =
      networkedThings.map { KnownNetworkedThing(thing: $0) }
      + state.networkedThings(of: model.parentThing, at: model.endpoint)
    _ = update(&model, .resized(screen.size), at: Clock.wallMilliseconds)
    var keeper = Keeper(
      state: isRemembered ? Environment.stateFolder : nil, isReadOnly: look.isReadOnly,
      mailbox: mailbox)
    for message in keeper.open(model.address, of: model) {
      _ = update(&model, message, at: Clock.wallMilliseconds)
    }
    for words in look.notices + thing.advice.map({ "\($0.what) \($0.remedy)" }) {
      _ = update(&model, .notice(words), at: Clock.wallMilliseconds)
    }
    // The first frame stands before the network is asked for anything.
    screen.present(view(model, in: screen.size, at: Clock.wallMilliseconds))
    var outside = Outside(
      thing, choice: choice, screen: screen, mailbox: mailbox, signals: signals, state: state,
      keeper: keeper)

    var lastFrame = Clock.wallMilliseconds
    var isStale = false
    var waiting: ArraySlice<Happening> = []
    while !outside.isOver {
      let before = Clock.wallMilliseconds
      if !waiting.isEmpty {
        wait(for: [screen.descriptor, signals.descriptor], until: before)
      } else if isStale {
        // More messages would not be shown before that either; they are taken in together.
        let due = min(lastFrame, before) + Self.framePace
        wait(for: [screen.descriptor, signals.descriptor], until: due)
      } else {
        wait(
          for: [screen.descriptor, signals.descriptor, mailbox.descriptor],
          until: outside.deadline(model, after: before))
      }
      let now = Clock.wallMilliseconds
      var isUrgent = false
      for signal in signals.collect() {
        isUrgent = true
        outside.follow(signal, &model, at: now)
      }
      if waiting.isEmpty { waiting = mailbox.collect()[...] }
      let dropped = mailbox.takeDropped()
      if dropped > 0 {
        outside.recorder.noteDropped(dropped, at: now)
        outside.perform(update(&model, .dropped(dropped), at: now), &model, at: now)
      }
      while let happening = waiting.popFirst() {
        isStale = true
        outside.take(happening, &model, at: now)
        if Clock.wallMilliseconds - now >= Self.turn { break }
      }
      while !outside.isOver, let key = screen.nextKey() {
        isUrgent = true
        // Before it: a key may close the shadow that has changed.
        outside.keep(&model, at: now)
        outside.perform(update(&model, .key(key), at: now), &model, at: now)
      }
      if screen.isInputOver { break }
      let isDue = now - lastFrame >= Self.framePace || now < lastFrame
      guard isUrgent || isDue || !isStale else { continue }
      // What has come meanwhile is behind as well.
      if waiting.isEmpty { waiting = mailbox.collect()[...] }
      let behind = Self.backlog(waiting, mailbox, at: now)
      if behind != model.backlog { _ = update(&model, .backlog(behind), at: now) }
      outside.perform(update(&model, .tick, at: now), &model, at: now)
      outside.keep(&model, at: now)
      screen.present(view(model, in: screen.size, at: now))
      (lastFrame, isStale) = (now, false)
    }
    screen.close()
    outside.stop(model)
    thing.log.finish()
    // A person who quits was asked; one whose terminal or machine went down was not.
    let count = outside.stagedEdits(model)
    if outside.isToldToEnd, count > 0 {
      let edits = count == 1 ? "1 staged edit" : "\(count) staged edits"
      let (were, are, them) = count == 1 ? ("was", "is", "it") : ("were", "are", "them")
      StandardStreams.tell(
        outside.isAllKept
          ? "shadowscope: told to end by a signal; \(edits) \(are) kept, and the next shadowscope on "
            + "this thing brings \(them) back."
          : "shadowscope: told to end by a signal; \(edits) \(were) not published.")
    }
  }

  /// How many messages wait, once the oldest has waited for long; 0 before.
  private static func backlog(
    _ waiting: ArraySlice<Happening>, _ mailbox: Mailbox<Happening>, at now: Int64
  ) -> Int {
    guard let oldest = waiting.lazy.compactMap(\.time).first, now - oldest > patience else {
      return 0
    }
    return waiting.count + mailbox.count
  }

  private func wait(for descriptors: [CInt], until deadline: Int64?) {
    var sources = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let milliseconds = deadline.map { max(0, min($0 - Clock.wallMilliseconds, 86_400_000)) } ?? -1
    poll(&sources, nfds_t(sources.count), CInt(milliseconds))
  }
}
