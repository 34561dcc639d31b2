import Canvas
import JSON
import Shadow

extension Model {
  /// What a message shows in a tab, one line or more.
  func lines(of entry: LogEntry, in tab: MessageReader.Tab) -> [[Span]] {
    guard let payload = entry.payload else { return [entry.words] }
    switch tab {
    case .raw: return PayloadLines.lines(of: payload, as: .text)
    case .pretty: return PayloadLines.lines(of: payload, as: .pretty)
    case .diff: return differences(of: entry, payload)
    }
  }

  /// What a message changes, compared with the document that the log has before it.
  private func differences(of entry: LogEntry, _ payload: [UInt8]) -> [[Span]] {
    guard let message = entry.message else {
      return remark("It is no message of a shadow: there is nothing to compare it with.")
    }
    switch message.content {
    case .documents(let previous, let current):
      return DocumentDiff(from: previous, to: current).lines
    case .document(let document):
      guard let earlier = earlierDocument(than: entry, message) else {
        return remark("The log has no document before this one to compare it with.")
      }
      return DocumentDiff(from: earlier, to: document).lines
    case .request(let body):
      if case .request(.delete) = message.topic {
        return differences(from: earlierDocument(than: entry, message), to: nil)
      }
      guard let state = body?.object?["state"] else {
        return remark("It asks for the shadow and changes nothing.")
      }
      return differences(writing: state, upon: earlierDocument(than: entry, message))
    case .updateAccepted(let state, _):
      return differences(writing: state, upon: earlierDocument(than: entry, message))
    case .deleteAccepted: return differences(from: earlierDocument(than: entry, message), to: nil)
    case .delta:
      return remark(
        "A delta names what desired asks for; it changes nothing by itself.")
    case .rejected: return remark("It was rejected: nothing has changed.")
    case .unreadable(let reason, _): return remark("It cannot be read: \(reason)")
    }
  }

  private func differences(writing state: JSONValue, upon earlier: ShadowDocument?) -> [[Span]] {
    guard let earlier else {
      return remark("The log has no document before it; this is all that it writes:")
        + JSONLines.lines(of: state)
    }
    var after = earlier
    after.merge(UpdateRequest(writing: state), at: 0)
    return differences(from: earlier, to: after)
  }

  private func differences(from old: ShadowDocument?, to new: ShadowDocument?) -> [[Span]] {
    guard let old else { return remark("The log has no document before it to compare with.") }
    let diff = DocumentDiff(from: old, to: new)
    guard new?.version == old.version else { return diff.lines }
    // The version that it makes is the service's to say.
    return [[Span("  upon v\(old.version)", .textDim)]] + diff.lines.dropFirst()
  }

  private func remark(_ words: String) -> [[Span]] { [[Span(words, .textDim)]] }

  /// The last document of the same shadow that came before a message, and is older than what that
  /// has made.
  private func earlierDocument(than entry: LogEntry, _ message: ShadowMessage) -> ShadowDocument? {
    let isAnswer = !message.topic.isRequest
    for number in stride(from: entry.number - 1, through: log.dropped, by: -1) {
      guard let earlier = log[number: number], earlier.address == message.address,
        earlier.isDocument, !earlier.isRetained
      else { continue }
      switch earlier.message?.content {
      case .document(let document)?:
        if !isAnswer || document.version < entry.version ?? .max { return document }
      case .documents(let previous, let current)?:
        if !isAnswer || current.version < entry.version ?? .max { return current }
        // The same update told twice: as accepted, and as documents.
        if current.version == entry.version, case .updateAccepted = message.content {
          return previous
        }
      default: continue
      }
    }
    return nil
  }
}

extension LogEntry {
  /// The message, read anew from its bytes; nil if it is none of a shadow.
  var message: ShadowMessage? {
    guard let fullTopic, let payload else { return nil }
    return ShadowMessage(topic: fullTopic, payload: payload)
  }

  /// Whether it holds a whole document.
  fileprivate var isDocument: Bool { topic == "update/documents" || topic == "get/accepted" }
}

extension UpdateRequest {
  /// The request that writes a state: sections with their members, or null.
  fileprivate init(writing state: JSONValue) {
    func change(_ section: Section) -> SectionChange? {
      guard case .object(let sections) = state else { return .remove }
      return sections[section.rawValue].map { $0.object.map(SectionChange.merge) ?? .remove }
    }
    self.init(desired: change(.desired), reported: change(.reported))
  }
}
