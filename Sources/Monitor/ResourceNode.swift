package import JSON
package import Shadow

/// One resource, or one object with resources inside, as both sections of a shadow have it.
package struct ResourceNode: Sendable {
  package let path: JSONPath
  /// The path's last key.
  package let name: String
  /// Objects around it below the section; 0 for the top level.
  package let depth: Int
  /// nil where the section does not have it.
  package let reported: JSONValue?
  package let desired: JSONValue?
  /// When each section's value was last written, in seconds since 1970; for a branch the latest
  /// inside.
  package let reportedTime: Int64?
  package let desiredTime: Int64?
  /// Whether it has members, in either section or in what is staged.
  package let isBranch: Bool
  /// Whether neither section has it yet.
  package let isOnlyStaged: Bool
  /// Whether desired is there and differs here, and not merely further in (spec 8.1).
  package let differsHere: Bool
  /// Whether a person could take its name for another one beside it.
  let hasLookAlike: Bool
  /// Resources that the shadow has from here on, 1 for a leaf of its own.
  package internal(set) var resources = 0
  /// Differences from here on.
  package internal(set) var differences = 0
  /// Where the nodes inside end, in the tree's order.
  package internal(set) var end = 0

  package subscript(section: Section) -> JSONValue? {
    section == .desired ? desired : reported
  }

  func time(_ section: Section) -> Int64? { section == .desired ? desiredTime : reportedTime }

  /// The last write on either side.
  package var latestTime: Int64? {
    guard let reportedTime, let desiredTime else { return reportedTime ?? desiredTime }
    return max(reportedTime, desiredTime)
  }

  /// Whether it has a value by itself, or is to have one.
  var isResource: Bool {
    isOnlyStaged ? !isBranch : leafValue(.reported) != nil || leafValue(.desired) != nil
  }

  /// The value that a section has here by itself; the members of an object have rows of their own.
  func leafValue(_ section: Section) -> JSONValue? {
    guard let value = self[section], value.membersOfBranch == nil else { return nil }
    return value
  }

  /// The `type` of a nested resource (mic-thing-api 1.8), `untyped` as MIC's rules call it at the
  /// top level without one; nil for anything else, and for `tcxn`.
  package var nestedType: String? {
    guard isBranch, !(depth == 0 && name.hasSameScalars(as: ThingFact.key)) else { return nil }
    // MIC looks at what is reported; before anything is, what is asked for tells.
    guard let reported = reported?.membersOfBranch else {
      return desired?.object?["type"]?.string
    }
    return reported["type"]?.string ?? (depth == 0 ? Self.untyped : nil)
  }

  /// What MIC calls a nested resource without a type.
  static let untyped = "untyped"
}

extension JSONValue {
  /// The members of an object that has some: a branch; empty objects and arrays are values.
  var membersOfBranch: JSONObject? {
    guard case .object(let object) = self, !object.isEmpty else { return nil }
    return object
  }
}

/// Every resource of reported and desired together, sorted by name, each before what is inside it.
package struct ResourceTree: Sendable {
  package private(set) var nodes: [ResourceNode] = []
  /// Resources that the shadow has.
  package private(set) var resources = 0
  package private(set) var differences = 0

  package init() {}

  /// - Parameters:
  ///   - document: the shadow; nil where there is none.
  ///   - staged: paths that get a row even where the shadow does not have them.
  package init(_ document: ShadowDocument?, staged: [JSONPath] = []) {
    var outline = JSONObject()
    for path in staged { outline.set(nil, at: path.keys[...]) }
    addMembers(
      Layer(
        reported: document?.reported, desired: document?.desired, staged: outline,
        reportedMetadata: document?.reportedMetadata, desiredMetadata: document?.desiredMetadata),
      below: JSONPath(), depth: 0)
    var place = 0
    while place < nodes.count {
      resources += nodes[place].resources
      differences += nodes[place].differences
      place = nodes[place].end
    }
  }

  /// The place of a path among the nodes; nil if it is not there.
  func place(of path: JSONPath) -> Int? {
    var range = 0..<nodes.count
    var found: Int?
    for case .key(let key) in path.steps {
      var place = range.lowerBound
      while place < range.upperBound, !nodes[place].name.hasSameScalars(as: key) {
        place = nodes[place].end
      }
      guard place < range.upperBound else { return nil }
      found = place
      range = place + 1..<nodes[place].end
    }
    return found
  }

  /// The members that lie beside each other at one place of the document.
  private struct Layer {
    var reported: JSONObject?
    var desired: JSONObject?
    var staged: JSONObject?
    var reportedMetadata: JSONObject?
    var desiredMetadata: JSONObject?

    /// Each key once, by code points.
    var sortedKeys: [String] {
      var keys = reported?.effectiveMembers.map(\.key) ?? []
      for member in desired?.effectiveMembers ?? [] where reported?[member.key] == nil {
        keys.append(member.key)
      }
      for member in staged ?? JSONObject()
      where reported?[member.key] == nil && desired?[member.key] == nil {
        keys.append(member.key)
      }
      return keys.sorted { $0.precedes($1) }
    }
  }

  // Recursion is bounded by the depth that the parser allowed.
  private mutating func addMembers(_ layer: Layer, below path: JSONPath, depth: Int) {
    let keys = layer.sortedKeys
    let lookAlikes = LookAlikes.places(in: keys)
    for (keyPlace, key) in keys.enumerated() {
      let reported = layer.reported?[key]
      let desired = layer.desired?[key]
      let staged = layer.staged?[key]
      let inner = Layer(
        reported: reported?.membersOfBranch, desired: desired?.membersOfBranch,
        staged: staged?.membersOfBranch,
        reportedMetadata: layer.reportedMetadata?[key]?.object,
        desiredMetadata: layer.desiredMetadata?[key]?.object)
      let isBranch = inner.reported != nil || inner.desired != nil || inner.staged != nil
      let place = nodes.count
      nodes.append(
        ResourceNode(
          path: path.appending(key: key), name: key, depth: depth, reported: reported,
          desired: desired, reportedTime: reported?.latestTime(in: layer.reportedMetadata?[key]),
          desiredTime: desired?.latestTime(in: layer.desiredMetadata?[key]), isBranch: isBranch,
          isOnlyStaged: reported == nil && desired == nil,
          differsHere: Self.differs(desired, from: reported),
          hasLookAlike: lookAlikes.contains(keyPlace)))
      if isBranch { addMembers(inner, below: nodes[place].path, depth: depth + 1) }
      close(place)
    }
  }

  /// Counts what lies inside a node whose members have all been added.
  private mutating func close(_ place: Int) {
    nodes[place].end = nodes.count
    nodes[place].differences = nodes[place].differsHere ? 1 : 0
    let isLeaf = Section.allCases.contains { nodes[place].leafValue($0) != nil }
    nodes[place].resources = isLeaf ? 1 : 0
    var inside = place + 1
    while inside < nodes.count {
      nodes[place].resources += nodes[inside].resources
      nodes[place].differences += nodes[inside].differences
      inside = nodes[inside].end
    }
  }

  /// Whether desired asks for something at this very place (spec 8.1).
  private static func differs(_ desired: JSONValue?, from reported: JSONValue?) -> Bool {
    guard let desired, desired.membersOfBranch == nil else { return false }
    // An empty object asks for nothing of an object that is there.
    if case .object = desired, case .object? = reported { return false }
    return reported != desired
  }
}

extension JSONValue {
  /// The latest time of a value's leaves: metadata is walked along the state, since a key may be
  /// named `timestamp` itself (spec 7, rule 7).
  func latestTime(in metadata: JSONValue?) -> Int64? {
    guard let metadata else { return nil }
    switch self {
    case .null, .bool, .number, .string: return metadata.object?["timestamp"]?.integer
    case .array(let elements):
      guard let inside = metadata.array else { return nil }
      return zip(elements, inside).compactMap { $0.latestTime(in: $1) }.max()
    case .object(let object):
      guard let inside = metadata.object else { return nil }
      return object.compactMap { $0.value.latestTime(in: inside[$0.key]) }.max()
    }
  }
}

extension JSONObject {
  /// Puts a value at keys further in, making objects on the way; an outline without one has `null`
  /// at its ends.
  mutating func set(_ value: JSONValue?, at keys: ArraySlice<String>) {
    guard let key = keys.first else { return }
    let rest = keys.dropFirst()
    guard !rest.isEmpty else {
      if value != nil || self[key] == nil { self[key] = value ?? .null }
      return
    }
    var inside = self[key]?.object ?? JSONObject()
    inside.set(value, at: rest)
    self[key] = .object(inside)
  }
}
