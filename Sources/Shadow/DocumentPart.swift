package import JSON

/// A part of a shadow's document as `get/accepted` has it (spec 4.4).
package struct DocumentPart: Hashable, Sendable {
  /// A section that can be asked for; unlike ``Section`` also what differs.
  package enum Name: String, CaseIterable, Hashable, Sendable {
    case reported, desired, delta
  }

  /// Why a document has no such part.
  package enum Missing: Error, Hashable, Sendable {
    /// It has no such section, or no metadata of it.
    case section
    /// The way ends at `end`, which holds these names and no others, in their order; none where it
    /// holds no others by name.
    case path(end: JSONPath, names: [String])
  }

  /// nil for all of them.
  package let section: Name?
  /// Whether it is the metadata that is asked for, in place of the state.
  package let isMetadata: Bool
  /// Leads on from there: keys, or the numbers of elements.
  package let path: JSONPath

  package init(section: Name? = nil, isMetadata: Bool = false, path: JSONPath = JSONPath()) {
    (self.section, self.isMetadata, self.path) = (section, isMetadata, path)
  }

  /// Whether it is the whole document.
  package var isAll: Bool { section == nil && !isMetadata && path.isEmpty }

  /// Where the path begins in the document; empty for the document itself.
  package var base: JSONPath {
    guard section != nil || isMetadata else { return JSONPath() }
    return JSONPath(
      keys: [isMetadata ? "metadata" : "state"] + (section.map { [$0.rawValue] } ?? []))
  }

  /// What the document has there.
  ///
  /// - Throws: `Missing` where it has nothing.
  package func value(in document: JSONValue) throws(Missing) -> JSONValue {
    guard var value = document[base] else { throw .section }
    var end = JSONPath()
    for step in path.steps {
      // Whether a token is a key or the number of an element shows beside the value only.
      guard let pointer = JSONPointer(JSONPath([step]).pointer), let next = pointer.path(in: value),
        let inner = value[next]
      else {
        throw .path(end: end, names: value.object?.effectiveMembers.map(\.key) ?? [])
      }
      end = JSONPath(end.steps + next.steps)
      value = inner
    }
    return value
  }
}
