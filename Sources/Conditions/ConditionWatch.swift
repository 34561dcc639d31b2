package import JSON
package import Shadow

/// Watches a shadow until a condition is true.
///
/// Pure: told what came and when, it says whether the condition is true, and when time alone can
/// make it so. Times are ms since 1970 by our clock; ages are corrected by as much as it and the
/// service's disagree, if that is more than a few seconds.
package struct ConditionWatch: Sendable {
  package let condition: Condition
  private let subjects: [Condition.Subject]
  private let asksForDelta: Bool
  private let asksForShadow: Bool
  private let watchesChanges: [ConditionPath]

  private var shadow = HeldShadow()
  private var difference: ShadowDelta?
  /// What was there when the wait began; nil while that is not known.
  private var first: [ConditionPath: JSONValue]?
  private var changed: Set<ConditionPath> = []
  /// Whether what is held is what the service has.
  package private(set) var isFresh = false

  package init(_ condition: Condition) {
    self.condition = condition
    subjects = condition.subjects
    var (delta, existence): (Bool, Bool) = (false, false)
    var changes: [ConditionPath] = []
    condition.walk { part in
      switch part {
      case .value(let path), .age(let path): delta = delta || path.root == .delta
      case .exists(let path):
        delta = delta || path.root == .delta
        existence = existence || path.root == .version
      case .changed(let path):
        delta = delta || path.root == .delta
        if !changes.contains(path) { changes.append(path) }
      case .literal, .comparison, .not, .all, .any: break
      }
    }
    (asksForDelta, asksForShadow, watchesChanges) = (delta, existence, changes)
  }

  /// What is known of the shadow: nothing yet, that there is none, or its document.
  package var state: HeldShadow.State { shadow.state }

  // MARK: What comes

  /// Takes in a message of the shadow.
  ///
  /// - Parameters:
  ///   - message: not a retained one.
  ///   - now: when it came.
  ///   - asked: when we sent the `get` that it answers; nil for any other message.
  package mutating func take(_ message: ShadowMessage, at now: Int64, asked: Int64?) {
    if first == nil, case .documents(let previous, _) = message.content {
      // Heard before the answer to our `get`: the wait began with what was before.
      var before = HeldShadow()
      if let previous { _ = before.take(previous, at: now, asked: nil) }
      first = values(in: before)
    }
    guard shadow.take(message, at: now, asked: asked) else { return }
    isFresh = true
    difference = asksForDelta ? shadow.document?.difference : nil
    let values = values(in: shadow)
    guard let first else { return first = values }
    for path in watchesChanges where first[path] != values[path] { changed.insert(path) }
  }

  /// What is held may be old: the connection ended, or messages were lost.
  ///
  /// Until the service has told the shadow anew the condition counts as not true: its ages and
  /// values may have changed meanwhile.
  package mutating func doubt() { isFresh = false }

  /// The values whose changes are watched, by path.
  private func values(in shadow: HeldShadow) -> [ConditionPath: JSONValue] {
    let sight = ConditionSight(
      of: shadow, difference: asksForDelta ? shadow.document?.difference : nil, changed: [], at: 0)
    var values: [ConditionPath: JSONValue] = [:]
    for path in watchesChanges { values[path] = sight.value(at: path) }
    return values
  }

  // MARK: What is true

  /// Whether the condition is true.
  ///
  /// Without a shadow it is not, whatever it says, unless it asks for that with `exists(version)`.
  package func isTrue(at now: Int64) -> Bool {
    guard isFresh else { return false }
    switch shadow.state {
    case .unknown: return false
    case .missing where !asksForShadow: return false
    case .missing, .held: return sight(at: now).isTrue(condition)
    }
  }

  /// When it can become true, or false, by time alone; nil if only a message can do that.
  package func nextTurn(after now: Int64) -> Int64? {
    isFresh ? sight(at: now).nextTurn(of: condition) : nil
  }

  /// What the condition looks at, by the names that it has there; null where there is no value.
  package func values(at now: Int64) -> JSONObject {
    values(of: subjects, at: now)
  }

  /// A part of a condition, all of whose parts must be true.
  package struct Part: Equatable, Sendable {
    /// As it can be typed.
    package let text: String
    /// What it looks at; see ``ConditionWatch/values(at:)``.
    package let values: JSONObject
  }

  /// The parts that are not true now, of those that must all be.
  package func falseParts(at now: Int64) -> [Part] {
    let sight = sight(at: now)
    func parts(of condition: Condition) -> [Condition] {
      guard !sight.isTrue(condition) else { return [] }
      guard case .all(let inner) = condition else { return [condition] }
      return inner.flatMap(parts)
    }
    return parts(of: condition).map {
      Part(text: $0.text, values: values(of: $0.subjects, at: now))
    }
  }

  private func values(of subjects: [Condition.Subject], at now: Int64) -> JSONObject {
    let sight = sight(at: now)
    return JSONObject(
      members: subjects.map {
        JSONMember(key: $0.text, value: sight.value(of: $0) ?? .null)
      })
  }

  private func sight(at now: Int64) -> ConditionSight {
    ConditionSight(of: shadow, difference: difference, changed: changed, at: now)
  }
}
