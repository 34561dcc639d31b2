import JSON
import Monitor
import Shadow

/// What options say of all that an update command sends; without a network.
struct UpdatePlan {
  /// Where values belong that name no section themselves.
  var section = Section.reported
  /// Whether the section was chosen, which a whole request does itself.
  var choosesSection = false
  /// The version that the shadow must have; nil for any.
  var version: Int64?
  /// When it was observed, in ms since 1970; nil for now.
  var timestamp: Int64?
  /// Whether it is only stored by MIC, as an observation.
  var isBackdate = false

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - body: what is to be written.
  ///   - token: for a request that has none of its own.
  /// - Returns: the request, with a token.
  /// - Throws: `UpdateBody.Fault` where the body and the options contradict each other.
  func request(
    _ body: UpdateBody, token: ClientToken
  ) throws(UpdateBody.Fault) -> UpdateRequest {
    switch body {
    case .section(let members):
      let change = SectionChange.merge(members)
      return UpdateRequest(
        desired: section == .desired ? change : nil, reported: section == .reported ? change : nil,
        clientToken: token, version: version, timestampMilliseconds: timestamp)
    case .request(let request):
      if choosesSection { throw .refused("names its sections itself, besides --desired") }
      if version != nil, request.version != nil {
        throw .refused("has a “version” of its own, besides --if-version")
      }
      if timestamp != nil, request.timestampMilliseconds != nil {
        throw .refused("has a “timestamp” of its own, besides --timestamp")
      }
      if isBackdate, let reason = request.noObservation { throw .refused(reason) }
      return UpdateRequest(
        state: request.state, clientToken: request.clientToken ?? token,
        version: version ?? request.version,
        timestampMilliseconds: timestamp ?? request.timestampMilliseconds)
    }
  }

  /// The exact bytes, and where they go.
  ///
  /// - Throws: `UpdateBody.Fault` for more than the broker takes.
  func publication(
    of request: UpdateRequest, to address: ShadowAddress
  ) throws(UpdateBody.Fault) -> Publication {
    var publication = request.publication(to: address)
    if isBackdate { publication.topic = MICTopic.backdate.topic(of: address.thing) }
    guard publication.payload.count <= ShadowLimits.greatestPayload else {
      throw .refused(
        "makes a message of \(publication.payload.count) bytes, and the broker takes "
          + "\(ShadowLimits.greatestPayload)")
    }
    return publication
  }

  /// What the person should know about a request, without a capital.
  func warnings(_ request: UpdateRequest) -> [String] {
    let bytes = Section.allCases.reduce(0) { sum, section in
      guard case .merge(let members)? = request[section] else { return sum }
      return sum + JSONValue.object(members).compactBytes.count
    }
    let limit = ShadowLimits().size
    var warnings: [String] = []
    if bytes > limit, !isBackdate {
      warnings.append(
        "\(bytes) bytes of values: a shadow takes \(limit) in all, unless AWS has raised that")
    }
    if isBackdate, request.timestampMilliseconds == nil {
      warnings.append("no --timestamp: MIC takes the time of arrival for that of the observation")
    }
    return warnings + lint(request)
  }

  /// Words about values of one request, of which there may be thousands.
  private static let mostLint = 20

  /// What MIC would make nothing of.
  private func lint(_ request: UpdateRequest) -> [String] {
    let found = Section.allCases.flatMap { section -> [String] in
      guard case .merge(let members)? = request[section] else { return [] }
      return MICLint.faults(in: .object(members)).map { lint in
        "\(section.rawValue) \(lint.path.pointer): \(lint.words)"
      }
    }
    let rest = found.count - Self.mostLint
    return found.prefix(Self.mostLint)
      + (rest > 0 ? ["and \(rest) more that MIC does not read"] : [])
  }
}

extension CommandFailure {
  /// A text that cannot be an update.
  ///
  /// - Parameters:
  ///   - fault: what is wrong with it.
  ///   - name: of the text, with a capital: `Line 12`.
  init(_ fault: UpdateBody.Fault, in name: String) {
    switch fault {
    case .malformed(let error, let text):
      // Of one line there is only one to count in.
      let isLine = !text.contains(UInt8(ascii: "\n"))
      let cause =
        isLine
        ? "Column \(error.column): expected \(error.expected), found \(error.found)."
        : "\(error.message.capitalised)."
      self.init(
        status: .badData, what: "\(name) is malformed JSON.", cause: cause, remedy: "",
        excerpt: error.excerpt(of: text).split(separator: "\n").map(String.init))
    case .refused(let reason):
      self.init(status: .badData, what: "\(name) \(reason).", cause: "", remedy: "")
    case .ambiguous(let reason):
      self.init(
        status: .badData, what: "\(name) \(reason).",
        cause: "It could be a whole request, or a section with a resource “state”.",
        remedy: "A whole request is {\"state\":{\"desired\":{…},\"reported\":{…}}} with “version”, "
          + "“timestamp” and “clientToken” at most; a resource is written by /state:=JSON.")
    }
  }
}
