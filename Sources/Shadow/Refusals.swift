/// The errors that the service answers with: codes and texts of spec 9.
extension ShadowError {
  package static let invalidJSON = ShadowError(code: 400, message: "Invalid JSON")
  package static let missingState = ShadowError(
    code: 400, message: "Missing required node: state")
  package static let stateNotObject = ShadowError(
    code: 400, message: "State node must be an object")
  package static let invalidVersion = ShadowError(code: 400, message: "Invalid version")
  package static let invalidClientToken = ShadowError(code: 400, message: "Invalid clientToken")
  package static let versionConflict = ShadowError(code: 409, message: "Version conflict")
  package static let tooLarge = ShadowError(
    code: 413, message: "The payload exceeds the maximum size allowed")
  /// The odd word is AWS's.
  package static let notUTF8 = ShadowError(
    code: 415, message: "Unsupported documented encoding; supported encoding is UTF-8")
  package static let internalFailure = ShadowError(
    code: 500, message: "Internal service failure")

  /// A null inside an array; the text is the sandbox's choice (spec, example 30).
  package static let nullInArray = invalidJSON

  package static func sectionNotObject(_ section: Section) -> ShadowError {
    let name = section == .desired ? "Desired" : "Reported"
    return ShadowError(code: 400, message: "\(name) node must be an object")
  }

  /// `state` holds a member other than `desired` and `reported`.
  package static func invalidNode(_ name: String) -> ShadowError {
    ShadowError(code: 400, message: "State contains an invalid node: '\(name)'")
  }

  package static func tooDeep(maximum: Int) -> ShadowError {
    ShadowError(
      code: 400, message: "JSON contains too many levels of nesting; maximum is \(maximum)")
  }

  /// A thing or shadow name outside the rules of spec 2.3; `rule` is `ShadowAddress.nameFault`.
  package static func invalidName(_ rule: String) -> ShadowError {
    ShadowError(code: 400, message: rule)
  }

  /// As the real service names it: `'thing'` or `'thing~shadow'`.
  package static func noShadow(_ address: ShadowAddress) -> ShadowError {
    let name = address.thing + (address.shadow.map { "~\($0)" } ?? "")
    return ShadowError(code: 404, message: "No shadow exists with name: '\(name)'")
  }
}

/// A request that is refused, and the token that its answer echoes (spec 4.7).
package struct Refusal: Error, Hashable, Sendable {
  package let error: ShadowError
  /// The request's token if the request was valid JSON and had a valid one.
  package let clientToken: ClientToken?

  package init(_ error: ShadowError, clientToken: ClientToken? = nil) {
    self.error = error
    self.clientToken = clientToken
  }
}
