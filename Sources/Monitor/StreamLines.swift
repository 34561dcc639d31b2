package import Canvas
package import JSON
package import Shadow

/// Lines for people about the messages of one shadow: when, which way, on which topic, the version,
/// and what it says or changes.
///
/// A line for each value that changed, so that each can be searched for by itself:
///
/// ```text
/// 12:04:50.736 ← update/documents v137   ~ reported pump1.flow  11 → 12
/// 12:04:50.736 ← update/documents v137   + reported pump1.running  true
/// ```
package struct StreamLines: Sendable {
  private let address: ShadowAddress
  private let utcOffsetSeconds: Int

  /// - Parameters:
  ///   - address: the shadow; topics of others are written out.
  ///   - utcOffsetSeconds: seconds that the clock on the wall is ahead of UTC.
  package init(of address: ShadowAddress, utcOffsetSeconds: Int) {
    self.address = address
    self.utcOffsetSeconds = utcOffsetSeconds
  }

  /// The lines for the changes that a message brings.
  ///
  /// - Parameters:
  ///   - changes: paths from the state on; one line for each value in them.
  ///   - message: in which they came.
  ///   - version: of the shadow after it; nil where that is gone.
  /// - Returns: a line for each value.
  package func lines(
    _ changes: [JSONChange], of message: StreamedMessage, version: Int64?
  ) -> [[Span]] {
    let start = start(message, version)
    return changes.flatMap(leaves).map { start + $0 }
  }

  /// The lines for a state as it is: one for each value.
  ///
  /// - Parameters:
  ///   - values: paths from the state on.
  ///   - message: in which it came.
  ///   - version: of the shadow.
  /// - Returns: one line or more.
  package func lines(
    present values: [JSONChange], of message: StreamedMessage, version: Int64
  ) -> [[Span]] {
    let start = start(message, version)
    guard !values.isEmpty else { return [start + [Span("nothing is there", .textDim)]] }
    return values.flatMap { value in
      leaves(value).map { start + [Span("= ", .textDim)] + $0.dropFirst() }
    }
  }

  /// The line for a message of which only that it came, and what it says, is told.
  package func line(of message: StreamedMessage) -> [Span] {
    guard let shown = ShadowMessage(topic: message.topic, payload: message.payload) else {
      return start(message, nil) + [text(of: message.payload)]
    }
    let (version, words) = words(shown)
    return start(message, version) + words
  }

  /// The line for a message on a topic that may be any: what it holds as text.
  package func line(ofFree message: StreamedMessage) -> [Span] {
    let isIncoming = message.direction == .incoming
    return [
      Span(timeOfDay(message.time, utcOffsetSeconds: utcOffsetSeconds) + " ", .textDim),
      Span(isIncoming ? "← " : "→ ", isIncoming ? .logIn : .logOut),
      Span(padded(message.topic, 16) + " ", isIncoming ? .logIn : .logOut),
      text(of: message.payload),
    ]
  }

  /// The line that stands where messages are missing.
  ///
  /// - Parameters:
  ///   - count: how many, 1 or more.
  ///   - time: ms since 1970.
  /// - Returns: the line.
  package func line(dropped count: Int, time: Int64) -> [Span] {
    [
      Span(timeOfDay(time, utcOffsetSeconds: utcOffsetSeconds) + " ", .textDim),
      Span(
        "· \(counted(count, "message")) left out here: the reader is slow", .meterWarn),
    ]
  }

  // MARK: Parts

  private func start(_ message: StreamedMessage, _ version: Int64?) -> [Span] {
    let isIncoming = message.direction == .incoming
    let prefix = address.prefix + "/"
    let suffix =
      message.topic.utf8.starts(with: prefix.utf8)
      ? String(Substring(message.topic.utf8.dropFirst(prefix.utf8.count))) : message.topic
    let role: Role =
      suffix.hasSuffix("/rejected") ? .logRejected : isIncoming ? .logIn : .logOut
    return [
      Span(timeOfDay(message.time, utcOffsetSeconds: utcOffsetSeconds) + " ", .textDim),
      Span(isIncoming ? "← " : "→ ", isIncoming ? .logIn : .logOut),
      Span(padded(suffix, 16) + " ", role),
      Span(padded(version.map { "v\($0)" } ?? "—", 6) + " ", .textDim),
    ]
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
  }

  /// The sign, the path and the value of everything in a change that has no members.
  private func leaves(_ change: JSONChange) -> [[Span]] {
    switch change.kind {
    case .changed(let old, let new):
      return [
        [Span("~ ", .differs)] + name(change.path) + [
          Span(ValueText.line(old), .removed), Span(" → ", .textDim),
          Span(ValueText.line(new), .added),
        ]
      ]
    case .added(let value):
      return leaves(of: value, at: change.path).map { path, value in
        [Span("+ ", .added)] + name(path) + [Span(ValueText.line(value), .added)]
      }
    case .removed(let value):
      return leaves(of: value, at: change.path).map { path, value in
        [Span("− ", .removed)] + name(path) + [Span(ValueText.line(value), .removed)]
      }
    }
  }

  private func leaves(of value: JSONValue, at path: JSONPath) -> [(JSONPath, JSONValue)] {
    var leaves: [(JSONPath, JSONValue)] = []
    var pending = [(path, value)]
    while let (path, value) = pending.popLast() {
      guard case .object(let object) = value, !object.isEmpty else {
        leaves.append((path, value))
        continue
      }
      pending += object.effectiveMembers.reversed().map {
        (path.appending(key: $0.key), $0.value)
      }
    }
    return leaves
  }

  /// `reported pump1.flow  `, or the section alone where all of it is meant.
  private func name(_ path: JSONPath) -> [Span] {
    guard case .key(let section)? = path.steps.first else { return [] }
    let rest = JSONPath(Array(path.steps.dropFirst()))
    return [Span("\(section) ", .textDim)]
      + (rest.isEmpty ? [] : [Span(rest.display, .path), Span("  ")])
  }

  private func words(_ message: ShadowMessage) -> (version: Int64?, words: [Span]) {
    let sender = message.clientToken.map { Span($0) } ?? Span("no token", .textDim)
    switch message.content {
    case .request(let body):
      guard let state = body?.object?["state"] else { return (nil, [sender]) }
      return (nil, [Span(ValueText.line(state))])
    case .document(let document): return (document.version, [sender])
    case .updateAccepted(_, let version): return (version, [sender])
    case .delta(let state, _, let version):
      return (version, [Span(ValueText.line(.object(state)))])
    case .documents(_, let current):
      return (current.version, [Span("no change", .textDim)])
    case .deleteAccepted(let version): return (version, [Span("deleted", .removed)])
    case .rejected(let error):
      return (nil, [Span("\(error.code) \(error.message)", .logRejected)])
    case .unreadable(let reason, _):
      return (nil, [Span("unreadable: \(reason)", .logRejected)])
    }
  }

  private func text(of payload: [UInt8]) -> Span {
    guard let text = String(validating: payload, as: UTF8.self) else {
      return Span("\(byteText(payload.count)), no text", .textDim)
    }
    return Span(ValueText.clipped(text))
  }
}
