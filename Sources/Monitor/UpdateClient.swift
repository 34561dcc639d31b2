import Canvas
import JSON
import Shadow

/// What can be done while another client has the client id.
extension Model {
  /// The client id in use, as far as it is known.
  var clientID: String { files?.clientID ?? thing }

  /// Opens the line for another client id, with one that nobody else has.
  mutating func openClientID() {
    reply = nil
    let suffix = "-shadowscope-" + tokens.token().text.prefix(4)
    var name = String.UnicodeScalarView()
    for scalar in thing.unicodeScalars
    where String(name).utf8.count + UTF8.width(scalar) + suffix.utf8.count <= ClientIDRule.limit {
      name.append(scalar)
    }
    entry = Entry(.clientID, text: String(name) + suffix, killed: killed)
  }

  /// What is wrong with a client id that is typed; nil if nothing is.
  func fault(inClientID text: String) -> String? {
    text.hasSameScalars(as: clientID)
      ? "That is the id that is in use" : ClientIDRule.fault(in: text)
  }

  /// Connects under the id that was typed.
  mutating func enterClientID(_ entry: Entry) -> [Effect] {
    let text = entry.line.text
    if let fault = fault(inClientID: text) {
      self.entry?.warning = fault
      return []
    }
    closeEntry()
    remember(clientID, in: &clientIDHistory)
    files?.clientID = text
    var answer = Reply(passing: "Connecting as \(text)")
    answer.isAboutOutage = true
    reply = answer
    return [.changeClientID(text)]
  }

  /// Lets the other client have the id: nothing is tried by itself anyway, so this puts the words
  /// away that ask for a decision.
  mutating func lookOn() {
    guard connection.isTakenOver else { return }
    connection.isStandingAside = true
  }
}

extension UTF8 {
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { UTF8.encode(scalar)?.count ?? 0 }
}
