import Canvas
import JSON
import Shadow

extension Model {
  /// What must be typed before the shadow is deleted: the thing's name, and behind a slash that of a
  /// named shadow.
  var nameToType: String { address.thing + (address.shadow.map { "/" + $0 } ?? "") }

  /// Opens the line for the name of the shadow that is to be deleted.
  mutating func openDeletion() {
    guard canDelete else { return }
    reply = nil
    entry = Entry(.deletion, killed: killed)
  }

  /// Whether there is a shadow, and a connection to delete it over.
  var canDelete: Bool { shadow.document != nil && connection.isUp }

  /// Deletes the shadow if its very name was typed.
  mutating func enterDeletion(_ entry: Entry, at now: Int64) -> [Effect] {
    guard entry.line.text.hasSameScalars(as: nameToType) else {
      self.entry?.warning = "that is not its name: nothing is deleted"
      return []
    }
    closeEntry()
    guard connection.isUp else {
      reply = Reply(passing: "Not connected: nothing was deleted", .editError)
      reply?.isAboutOutage = true
      return []
    }
    let token = tokens.token().text
    deletion = token
    requests.note(token, of: address, at: now)
    reply = Reply("asked to delete the shadow, waiting for the answer", .textDim)
    return [.delete(address, token: token)]
  }

  /// Takes in how the deletion ended.
  mutating func concludeDeletion(_ outcome: RequestOutcome) -> [Effect] {
    deletion = nil
    switch outcome {
    case .accepted(let version, _, let milliseconds):
      let gone = version.map { "v\($0)" } ?? "the shadow"
      reply = Reply("deleted: \(gone) is gone, \(milliseconds) ms", .stateConnected)
    case .rejected(let error, _) where error.code == 404:
      reply = Reply("rejected 404 \(error.message): there was no shadow to delete", .logRejected)
    case .rejected(let error, _):
      reply = Reply([
        Span("delete: rejected \(error.code) \(error.message)", .logRejected), Span(error.advice),
      ])
    case .unknown(let reason):
      reply = Reply("\(reason): it may or may not be deleted; the next get will tell", .editError)
      return connection.isUp ? askForDocument() : []
    case .notSent(let reason): reply = Reply("Not sent: \(reason)", .editError)
    }
    return []
  }
}
