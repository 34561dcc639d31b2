import Canvas
import JSON
import Shadow

extension Model {
  /// Publishes everything that is staged as one update, or says why not.
  ///
  /// - Parameters:
  ///   - seen: the values of the shadow over which the person has agreed to publish.
  ///   - now: ms since 1970.
  /// - Returns: the update, or nothing while a question or a reply says why not.
  mutating func publish(over seen: [JSONValue?]? = nil, at now: Int64) -> [Effect] {
    switch delivery?.state {
    case .waiting?:
      reply = Reply("The last update is still on its way: wait for its answer", .editError)
      return []
    case .unknown?:
      reply = Reply("Nobody knows yet what became of the last update: r asks", .editError)
      return []
    case .undecided?:
      ask(.stageAgain)
      return []
    case nil: break
    }
    guard !draft.isEmpty else {
      reply = Reply(passing: "Nothing is staged: e edits the selected resource, a adds one")
      return []
    }
    guard connection.isUp else {
      reply = Reply(
        passing: connection.isStandingAside
          ? "Looking on, nothing is sent: r connects, and what is staged is kept"
          : "Not connected: nothing was sent, and what is staged is kept for when it is",
        .editError)
      reply?.isAboutOutage = true
      return []
    }
    if choice.isBackdate, draft.edits.contains(where: { $0.section == .desired }) {
      reply = Reply(
        "An observation has no desired: discard what is staged there, or t to publish otherwise",
        .editError)
      return []
    }
    let theirs = conflictingValues
    // The service refuses what is locked to another version, so that nothing is overwritten.
    let isGuarded = choice.isBackdate || (choice.isLocked && draft.version != shadow.version)
    guard !isGuarded, !theirs.isEmpty, theirs != seen else { return send(at: now) }
    ask(.publishOverConflicts(seen: theirs, isAnew: seen != nil))
    return []
  }

  /// What the shadow has at each edit that is in conflict, and in its way.
  private var conflictingValues: [JSONValue?] {
    draft.edits.filter(isInConflict).flatMap { edit in
      [
        shadow.document?.value(edit.section, edit.path),
        shadow.document?.obstacle(edit.section, edit.path)?.value,
      ]
    }
  }

  /// Whether the shadow has changed where an edit was staged, or something has come in its way; not
  /// if it has come to be what the edit asks for.
  func isInConflict(_ edit: StagedEdit) -> Bool {
    guard !edit.isShown(by: shadow.document) else { return false }
    let obstacle = shadow.document?.obstacle(edit.section, edit.path)
    return shadow.document?.value(edit.section, edit.path) != edit.base
      || (obstacle != nil && obstacle != edit.obstacle)
  }

  /// The places of the staged edits in the order in which they are listed: those in conflict first,
  /// so that nothing hides them.
  var listedEdits: (places: [Int], conflicts: Int) {
    let conflicts = draft.edits.indices.filter { isInConflict(draft.edits[$0]) }
    let isFirst = Set(conflicts)
    return (conflicts + draft.edits.indices.filter { !isFirst.contains($0) }, conflicts.count)
  }

  /// Whether something that is staged is upon an older version than the one that is held, where that
  /// matters.
  var canRebase: Bool {
    guard let version = draft.version, !choice.isBackdate else { return false }
    return draft.edits.contains(where: isInConflict)
      || (choice.isLocked && version != shadow.version)
  }

  /// Puts what is staged upon what the shadow has now; what it asks for stays.
  mutating func rebase() {
    let document = shadow.document
    changeDraft { $0.rebase(onto: document) }
    let version = document.map { "v\($0.version)" } ?? "no shadow"
    reply = Reply(
      "What is staged is upon \(version) now: look at it once more, then P publishes; u undoes this"
    )
  }

  /// Publishes with the version that edits were staged upon, or without.
  mutating func switchLock() {
    choice.isLocked.toggle()
    draftChanged()
    let version = draft.version ?? shadow.version
    reply = Reply(
      choice.isLocked
        ? version > 0
          ? "Publishing with v\(version): the service refuses it if the shadow has another by then"
          : "Publishing with the version, as soon as there is a shadow that has one"
        : "Publishing without a version: the service takes it whatever the shadow has become")
  }

  private mutating func send(at now: Int64) -> [Effect] {
    guard let preview else { return [] }
    reply = nil
    delivery = Delivery(
      preview, of: draft.takeAll(), choice: choice, upon: shadow.document, at: now)
    // The time is that of these values, and the version of this request alone.
    choice.observedAt = nil
    if choice.lock == .once { choice.lock = .off }
    requests.note(preview.token.text, of: address, at: now)
    nextToken = tokens.token()
    draftChanged()
    let update = PendingUpdate(
      address: address, publication: preview.publication, token: preview.token.text)
    return [choice.isBackdate ? .send(update) : .submit(update)]
  }

  /// Takes in how a request of ours ended.
  mutating func conclude(token: String, _ outcome: RequestOutcome, at now: Int64) -> [Effect] {
    let asked = requests.address(of: token).flatMap(place(of:))
    return with(asked ?? current) { $0.concludeHere(token: token, outcome, at: now) }
  }

  private mutating func concludeHere(
    token: String, _ outcome: RequestOutcome, at now: Int64
  ) -> [Effect] {
    note(outcome, of: token)
    if let deletion, deletion.hasSameScalars(as: token) { return concludeDeletion(outcome) }
    let isUpdate = delivery?.token.hasSameScalars(as: token) == true
    switch outcome {
    case .accepted(let version, _, let milliseconds):
      let made = version.map { " v\($0)" } ?? ""
      if isUpdate {
        let isBackdate = delivery?.choice.isBackdate == true
        finishDelivery(restoring: false)
        reply =
          isBackdate
          ? Reply([
            Span("the broker has it, \(milliseconds) ms", .stateConnected),
            Span("MIC answers nothing more to a backdated document, and the shadow is as it was."),
          ]) : Reply("accepted\(made), \(milliseconds) ms", .stateConnected)
      }
    case .rejected(let error, _):
      if isUpdate {
        finishDelivery(restoring: true)
        if error.code == 409, choice.isLocked {
          refusedVersion = draft.version
          // What is held may be older than what the service compared with.
          return askForDocument()
        }
        reply = Reply([
          Span("rejected \(error.code) \(error.message)", .logRejected),
          Span("\(error.advice) What was staged is kept."),
        ])
      } else if error.isPassing, freshness.refuse(token, error.words, at: now) {
        // The banner tells when it is asked again.
        reply = nil
      } else if error.code != 404 {
        // A missing shadow has words of its own where the table would be.
        reply = Reply([
          Span("get: rejected \(error.code) \(error.message)", .logRejected), Span(error.advice),
        ])
      }
    case .unknown(let reason):
      if isUpdate { return loseAnswer(reason) }
      // Without a connection the session asks as soon as there is one.
      guard connection.isUp, freshness.giveUp(token, at: now) else { return [] }
      return askForDocument()
    case .notSent(let reason):
      if isUpdate { finishDelivery(restoring: true) }
      reply = Reply(
        "Not sent: \(reason)" + (isUpdate ? ". What was staged is kept" : ""), .editError)
    }
    return []
  }

  /// Puts into the log how a request of ours ended.
  private mutating func note(_ outcome: RequestOutcome, of token: String) {
    switch outcome {
    case .accepted(let version, _, let milliseconds):
      latency = milliseconds
      let made = version.map { " v\($0)" } ?? ""
      log.annotate(
        token: token, LogEntry.Ending(words: Span("accepted\(made)", .stateConnected)),
        roundTrip: milliseconds)
      freshness.hear(token)
    case .rejected(let error, let milliseconds):
      latency = milliseconds
      log.annotate(
        token: token,
        LogEntry.Ending(words: Span("rejected \(error.code)", .logRejected), isRejected: true),
        roundTrip: milliseconds)
      if !error.isPassing { freshness.hear(token) }
    case .unknown:
      log.annotate(token: token, LogEntry.Ending(words: Span("no answer", .logRejected)))
    case .notSent:
      log.annotate(token: token, LogEntry.Ending(words: Span("not sent", .logRejected)))
    }
  }
}

extension ShadowError {
  /// Whether the same request may well be taken a while later (spec 9).
  var isPassing: Bool { code == 429 || (500...599).contains(code) }

  /// For instance `rejected 429 Too many requests`.
  var words: String { "rejected \(code)" + (message.isEmpty ? "" : " \(message)") }

  /// What to do about a refusal, by its code alone (spec 9).
  var advice: String {
    switch code {
    case 400: "The request is not as the service wants it: mend the value and publish again."
    case 401, 403: "The certificate's policy does not allow this: ask whoever manages the thing."
    case 404: "There is no such shadow: reporting a value creates it."
    case 409: "The shadow has changed meanwhile: r gets it, look again, then publish."
    case 413: "The shadow would be larger than 8 KB: remove something, or use a networked thing."
    case 415: "The text is not UTF-8: type it anew."
    case 429: "Too many requests, here or by others on this thing: wait a second, then publish."
    case 500...599: "The service failed: wait a moment, then publish again."
    default: "The service's words are all there is to go by."
    }
  }
}
