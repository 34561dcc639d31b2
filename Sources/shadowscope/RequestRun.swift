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
    let mailbox = try Mailbox<ThingEvent>.open(weighing: { $0.weight })
    let log = thing.log
    let isAnswered = request.kind != .backdate
    let session = ThingSession(
      configuration: thing.configuration, addresses: isAnswered ? [thing.address] : [],
      interest: request.interest
    ) {
      log.take($0)
      mailbox.post($0)
    }
    defer {
      session.stop()
      log.finish()
    }
    var progress = SingleRequest(of: thing.address, token: request.token)
    // Comes before the outcome that it settles, and there is no other request.
    var payload: [UInt8] = []
    while true {
      for event in mailbox.collect() {
        if case .received(let message) = event, message.isAnswer { payload = message.payload }
        switch progress.take(event) {
        case .wait: break
        case .submit: submit(request, to: session)
        case .end(let ending):
          return Answer(body: try body(of: ending, to: request), payload: payload)
        }
      }
      var source = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&source, 1, -1)
    }
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
