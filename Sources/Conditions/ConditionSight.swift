import JSON
import Shadow

/// What a condition sees of a shadow at a moment.
struct ConditionSight {
  private let shadow: HeldShadow
  /// Where the value has been another one since the wait began.
  private let changed: Set<ConditionPath>
  /// Ms since 1970 by our clock.
  private let now: Int64
  private let difference: ShadowDelta?

  /// - Parameters:
  ///   - shadow: as it is known.
  ///   - difference: its open differences; nil if there are none, or nothing asks for them.
  ///   - changed: where the value has been another one since the wait began.
  ///   - now: ms since 1970 by our clock.
  init(
    of shadow: HeldShadow, difference: ShadowDelta?, changed: Set<ConditionPath>, at now: Int64
  ) {
    self.shadow = shadow
    self.difference = difference
    self.changed = changed
    self.now = now
  }

  /// The value of a condition; nil where there is none.
  func value(of condition: Condition) -> JSONValue? {
    switch condition {
    case .literal(let value): value
    case .value(let path): value(at: path)
    case .exists(let path): .bool(value(at: path) != nil)
    case .changed(let path): .bool(changed.contains(path))
    case .age(let path): age(of: path).map { .number(JSONNumber($0)) }
    case .comparison(let left, let comparison, let right):
      .bool(comparison.holds(value(of: left), value(of: right)))
    case .not(let inner): .bool(!isTrue(inner))
    case .all(let parts): .bool(parts.allSatisfy(isTrue))
    case .any(let parts): .bool(parts.contains(where: isTrue))
    }
  }

  func isTrue(_ condition: Condition) -> Bool { value(of: condition)?.bool == true }

  func value(of subject: Condition.Subject) -> JSONValue? {
    switch subject {
    case .value(let path): value(at: path)
    case .age(let path): age(of: path).map { .number(JSONNumber($0)) }
    }
  }

  func value(at path: ConditionPath) -> JSONValue? {
    guard let document = shadow.document else { return nil }
    let start: JSONValue? =
      switch path.root {
      case .reported: document.reported.map(JSONValue.object)
      case .desired: document.desired.map(JSONValue.object)
      case .delta: (difference?.state).map(JSONValue.object)
      case .metadata: .object(document.metadataJSON)
      case .version: .number(JSONNumber(document.version))
      }
    return path.value(from: start)
  }

  // MARK: Time

  /// When the service wrote the newest of what is at a path, in seconds since 1970 by its clock.
  private func time(of path: ConditionPath) -> Int64? {
    guard let document = shadow.document else { return nil }
    let times: JSONObject? =
      switch path.root {
      case .reported: document.reportedMetadata
      case .desired: document.desiredMetadata
      case .delta: difference?.metadata
      case .metadata, .version: nil
      }
    var newest: Int64?
    // A stack of our own, since documents may be deep.
    var pending = [path.value(from: times.map(JSONValue.object))].compactMap(\.self)
    while let value = pending.popLast() {
      switch value {
      case .object(let object):
        // A resource may be called timestamp: its metadata is no number.
        if let time = object["timestamp"]?.integer {
          newest = max(newest ?? time, time)
        } else {
          pending += object.effectiveMembers.map(\.value)
        }
      case .array(let elements): pending += elements
      case .null, .bool, .number, .string: break
      }
    }
    return newest
  }

  /// Whole seconds since the service wrote the newest of what is at a path; below 0 by as much as our
  /// clock is behind, if that is only little.
  private func age(of path: ConditionPath) -> Int64? {
    guard let time = time(of: path), let milliseconds = shadow.milliseconds(since: time, at: now)
    else { return nil }
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    return rest < 0 ? seconds - 1 : seconds
  }

  /// When a condition can turn by time alone, in ms since 1970 by our clock; nil if it cannot.
  ///
  /// At every such moment an age passes a number that it is compared with; two ages grow alike.
  func nextTurn(of condition: Condition) -> Int64? {
    var next: Int64?
    condition.walk { part in
      guard case .comparison(let left, let comparison, let right) = part else { return }
      let turn: Int64?
      switch (left, right) {
      case (.age, .age): turn = nil
      case (.age(let path), _):
        let limit = value(of: right)
        turn = self.turn(of: path, at: limit) { comparison.holds($0, limit) }
      case (_, .age(let path)):
        let limit = value(of: left)
        turn = self.turn(of: path, at: limit) { comparison.holds(limit, $0) }
      case (_, _): turn = nil
      }
      if let turn { next = min(next ?? turn, turn) }
    }
    return next
  }

  /// When the age of what is at a path next comes to a limit, or exceeds it, so that a comparison
  /// turns.
  private func turn(
    of path: ConditionPath, at limit: JSONValue?, where isMet: (JSONValue) -> Bool
  ) -> Int64? {
    guard let time = time(of: path), let age = age(of: path), let limit = limit?.number,
      let below = limit.integer ?? Self.floor(limit), below < Int64.max
    else { return nil }
    func holds(at age: Int64) -> Bool { isMet(.number(JSONNumber(age))) }
    let isTrue = holds(at: age)
    let turn = [below, below + 1].first { $0 > age && holds(at: $0) != isTrue }
    guard let turn else { return nil }
    let (second, overflow) = time.addingReportingOverflow(turn)
    let (moment, tooFar) = second.multipliedReportingOverflow(by: 1000)
    let (ours, beyond) = moment.addingReportingOverflow(shadow.clockSkew)
    return overflow || tooFar || beyond ? nil : ours
  }

  /// Ages are far within what a floating-point number holds exactly.
  private static func floor(_ number: JSONNumber) -> Int64? {
    let value = number.approximate.rounded(.down)
    return abs(value) < 1e15 ? Int64(value) : nil
  }
}
