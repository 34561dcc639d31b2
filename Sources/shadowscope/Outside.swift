import JSON
import Monitor
import Shadow
import Terminal
import Thing

/// The world outside the model: carries out what it asks for, and tells it what happens.
struct Outside {
  /// Where the files of the thing that is looked at are.
  private var choice: ThingChoice
  private let screen: Screen
  private let signals: Signals
  private let mailbox: Mailbox<Happening>
  private var live: LiveThing
  /// The batch that is being listed; letting go of it ends that.
  private var reading: BatchReading?
  private var state: RememberedState
  private var keeper: Keeper
  private(set) var recorder: MonitorRecorder
  /// Things that were looked at before, with everything that is staged for them.
  private var others: [Model] = []
  /// How many checkups were begun; what an earlier one still tells does not count.
  private var checkups = 0
  /// The number of the session that has ended for a checkup; the next one follows after that.
  private var endedForChecks: Int?
  private(set) var isOver = false
  /// Whether a signal ended it, not the person.
  private(set) var isToldToEnd = false
  /// Whether all that is staged was on the disk when it stopped.
  private(set) var isAllKept = false

  /// Connects to the thing, and goes on connecting.
  init(
    _ thing: OpenThing, choice: ThingChoice, screen: Screen, mailbox: Mailbox<Happening>,
    signals: Signals, state: RememberedState, keeper: Keeper
  ) {
    self.state = state
    self.keeper = keeper
    recorder = MonitorRecorder(mailbox: mailbox)
    self.signals = signals
    self.choice = choice
    self.screen = screen
    self.mailbox = mailbox
    live = LiveThing(thing, addresses: [thing.address], number: 0, mailbox: mailbox)
  }

  /// Says good-bye to the broker, and remembers what the next run should know.
  mutating func stop(_ model: Model) {
    // An update that waits for the disk leaves before the good-bye.
    _ = keeper.keep(model, at: Clock.wallMilliseconds)
    isAllKept = keeper.finish()
    live.session.stop()
    recorder.endWithProgram()
    state.note(model)
  }

  /// Keeps on disk what has changed; gives up updates for which the disk takes too long.
  mutating func keep(_ model: inout Model, at now: Int64) {
    for message in keeper.overdue(at: now) {
      perform(update(&model, message, at: now), &model, at: now)
    }
    for message in keeper.keep(model, at: now) { _ = update(&model, message, at: now) }
    if let message = recorder.news() { _ = update(&model, message, at: now) }
  }

  /// When something is due by itself, in ms since 1970.
  func deadline(_ model: Model, after now: Int64) -> Int64? {
    [nextDeadline(model, after: now), keeper.deadline].compactMap(\.self).min()
  }

  /// The session has ended: what it was told meanwhile has no answer any more.
  private mutating func loseAnswers(_ model: inout Model, at now: Int64) {
    for delivery in model.shadows.compactMap(\.delivery) where delivery.state == .waiting {
      let lost = RequestOutcome.unknown(reason: "the connection was given up")
      perform(update(&model, .outcome(token: delivery.token, lost), at: now), &model, at: now)
    }
  }

  /// Nothing leaves over a session that ends.
  private mutating func withdraw(_ model: inout Model, at now: Int64) {
    for message in keeper.withdraw() {
      perform(update(&model, message, at: now), &model, at: now)
    }
  }

  /// Staged edits, over all things and their shadows.
  func stagedEdits(_ model: Model) -> Int { stagedElsewhere + model.stagedCount }

  /// Those of the things that are not looked at.
  private var stagedElsewhere: Int { others.reduce(0) { $0 + $1.stagedCount } }

  /// Tells the model what has happened; it must hear something else before it is drawn.
  mutating func take(_ happening: Happening, _ model: inout Model, at now: Int64) {
    switch happening {
    case .session(let number, let event, let time):
      // Of a thing that is not looked at any more.
      guard number == live.number else { return }
      // How a connection stood that was ended for a checkup does not matter any more.
      if number == endedForChecks, event.isOfConnection { return }
      // As of the time at which it happened, so that the log is in order.
      if case .connection(.online) = event {
        state.noteUse(of: model.thing, at: model.endpoint, now: time)
      }
      live.note(event)
      recorder.take(event, at: time)
      for message in live.translation.messages(for: event, at: time) {
        perform(update(&model, message, at: time, isFollowed: true), &model, at: now)
      }
    case .jobs(let number, let missing):
      guard number == live.number else { return }
      perform(update(&model, .jobs(missing: missing), at: now), &model, at: now)
    case .checks(let number, let results, let isComplete):
      guard number == checkups else { return }
      let checks = results.map(Check.init)
      perform(update(&model, .checks(checks, isComplete: isComplete), at: now), &model, at: now)
      if isComplete, endedForChecks == live.number {
        live = live.again(addresses: model.shadows.map(\.address), mailbox: mailbox)
        loseAnswers(&model, at: now)
      }
    case .things(let entries, let isComplete):
      let things = entries.map { entry in
        BatchThing(
          entry, lastUsed: state.lastUsed(entry.folder.thingName, at: model.endpoint))
      }
      perform(update(&model, .things(things, isComplete: isComplete), at: now), &model, at: now)
    case .noThings(let error):
      // A folder without other things is nothing to speak of.
      let isPlain = [.emptyBatch, .thingInPlaceOfBatch].contains(error.kind)
      let message: Message =
        isPlain
        ? .things([], isComplete: true)
        : .noThings("\(error.what) \(error.cause) \(error.remedy)")
      perform(update(&model, message, at: now), &model, at: now)
    case .recordingFailed(let fault):
      if let message = recorder.fail(fault) { _ = update(&model, message, at: now) }
    case .keeping(let report):
      for message in keeper.note(report, model) { _ = update(&model, message, at: now) }
    }
  }

  mutating func perform(_ effects: [Effect], _ model: inout Model, at now: Int64) {
    for effect in effects {
      switch effect {
      case .submit(let pending):
        guard let token = ClientToken(pending.token) else { continue }
        let session = live.session
        keeper.journal(pending, of: model, at: now) {
          session.submit(
            pending.publication, operation: .update, of: pending.address, token: token)
        }
      case .get(let address, let token):
        guard let clientToken = ClientToken(token) else { continue }
        let publication = GetRequest(clientToken: clientToken).publication(to: address)
        submit(publication, .get, of: address, token)
      case .send(let pending):
        guard let token = ClientToken(pending.token) else { continue }
        let session = live.session
        keeper.journal(pending, of: model, at: now) {
          session.send(pending.publication, of: pending.address, token: token)
        }
      case .delete(let address, let token):
        guard let clientToken = ClientToken(token) else { continue }
        let publication = DeleteRequest(clientToken: clientToken).publication(to: address)
        submit(publication, .delete, of: address, token)
      case .editOutside(let text, let name): editOutside(text, name: name, &model)
      case .openShadow(let address):
        recall(address, &model, at: now)
        guard let refusal = open(address) else { continue }
        perform(update(&model, .shadow(address, refusal), at: now), &model, at: now)
      case .closeShadow(let address):
        keeper.close(address, of: model)
        live.session.close(address)
      case .listThings: listThings()
      case .switchThing(let name): switchThing(name, &model, at: now)
      case .copy(let text): perform(update(&model, copy(text), at: now), &model, at: now)
      case .save(let bytes, let path, let isReplacing):
        let result = SavedFile(bytes: bytes, path: path).write(isReplacing: isReplacing)
        perform(update(&model, .saved(result), at: now), &model, at: now)
      case .openJobs:
        let (number, mailbox) = (live.number, mailbox)
        live.session.openJobs(of: model.thing) {
          mailbox.post(.jobs(number: number, missing: $0))
        }
      case .askJobs(let publication, let token):
        guard let token = ClientToken(token) else { continue }
        live.session.send(publication, of: model.address, token: token)
      case .checkConnection: checkConnection(&model, at: now)
      case .retryNow: retry(&model, at: now)
      case .changeClientID(let id):
        choice.clientID = id
        withdraw(&model, at: now)
        live = live.connecting(as: id, addresses: model.shadows.map(\.address), mailbox: mailbox)
        loseAnswers(&model, at: now)
      case .startRecording:
        perform(
          update(&model, recorder.start(model, live.report, at: now), at: now), &model, at: now)
      case .endRecording:
        if let message = recorder.end(at: now) { _ = update(&model, message, at: now) }
      case .replay: continue
      case .captureMouse(let isTaken): screen.mouseCapture = isTaken
      case .quit: isOver = true
      case .suspend: suspend(&model)
      case .redraw: screen.redraw()
      }
    }
  }

  mutating func follow(_ signal: Signals.Signal, _ model: inout Model, at now: Int64) {
    switch signal {
    case .windowChanged:
      screen.resize()
      _ = update(&model, .resized(screen.size), at: now)
    case .terminate, .hangUp, .interrupt: (isOver, isToldToEnd) = (true, true)
    case .stop: suspend(&model)
    case .continued:
      screen.recover()
      _ = update(&model, .resized(screen.size), at: now)
    }
  }

  private func submit(
    _ publication: Publication, _ operation: ShadowOperation, of address: ShadowAddress,
    _ token: String
  ) {
    guard let token = ClientToken(token) else { return }
    live.session.submit(publication, operation: operation, of: address, token: token)
  }

  private func copy(_ text: String) -> Message {
    do throws(CopyError) {
      try screen.copy(text)
      return .copied(bytes: text.utf8.count, advice: screen.copyAdvice)
    } catch {
      return .notCopied(error.description)
    }
  }

  private func suspend(_ model: inout Model) {
    screen.stopUntilContinued()
    _ = update(&model, .resized(screen.size), at: Clock.wallMilliseconds)
  }

  /// Gives the terminal to the person's editor until that ends; what happens meanwhile waits.
  private mutating func editOutside(_ text: String, name: String, _ model: inout Model) {
    screen.suspend()
    let result: OutsideEdit
    do throws(EditorError) {
      let edited = try OutsideEditor.edit(text, named: name, environment: Environment.editor)
      result = edited.map(OutsideEdit.changed) ?? .unchanged
    } catch {
      result = .failed("\(error)")
    }
    screen.resume()
    let now = Clock.wallMilliseconds
    _ = update(&model, .resized(screen.size), at: now)
    perform(update(&model, .editedOutside(result), at: now), &model, at: now)
  }

  /// Checks the connection on a thread of its own: a dead-line may take long.
  ///
  /// Two clients with one id throw each other out. So a connection that is up proves the network's
  /// steps itself; one that is not ends, and is made anew afterwards; and where another client has
  /// the id the network is left alone.
  private mutating func checkConnection(_ model: inout Model, at now: Int64) {
    checkups += 1
    var subject = choice.checkupSubject
    subject.opened = live.key
    let isTakenOver = model.connection.isTakenOver
    let key = model.keys[.get].first?.label ?? ":"
    var ending: ThingSession?
    if live.report == nil, !isTakenOver {
      withdraw(&model, at: now)
      ending = live.session
      endedForChecks = live.number
      let status = Monitor.ConnectionStatus.connecting(step: "checking", endpoint: model.endpoint)
      _ = update(&model, .connection(status), at: now)
    }
    BackgroundCheckup(
      number: checkups, subject: subject, report: live.report, configuration: live.configuration,
      address: model.address, ending: ending,
      aside: isTakenOver ? "would throw the other client out; \(key) connects" : nil
    ).start(telling: mailbox)
  }

  // MARK: Shadows and things

  /// Tells the model what earlier runs have kept of a shadow, unless it is open already.
  private mutating func recall(_ address: ShadowAddress, _ model: inout Model, at now: Int64) {
    for message in keeper.open(address, of: model) { _ = update(&model, message, at: now) }
  }

  /// Opens a further shadow, or says why not.
  private func open(_ address: ShadowAddress) -> ShadowLink? {
    do throws(ShadowOpeningError) {
      try live.session.open(address)
      return nil
    } catch {
      return .refused(what: error.what, cause: error.cause, remedy: error.remedy)
    }
  }

  /// Reads the batch on a thread of its own: a thousand certificates take a while.
  private mutating func listThings() {
    guard let folder = choice.batchFolder else {
      return mailbox.post(.things([], isComplete: true))
    }
    let mailbox = mailbox
    reading = BatchReading(of: folder) { event in
      switch event {
      case .entries(let entries):
        mailbox.post(.things(entries, isComplete: false))
      case .end: mailbox.post(.things([], isComplete: true))
      case .failed(let error): mailbox.post(.noThings(error))
      }
    }
  }

  /// Opens a thing; where its key is encrypted the screen steps aside for the question.
  private func open(
    _ choice: ThingChoice, _ model: inout Model, opened: PrivateKey? = nil
  ) throws(CommandFailure) -> OpenThing {
    let source = PassphraseSource(descriptor: nil, signals: signals)
    var isAside = false
    defer {
      if isAside {
        screen.resume()
        _ = update(&model, .resized(screen.size), at: Clock.wallMilliseconds)
      }
    }
    return try choice.open(signals, opened: opened) { question in
      if !isAside { screen.suspend() }
      isAside = true
      return source.answer(question)
    }
  }

  /// Makes the next attempt now, with what the files hold by now.
  ///
  /// A person who has changed them is told to press the key for this; without a change the session
  /// goes on, and with it its pauses.
  private mutating func retry(_ model: inout Model, at now: Int64) {
    // A connection that is up is not given up: it asks for what is left out.
    guard live.report == nil else { return live.session.retryNow() }
    guard endedForChecks != live.number else {
      let words = "The connection is made anew as soon as the checks are through."
      if !model.notices.contains(words) { _ = update(&model, .notice(words), at: now) }
      return
    }
    var thing: OpenThing
    do throws(CommandFailure) {
      thing = try open(choice, &model, opened: live.key)
    } catch {
      let words = "Tried again with the certificates as they were: \(error.what) \(error.remedy)"
      if !model.notices.contains(words) { _ = update(&model, .notice(words), at: now) }
      return live.session.retryNow()
    }
    guard !live.holds(thing) else { return live.session.retryNow() }
    withdraw(&model, at: now)
    live.session.stop()
    // The broker takes no two CONNECTs of one id within a second.
    thing.configuration.delay = ConnectionMachine.connectInterval
    live = LiveThing(
      thing, addresses: model.shadows.map(\.address), number: live.number + 1, mailbox: mailbox,
      after: live)
    loseAnswers(&model, at: now)
  }

  /// Looks at another thing of the batch; what is staged for this one is kept.
  private mutating func switchThing(_ name: String, _ model: inout Model, at now: Int64) {
    let sibling = choice.sibling(named: name)
    let thing: OpenThing
    do throws(CommandFailure) { thing = try open(sibling, &model) } catch {
      _ = update(&model, .notice("\(name): \(error.what) \(error.remedy)"), at: now)
      return
    }
    withdraw(&model, at: now)
    live.session.stop()
    // A recording is of one thing.
    perform([.endRecording], &model, at: now)
    checkups += 1
    choice = sibling
    var next = Model(of: thing, isReadOnly: model.isReadOnly)
    if let place = others.firstIndex(where: { $0.thing == name }) {
      next = others.remove(at: place)
    }
    next.adopt(preferencesOf: model)
    next.networkedThings = state.networkedThings(of: next, noting: model)
    _ = update(&model, .left, at: now)
    keep(&model, at: now)
    others.append(model)
    next.stagedElsewhere = stagedElsewhere
    model = next
    _ = update(&model, .resized(screen.size), at: now)
    recall(model.address, &model, at: now)
    live = LiveThing(
      thing, addresses: model.shadows.map(\.address), number: live.number + 1, mailbox: mailbox)
  }
}
