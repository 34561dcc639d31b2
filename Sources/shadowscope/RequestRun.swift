import Glibc
import JSON
import Shadow
import Thing

/// One request from connection to answer, for commands that make one and end: carries out what
/// `SingleRequest` says and puts how it ended into words.
struct RequestRun {
  /// What is asked of the shadow.
  enum Request {
    /// The `get` that a session makes by itself once it is subscribed.
    case document
    case update(Publication, token: ClientToken)
    case delete(Publication, token: ClientToken)
    /// An observation that MIC stores; nobody answers it.
    case backdate(Publication, token: ClientToken)

    /// The token of what is to be submitted.
    fileprivate var token: ClientToken? {
      switch self {
      case .document: nil
      case .update(_, let token), .delete(_, let token), .backdate(_, let token): token
      }
    }

    /// What has to be subscribed for its answer.
    fileprivate var interest: ShadowInterest {
      switch self {
      case .document: .document
      case .update, .backdate: .answers(to: .update)
      case .delete: .answers(to: .delete)
      }
    }

    fileprivate var kind: RequestKind {
      switch self {
      case .document: .get
      case .update: .update
      case .delete: .delete
      case .backdate: .backdate
      }
    }
  }

  /// What the service answered.
  struct Answer {
    /// Without the token, which was ours; null for what nobody answers.
    let body: JSONValue
    /// The message as it came, with the token; empty for what nobody answers.
    let payload: [UInt8]
  }

  let thing: OpenThing

  /// Connects, sends the request once, and waits for its answer.
  ///
  /// - Returns: the `accepted` message.
  /// - Throws: `CommandFailure` for anything but an acceptance.
  func answer(to request: Request) throws(CommandFailure) -> Answer {
    // Comes before the outcome that it settles, and there is no other request.
    var payload: [UInt8] = []
    let ending = try thing.ending(
      of: request.token, addresses: request.kind == .backdate ? [] : [thing.address],
      interest: request.interest, submit: { submit(request, to: $0) },
      note: { event in
        if case .received(let message) = event, message.isAnswer { payload = message.payload }
        return nil
      })
    return Answer(body: try body(of: ending, to: request), payload: payload)
  }

  private func submit(_ request: Request, to session: ThingSession) {
    switch request {
    case .document: break
    case .update(let publication, let token):
      session.submit(publication, operation: .update, of: thing.address, token: token)
    case .delete(let publication, let token):
      session.submit(publication, operation: .delete, of: thing.address, token: token)
    case .backdate(let publication, let token):
      session.send(publication, of: thing.address, token: token)
    }
  }

  private func body(
    of ending: SingleRequest.Ending, to request: Request
  ) throws(CommandFailure) -> JSONValue {
    switch ending {
    case .noConnection(let failure):
      throw CommandFailure(failure).checked(by: thing.doctorLine)
    case .refused(let topic): throw thing.refusal(of: topic)
    case .settled(let outcome): return try thing.body(of: outcome, to: request.kind)
    case .lost(let failure): throw thing.unanswered(request.kind, since: failure)
    }
  }
}

extension OpenThing {
  /// Connects, sends one thing once, and goes on until it is known what became of it.
  ///
  /// - Parameters:
  ///   - token: of what is sent; nil for the `get` that a session makes by itself.
  ///   - addresses: the shadows whose answers are wanted.
  ///   - interest: what is asked for of each.
  ///   - submit: sends it.
  ///   - note: told all that happens before it is judged; what it returns is the end.
  /// - Returns: how it ended.
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  func ending(
    of token: ClientToken?, addresses: [ShadowAddress], interest: ShadowInterest = .everything,
    submit: (ThingSession) -> Void, note: (ThingEvent) -> SingleRequest.Ending?
  ) throws(CommandFailure) -> SingleRequest.Ending {
    let mailbox = try Mailbox<ThingEvent>.open(weighing: { $0.weight })
    let log = log
    let session = ThingSession(
      configuration: configuration, addresses: addresses, interest: interest
    ) {
      log.take($0)
      mailbox.post($0)
    }
    defer {
      session.leave()
      log.finish()
    }
    var progress = SingleRequest(of: address, token: token)
    while true {
      for event in mailbox.collect() {
        if let ending = note(event) { return ending }
        switch progress.take(event) {
        case .wait: break
        case .submit: submit(session)
        case .end(let ending): return ending
        }
      }
      var source = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&source, 1, -1)
    }
  }
}
