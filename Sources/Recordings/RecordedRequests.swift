package import Shadow
import JSON

/// Finds in a recording what is to be asked of a service so that its shadows go the way of those
/// that were recorded.
///
/// That is first the document that each shadow had at the start, then the requests to get, update and
/// delete it, whoever made them; what the service answered is left to the service. Of a shadow that
/// nobody is seen to update or delete, the updates are found by comparing its documents.
package struct RecordedRequests: Sendable {
  /// One request.
  package struct Request: Hashable, Sendable {
    package let address: ShadowAddress
    package let operation: ShadowOperation
    package let publication: Publication
    /// The token in its payload; nil where the payload is not one that is answered, being no object.
    package let token: ClientToken?
  }

  /// A shadow that has come up.
  private struct Followed {
    /// The document as far as it is known, and nil before and after there is one.
    var document: ShadowDocument?
    /// Whether something was asked already.
    var hasBegun = false
  }

  /// The thing that was recorded.
  private let recorded: String
  /// The thing that is asked in its place.
  private let thing: String
  private let requested: Set<ShadowAddress>
  private var followed: [ShadowAddress: Followed] = [:]
  /// Requests from the recording machine that the broker has not handed back yet.
  private var echoes: [Publication] = []
  private var generator: SeededGenerator

  /// - Parameters:
  ///   - index: of the recording.
  ///   - recorded: the thing that was recorded.
  ///   - thing: the one that is asked in its place; networked things follow it.
  ///   - seed: for the tokens of requests that have none.
  package init(_ index: RecordingIndex, of recorded: String, as thing: String, seed: UInt64) {
    (self.recorded, self.thing) = (recorded, thing)
    requested = index.requested
    generator = SeededGenerator(seed: seed)
  }

  /// What is to be asked when a line is reached, in order.
  package mutating func requests(for line: RecordedLine) -> [Request] {
    guard case .message(let message) = line.content, !message.isRetained,
      let (address, topic) = ShadowAddress.parse(topic: message.topic),
      let target = target(of: address)
    else { return [] }
    if case .request(let operation) = topic {
      let publication = Publication(topic: message.topic, payload: message.payload)
      guard !isEcho(publication, message.direction) else { return [] }
      // What this asks for is there only later: the recording tells it with the answer.
      if operation == .get, followed[address]?.hasBegun != true { return [] }
      followed[address, default: Followed()].hasBegun = true
      return [request(operation, of: target, body: message.payload)]
    }
    guard let parsed = ShadowMessage(topic: message.topic, payload: message.payload) else {
      return []
    }
    switch parsed.content {
    case .document(let document): return changes(of: address, to: document, target)
    case .documents(let previous, let current):
      var before: [Request] = []
      if followed[address]?.hasBegun != true, let previous {
        before = changes(of: address, to: previous, target)
      }
      return before + changes(of: address, to: current, target)
    case .deleteAccepted:
      guard !requested.contains(address), followed[address]?.document != nil else { return [] }
      followed[address]?.document = nil
      return [request(.delete, of: target, body: [])]
    case .request, .updateAccepted, .delta, .rejected, .unreadable: return []
    }
  }

  /// The updates by which a shadow comes to be as a document says.
  private mutating func changes(
    of address: ShadowAddress, to document: ShadowDocument, _ target: ShadowAddress
  ) -> [Request] {
    let state = followed[address] ?? Followed()
    // Once there are requests, they alone tell.
    guard !(requested.contains(address) && state.hasBegun) else { return [] }
    if let held = state.document, document.version <= held.version { return [] }
    followed[address] = Followed(document: document, hasBegun: true)
    let plan = RestorePlan(to: document, from: state.document)
    guard !plan.isEmpty else { return [] }
    let update = UpdateRequest(desired: plan.desired, reported: plan.reported)
    return [request(.update, of: target, body: update.json.compactBytes)]
  }

  /// Whether the broker hands back what was recorded when it went out.
  private mutating func isEcho(
    _ publication: Publication, _ direction: RecordedMessage.Direction
  ) -> Bool {
    switch direction {
    case .outgoing:
      echoes.append(publication)
      // Those that were never handed back, as for want of a permission.
      if echoes.count > 64 { echoes.removeFirst() }
      return false
    case .incoming:
      guard let place = echoes.firstIndex(of: publication) else { return false }
      echoes.remove(at: place)
      return true
    }
  }

  /// The shadow that is asked in place of a recorded one; nil for that of some other thing.
  private func target(of address: ShadowAddress) -> ShadowAddress? {
    if address.thing.hasSameScalars(as: recorded) {
      return ShadowAddress(thing: thing, shadow: address.shadow)
    }
    guard address.thing.utf8.starts(with: (recorded + "__").utf8) else { return nil }
    let name = String(Substring(address.thing.utf8.dropFirst(recorded.utf8.count)))
    return ShadowAddress(thing: thing + name, shadow: address.shadow)
  }

  /// A request with a token, and without the version that it insisted on: the versions of the service
  /// that is asked are others.
  private mutating func request(
    _ operation: ShadowOperation, of address: ShadowAddress, body: [UInt8]
  ) -> Request {
    var payload = body
    var token: ClientToken?
    let parsed = body.isEmpty ? [:] : try? JSONParser.parse(body)
    if case .object(var members)? = parsed {
      token = members["clientToken"]?.string.flatMap(ClientToken.init)
      let isComplete = token != nil && members["version"] == nil
      if !isComplete {
        let made = token ?? ClientToken.make(using: &generator)
        members["version"] = nil
        members["clientToken"] = .string(made.text)
        payload = JSONValue.object(members).compactBytes
        token = made
      }
    }
    return Request(
      address: address, operation: operation,
      publication: Publication(topic: address.topic(.request(operation)), payload: payload),
      token: token)
  }
}
