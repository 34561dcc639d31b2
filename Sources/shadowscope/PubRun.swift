import JSON
import Shadow
import Thing

/// One publication from connection to acknowledgement.
struct PubRun {
  let thing: OpenThing

  /// Connects, publishes once, and waits until the broker has it.
  ///
  /// - Parameters:
  ///   - publication: sent as it is.
  ///   - qualityOfService: 1, or 0 to wait only until it has left.
  /// - Throws: `CommandFailure` if it did not leave, or nobody knows.
  func publish(
    _ publication: Publication, qualityOfService: Int
  ) throws(CommandFailure) {
    var generator = SystemRandomNumberGenerator()
    let token = ClientToken.make(using: &generator)
    let ending = try thing.ending(
      of: token, addresses: [],
      submit: {
        $0.send(publication, of: thing.address, token: token, qualityOfService: qualityOfService)
      },
      note: { event in
        guard qualityOfService == 0, case .sent(_, token, _) = event else { return nil }
        return .settled(.accepted(version: nil, body: .null, milliseconds: 0))
      })
    try end(ending)
  }

  private func end(_ ending: SingleRequest.Ending) throws(CommandFailure) {
    switch ending {
    case .noConnection(let failure):
      throw CommandFailure(failure).checked(by: thing.doctorLine)
    case .lost(let failure) where failure.kind == .closedAfterPublish:
      throw CommandFailure(failure)
    case .lost(let failure): throw unknown("\(failure.what) \(failure.cause)")
    case .settled(.accepted): return
    case .settled(.unknown(let reason)): throw unknown("\(reason).")
    case .settled(.notSent(let reason)):
      throw CommandFailure(
        status: .unavailable, what: "The message was not sent.", cause: "\(reason).",
        remedy: "Try again.")
    // Nobody answers a publication, and no topic is subscribed to.
    case .settled(.rejected), .refused:
      throw unknown("The broker's answer is none that there should be.")
    }
  }

  private func unknown(_ cause: String) -> CommandFailure {
    CommandFailure(
      status: .unknownOutcome, what: "It is not known whether the broker has the message.",
      cause: cause, remedy: "Look for what it should have brought about before sending it again.")
  }
}
