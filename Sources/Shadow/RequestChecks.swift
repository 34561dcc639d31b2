import JSON

extension UpdateRequest {
  /// Reads the body of an update and checks it in the order of spec 3.4, steps 1 to 8; the version
  /// match and the size of the result need the stored document.
  ///
  /// Of members with the same key the last counts, at every depth, as if the others had not been
  /// sent. A `version` of `7.0` is the integer 7, as numbers compare by value (8.1); one beyond 64
  /// bits is an integer too and stands as the nearest of these, which no shadow reaches, so that it
  /// conflicts (6.2). A body nested deeper than the parser can read is refused as invalid JSON,
  /// without its token.
  ///
  /// - Parameters:
  ///   - payload: the message as it came.
  ///   - limits: of these `depth` is checked here.
  /// - Throws: `Refusal` with the error of the first fault.
  package init(payload: [UInt8], limits: ShadowLimits) throws(Refusal) {
    let body = try Self.body(of: payload)
    let token: ClientToken?
    do {
      token = try ClientToken.read(from: body)
    } catch {
      throw Refusal(error)
    }
    do {
      try self.init(body: body, token: token, limits: limits)
    } catch {
      throw Refusal(error, clientToken: token)
    }
  }

  /// As deep as can be, so that a body which is too deep for a shadow is told so, with its token.
  private static let deepest = JSONParser.greatestMaximumDepth

  private static func body(of payload: [UInt8]) throws(Refusal) -> JSONObject {
    guard let value = try? JSONParser.parse(payload, maximumDepth: deepest) else {
      // The parser takes no ill-formed UTF-8 either; which of the two it was is asked only now.
      throw Refusal(String(validating: payload, as: UTF8.self) == nil ? .notUTF8 : .invalidJSON)
    }
    guard let body = value.object else { throw Refusal(.invalidJSON) }
    return body
  }

  private init(
    body: JSONObject, token: ClientToken?, limits: ShadowLimits
  ) throws(ShadowError) {
    guard var state = body["state"] else { throw .missingState }
    if !state.isNull {
      guard let sections = state.object else { throw .stateNotObject }
      try Self.checkTypes(of: sections)
    }
    let version = try Self.version(in: body)
    if let sections = state.object, try Self.checkContent(of: sections, limits: limits) {
      state = state.withoutDuplicateKeys
    }
    self.init(state: state, clientToken: token, version: version, timestampMilliseconds: nil)
  }

  private static func checkTypes(of sections: JSONObject) throws(ShadowError) {
    if let stranger = sections.first(where: { Section(rawValue: $0.key) == nil }) {
      throw .invalidNode(stranger.key)
    }
    for section in Section.allCases {
      switch sections[section.rawValue] {
      case nil, .null, .object: continue
      case .bool, .number, .string, .array: throw .sectionNotObject(section)
      }
    }
  }

  private static func version(in body: JSONObject) throws(ShadowError) -> Int64? {
    guard let value = body["version"] else { return nil }
    guard let number = value.number, number.isInteger else { throw .invalidVersion }
    return number.integer ?? (number.isNegative ? .min : .max)
  }

  /// Checks depth, then nulls in arrays; answers whether some key occurs twice in an object.
  private static func checkContent(
    of sections: JSONObject, limits: ShadowLimits
  ) throws(ShadowError) -> Bool {
    var survey = Survey()
    for member in sections.effectiveMembers { survey.visit(member.value) }
    guard survey.depth <= limits.depth else { throw .tooDeep(maximum: limits.depth) }
    guard !survey.hasNullInArray else { throw .nullInArray }
    return survey.hasDuplicateKeys || sections.hasDuplicates
  }
}

/// What one walk over a section finds.
private struct Survey {
  /// Levels of containers, the section being the first (spec 10.2).
  private(set) var depth = 0
  /// A null in an array, at any depth in it (spec 3.1).
  private(set) var hasNullInArray = false
  private(set) var hasDuplicateKeys = false

  // Recursion is bounded by the depth that the parser allows.
  mutating func visit(_ value: JSONValue, level: Int = 1, inArray: Bool = false) {
    switch value {
    case .bool, .number, .string: break
    case .null: hasNullInArray = hasNullInArray || inArray
    case .array(let elements):
      depth = max(depth, level)
      for element in elements { visit(element, level: level + 1, inArray: true) }
    case .object(let object):
      depth = max(depth, level)
      hasDuplicateKeys = hasDuplicateKeys || object.hasDuplicates
      // What a later member replaces is no part of the request.
      for member in hasDuplicateKeys ? object.effectiveMembers : object.members {
        visit(member.value, level: level + 1, inArray: inArray)
      }
    }
  }
}

extension JSONValue {
  /// The value with only the last member of each key, at every depth.
  fileprivate var withoutDuplicateKeys: JSONValue {
    switch self {
    case .null, .bool, .number, .string: self
    case .array(let elements): .array(elements.map(\.withoutDuplicateKeys))
    case .object(let object):
      .object(
        JSONObject(
          members: object.effectiveMembers.map {
            JSONMember(key: $0.key, value: $0.value.withoutDuplicateKeys)
          }))
    }
  }
}
