extension JSONPatch {
  /// The document after all steps, or none of them.
  ///
  /// Without itself, as `remove` at the empty path leaves it, a document is `null`.
  ///
  /// - Parameter document: what the steps start from.
  /// - Returns: the document that they end with.
  /// - Throws: `JSONPatchFault` with the first step that cannot be taken (RFC 6902 section 5).
  package func applied(to document: JSONValue) throws(JSONPatchFault) -> JSONValue {
    var result = document
    for (index, operation) in operations.enumerated() {
      do throws(JSONPatchFault) { try result.apply(operation) } catch { throw error.at(index) }
    }
    return result
  }
}

extension JSONValue {
  fileprivate mutating func apply(_ operation: JSONPatch.Operation) throws(JSONPatchFault) {
    switch operation {
    case .add(let place, let value): try add(value, at: place)
    case .remove(let place): self[try path(of: place)] = nil
    case .replace(let place, let value): self[try path(of: place)] = value
    case .move(let source, let place):
      let path = try path(of: source)
      let isInside =
        place.tokens.count > source.tokens.count
        && JSONPointer(tokens: Array(place.tokens.prefix(source.tokens.count))) == source
      guard !isInside else {
        throw JSONPatchFault("\(source.text) cannot be moved into itself")
      }
      let value = self[path]
      self[path] = nil
      if let value { try add(value, at: place) }
    case .copy(let source, let place):
      guard let value = self[try path(of: source)] else { return }
      try add(value, at: place)
    case .test(let place, let value):
      guard self[try path(of: place)] == value else {
        throw JSONPatchFault("another value is at “\(place.text)”")
      }
    }
  }

  private func path(of place: JSONPointer) throws(JSONPatchFault) -> JSONPath {
    guard let path = place.path(in: self) else {
      throw JSONPatchFault("nothing is at “\(place.text)”")
    }
    return path
  }

  /// Puts a value where the place's holder is there (RFC 6902 section 4.1).
  private mutating func add(_ value: JSONValue, at place: JSONPointer) throws(JSONPatchFault) {
    guard let last = place.tokens.last else {
      self = value
      return
    }
    let holder = try path(of: JSONPointer(tokens: place.tokens.dropLast()))
    switch self[holder] {
    case .object(var object):
      object[last] = value
      self[holder] = .object(object)
    case .array(var elements):
      let index = last == "-" ? elements.count : Int(last)
      guard let index, last == "-" || last == "\(index)", (0...elements.count).contains(index)
      else { throw JSONPatchFault("no element can be put at “\(place.text)”") }
      elements.insert(value, at: index)
      self[holder] = .array(elements)
    case nil, .null, .bool, .number, .string:
      throw JSONPatchFault("what holds “\(place.text)” is no object or array")
    }
  }
}
