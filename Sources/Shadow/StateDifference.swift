package import JSON

/// What differs between the states of two shadows: of `desired` and `reported`, nothing else.
///
/// A section without a key does not exist (spec 5, rule 6), so an empty one is none here.
package struct StateDifference: Sendable, Equatable {
  /// One resource that differs.
  package struct Line: Sendable, Equatable {
    package let section: Section
    /// The path is that in the section, and never empty.
    package let change: JSONChange
  }

  /// Every resource that differs: `desired` first, of each section at each level first what the new
  /// state holds in its order, then what it lacks.
  package let lines: [Line]
  /// The same as changes of the whole state, `{"desired": …, "reported": …}`: what a patch says.
  package let changes: [JSONChange]

  /// No difference is left.
  package var isEmpty: Bool { lines.isEmpty }

  /// Compares two states.
  ///
  /// - Parameters:
  ///   - old: the document before.
  ///   - new: the document after.
  ///   - sections: those that count.
  ///   - place: a place in each section: only what is there counts; empty for all. A change above it,
  ///     such as of an object that is gone, is in `changes` as a whole and in `lines` cut to it.
  package init(
    from old: ShadowDocument, to new: ShadowDocument,
    sections: some Sequence<Section> = Section.allCases, at place: JSONPointer = JSONPointer()
  ) {
    let sections = Section.allCases.filter(sections.contains)
    var lines: [Line] = []
    for section in sections {
      let (old, new) = (old[section] ?? JSONObject(), new[section] ?? JSONObject())
      for change in JSONValue.changes(from: .object(old), to: .object(new)) {
        guard let change = change.narrowed(to: place.tokens) else { continue }
        lines.append(Line(section: section, change: change))
      }
    }
    self.lines = lines
    changes = JSONValue.changes(from: old.state(of: sections), to: new.state(of: sections)).filter {
      $0.narrowed(to: [$0.path.section] + place.tokens) != nil
    }
  }
}

extension ShadowDocument {
  /// `{"desired": …, "reported": …}` with those that are asked for and have a key.
  fileprivate func state(of sections: [Section]) -> JSONValue {
    var state = JSONObject()
    for section in sections {
      guard let members = self[section], !members.isEmpty else { continue }
      state.append(key: section.rawValue, value: .object(members))
    }
    return .object(state)
  }
}

extension JSONPath {
  /// The first key: of a path in a state, the section's name.
  fileprivate var section: String {
    guard case .key(let key)? = steps.first else { return "" }
    return key
  }
}

extension JSONChange {
  /// The part of the change that concerns a place; nil if it does not.
  fileprivate func narrowed(to tokens: [String]) -> JSONChange? {
    let own = JSONPointer(path).tokens
    guard zip(own, tokens).allSatisfy({ $0.hasSameScalars(as: $1) }) else { return nil }
    guard own.count < tokens.count else { return self }
    let rest = JSONPointer(tokens: Array(tokens.dropFirst(own.count)))
    func part(_ whole: JSONValue?) -> JSONValue? {
      guard let whole, let inner = rest.path(in: whole) else { return nil }
      return whole[inner]
    }
    let place = JSONPath(keys: tokens)
    switch (part(old), part(new)) {
    case (nil, nil): return nil
    case (nil, let new?): return JSONChange(path: place, kind: .added(new))
    case (let old?, nil): return JSONChange(path: place, kind: .removed(old))
    case (let old?, let new?):
      return old == new ? nil : JSONChange(path: place, kind: .changed(old: old, new: new))
    }
  }
}
