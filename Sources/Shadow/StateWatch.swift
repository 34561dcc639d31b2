package import JSON

/// The state of a shadow at a version.
package struct StateMoment: Sendable {
  package let version: Int64
  /// An object with `desired` and `reported`, where they exist.
  package let state: JSONValue

  package init(version: Int64, state: JSONValue) {
    self.version = version
    self.state = state
  }
}

/// What a message tells of a shadow's state.
package enum StateNews: Sendable {
  /// How it is, where nothing was known before; nil where there is no shadow.
  case present(StateMoment?)
  /// It is another than before; nil stands for no shadow.
  case changed(from: StateMoment?, to: StateMoment?)
}

/// Follows one shadow's state through its messages, from change to change.
///
/// It believes documents: those of `get/accepted` and `update/documents`, each if it is newer than
/// the one before. What an update does to metadata alone is no change. Each change is told once,
/// and what was missed meanwhile is part of the next one.
package struct StateWatch: Sendable {
  private enum Held: Sendable {
    case nothing
    /// What was told last; nil for no shadow.
    case moment(StateMoment?)
  }

  private var held = Held.nothing
  /// The bytes of the state that is held, where it came with `update/documents`: what has the same
  /// is the same.
  private var heldBytes: [UInt8] = []
  private var outline = JSONOutline(levels: 2)

  package init() {}

  /// Takes a message of the shadow.
  ///
  /// - Parameters:
  ///   - topic: on which of its topics it came.
  ///   - payload: as it came; one that cannot be read tells nothing.
  /// - Returns: what is new; nil for nothing.
  package mutating func take(_ topic: ShadowTopic, payload: [UInt8]) -> StateNews? {
    switch topic {
    case .documents: return takeDocuments(payload)
    case .accepted(.get):
      guard let body = try? JSONParser.parse(payload), let moment = StateMoment(body) else {
        return nil
      }
      return takeAnswer(moment)
    case .accepted(.delete): return takeNothing()
    case .rejected(.get):
      let code = (try? JSONParser.parse(payload))?.object?["code"]?.integer
      return code == 404 ? takeNothing() : nil
    case .request, .accepted(.update), .rejected, .delta: return nil
    }
  }

  private mutating func takeAnswer(_ moment: StateMoment) -> StateNews? {
    switch held {
    case .nothing:
      hold(moment)
      return .present(moment)
    case .moment(let before?) where moment.version <= before.version: return nil
    case .moment(let before):
      hold(moment)
      return before?.state == moment.state ? nil : .changed(from: before, to: moment)
    }
  }

  private mutating func takeNothing() -> StateNews? {
    defer {
      held = .moment(nil)
      heldBytes = []
    }
    switch held {
    case .nothing: return .present(nil)
    case .moment(nil): return nil
    case .moment(let before): return .changed(from: before, to: nil)
    }
  }

  private mutating func hold(_ moment: StateMoment, bytes: [UInt8] = []) {
    held = .moment(moment)
    heldBytes = bytes
  }

  // MARK: Documents

  private mutating func takeDocuments(_ payload: [UInt8]) -> StateNews? {
    payload.withUnsafeBytes { bytes in
      guard outline.read(bytes) else { return takeJudged(payload) }
      guard let current = outline.member("current", in: bytes),
        let version = outline.integer(
          outline.member("version", of: current, in: bytes), in: bytes),
        let place = outline.member("state", of: current, in: bytes)?.value
      else { return nil }
      let written = UnsafeRawBufferPointer(rebasing: bytes[place])
      // Metadata alone has changed, or it was told before.
      if case .moment(let before?) = held, heldBytes.elementsEqual(written) {
        if version > before.version {
          held = .moment(StateMoment(version: version, state: before.state))
        }
        return nil
      }
      let previous = outline.member("previous", in: bytes)?.value
      let copy = Array(written)
      guard let state = (try? JSONParser.parse(copy))?.sections else { return nil }
      return takeUpdate(StateMoment(version: version, state: state), bytes: copy) {
        previous.flatMap {
          try? JSONParser.parse(UnsafeRawBufferPointer(rebasing: bytes[$0]))
        }
      }
    }
  }

  private mutating func takeJudged(_ payload: [UInt8]) -> StateNews? {
    guard let body = (try? JSONParser.parse(payload))?.object, let current = body["current"],
      let moment = StateMoment(current)
    else { return nil }
    return takeUpdate(moment) { body["previous"] }
  }

  /// Takes what an update has made.
  ///
  /// - Parameters:
  ///   - moment: the state after it.
  ///   - bytes: those of the state; empty where they are not at hand.
  ///   - previous: the document before, if the message has one; asked for only where it is wanted.
  /// - Returns: the change; nil for none.
  private mutating func takeUpdate(
    _ moment: StateMoment, bytes: [UInt8] = [], previous: () -> JSONValue?
  ) -> StateNews? {
    let before: StateMoment?
    switch held {
    case .nothing: before = previous().flatMap(StateMoment.init)
    case .moment(let known):
      // One that was made anew after a deletion may have a lower version.
      if let known, moment.version <= known.version, previous().flatMap(StateMoment.init) != nil {
        return nil
      }
      before = known
    }
    hold(moment, bytes: bytes)
    return before?.state == moment.state ? nil : .changed(from: before, to: moment)
  }
}

extension StateMoment {
  /// Reads `{state, version}`; nil without them.
  fileprivate init?(_ document: JSONValue) {
    guard let version = document.object?["version"]?.integer,
      let state = document.object?["state"]?.sections
    else { return nil }
    self.init(version: version, state: state)
  }
}

extension JSONValue {
  /// The sections of a state that hold something, and nothing else; nil if this is no state.
  fileprivate var sections: JSONValue? {
    if isNull { return .object(JSONObject()) }
    guard let object else { return nil }
    var sections = JSONObject()
    for section in Section.allCases {
      if case .object(let members)? = object[section.rawValue] {
        sections.append(key: section.rawValue, value: .object(members))
      }
    }
    return .object(sections)
  }
}

extension StateMoment? {
  /// What differs between two moments.
  ///
  /// - Parameters:
  ///   - later: the moment after this one.
  ///   - path: only what is at this path in a section, or further in; nil for all.
  /// - Returns: changes with paths from the state on, such as `/reported/temperature`; empty if
  ///   there are none.
  package func changes(to later: StateMoment?, at path: JSONPath? = nil) -> [JSONChange] {
    let (before, after) = (self?.state, later?.state)
    return Section.allCases.flatMap { section in
      let place = JSONPath([.key(section.rawValue)] + (path?.steps ?? []))
      switch (before?[place], after?[place]) {
      case (nil, nil): return [] as [JSONChange]
      case (nil, let new?): return [JSONChange(path: place, kind: .added(new))]
      case (let old?, nil): return [JSONChange(path: place, kind: .removed(old))]
      case (let old?, let new?):
        return JSONValue.changes(from: old, to: new).map {
          JSONChange(path: JSONPath(place.steps + $0.path.steps), kind: $0.kind)
        }
      }
    }
  }
}
