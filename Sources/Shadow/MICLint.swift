package import JSON

/// What MIC would make nothing of in values that are about to be written (mic-thing-api 1.5).
///
/// Something to know, never something that is refused: a shadow takes any value.
package struct MICLint: Hashable, Sendable {
  package enum Fault: Hashable, Sendable {
    /// `tcxn` or `tcxn.cellular` is something else than an object.
    case notObject
    /// A key of one's own in what MIC keeps for itself.
    case customKey
    /// A place where MIC does not look for one.
    case placeInside
    case fact(ThingFact.Fault)
    /// A place that is no text.
    case placeNotText
    case place(LatLng.Fault)
  }

  /// From the section on.
  package let path: JSONPath
  package let fault: Fault

  package init(path: JSONPath, fault: Fault) { (self.path, self.fault) = (path, fault) }

  /// What is wrong, in a few words without a capital and with nothing from outside in them.
  package var words: String {
    switch fault {
    case .notObject: "MIC wants an object"
    case .customKey: "tcxn is MIC's, not for own keys"
    case .placeInside: "MIC reads no latlng in tcxn"
    case .fact(let fault): "MIC \(fault.words)"
    case .placeNotText: "MIC wants a text: 57.652,11.958"
    case .place(let fault): "no place: \(fault.words)"
    }
  }

  /// Looks at a value that is to be written.
  ///
  /// Arrays are values of their own: what is inside one is not looked at.
  ///
  /// - Parameters:
  ///   - value: what is to be there; nothing is wrong with a removal.
  ///   - path: where, from the section on; empty for all members of a section.
  /// - Returns: what is found, in the order of the text.
  package static func faults(
    in value: JSONValue?, at path: JSONPath = JSONPath()
  ) -> [MICLint] {
    guard let value, !value.isNull else { return [] }
    var found: [MICLint] = []
    look(at: value, path, &found)
    return found
  }

  // Recursion is bounded by the depth that the parser allowed.
  private static func look(at value: JSONValue, _ path: JSONPath, _ found: inout [MICLint]) {
    if value.isNull { return }
    let keys = path.steps.compactMap(\.keyText)
    if let first = keys.first, first.hasSameScalars(as: ThingFact.key) {
      return lookInside(value, path, Array(keys.dropFirst()), &found)
    }
    if let last = keys.last, last.hasSameScalars(as: ThingFact.placeKey) {
      guard let text = value.string else {
        return found.append(MICLint(path: path, fault: .placeNotText))
      }
      do throws(LatLng.Fault) { _ = try LatLng(text) } catch {
        found.append(MICLint(path: path, fault: .place(error)))
      }
      return
    }
    lookAtMembers(of: value, path, &found)
  }

  private static func lookAtMembers(
    of value: JSONValue, _ path: JSONPath, _ found: inout [MICLint]
  ) {
    for member in value.object?.effectiveMembers ?? [] {
      look(at: member.value, path.appending(key: member.key), &found)
    }
  }

  /// Looks at what stands in `tcxn`, or is it.
  private static func lookInside(
    _ value: JSONValue, _ path: JSONPath, _ keys: [String], _ found: inout [MICLint]
  ) {
    func leads(to field: ThingFact.Field) -> Bool {
      field.keys.count >= keys.count
        && zip(keys, field.keys).allSatisfy { $0.hasSameScalars(as: $1) }
    }
    let fields = ThingFact.Field.allCases.filter(leads)
    if let field = fields.first(where: { $0.keys.count == keys.count }) {
      guard case .malformed(let fault) = ThingFact(field, value).meaning else { return }
      return found.append(MICLint(path: path, fault: .fact(fault)))
    }
    guard fields.isEmpty else {
      guard value.object != nil else {
        return found.append(MICLint(path: path, fault: .notObject))
      }
      return lookAtMembers(of: value, path, &found)
    }
    let isPlace = keys.last?.hasSameScalars(as: ThingFact.placeKey) == true
    found.append(MICLint(path: path, fault: isPlace ? .placeInside : .customKey))
  }
}

extension JSONStep {
  fileprivate var keyText: String? {
    guard case .key(let key) = self else { return nil }
    return key
  }
}
