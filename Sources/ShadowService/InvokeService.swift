import JSON

/// MIC's invoke service: four functions that a thing calls over MQTT (mic-thing-api 1.7).
///
/// What MIC answers to a faulty call is not public (mic-thing-api 3, N3), and neither are the names
/// in the answer of `GetIdentifiedSignedUrl`; both are the sandbox's choice:
///
///     {"errorType":"UnknownFunction","errorMessage":"…"}
///     {"url":"…","id":"1"}
///
/// MIC documents the answer of an identified function in words that are not quite JSON; here it is.
package struct InvokeService: Sendable {
  package enum Function: String, CaseIterable, Hashable, Sendable {
    case currentTime = "GetCurrentTimeEpoch"
    case identifiedCurrentTime = "GetIdentifiedCurrentTimeEpoch"
    case signedURL = "GetSignedUrl"
    case identifiedSignedURL = "GetIdentifiedSignedUrl"

    fileprivate var isIdentified: Bool {
      self == .identifiedCurrentTime || self == .identifiedSignedURL
    }
  }

  /// Why a call is refused: an `errorType` and its words.
  package struct Fault: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
      case invalidRequest = "InvalidRequest"
      case unknownFunction = "UnknownFunction"
      case invalidArgument = "InvalidArgument"
    }

    package let kind: Kind
    package let message: String
  }

  /// What is answered to a call.
  package struct Answer: Sendable {
    package let payload: [UInt8]
    /// Holds nothing secret, where the payload may.
    package let outcome: Outcome
  }

  package enum Outcome: Hashable, Sendable {
    case answered(Function)
    case refused(Fault)
  }

  /// Bytes of an `id` as JSON, so that an answer stays well below what a broker passes on.
  static let longestIdentifier = 256

  private let sign: @Sendable (FileGrant) -> String

  /// - Parameter sign: makes the URL that permits what a grant says.
  package init(sign: @escaping @Sendable (FileGrant) -> String) { self.sign = sign }

  /// Answers one call.
  ///
  /// - Parameters:
  ///   - payload: the call as it came.
  ///   - thing: who calls.
  ///   - now: milliseconds since 1970.
  /// - Returns: what is published on the thing's response topic.
  package func answer(_ payload: [UInt8], of thing: String, now: Int64) -> Answer {
    var id: JSONValue?
    do {
      let call = try Call(payload)
      id = try call.id
      let body: [UInt8]
      switch call.function {
      case .currentTime, .identifiedCurrentTime:
        let time = JSONValue.number(JSONNumber(now))
        body = Self.answer(time, named: "timeEpoch", id)
      case .signedURL, .identifiedSignedURL:
        let url = sign(try call.grant(to: thing, at: now / 1000))
        // Alone it stands as it is, without quotes.
        body = id == nil ? Array(url.utf8) : Self.answer(.string(url), named: "url", id)
      }
      return Answer(payload: body, outcome: .answered(call.function))
    } catch {
      return Answer(
        payload: Self.answer(.string(error.message), named: "errorMessage", id, error.kind),
        outcome: .refused(error))
    }
  }

  private static func answer(
    _ value: JSONValue, named name: String, _ id: JSONValue?, _ kind: Fault.Kind? = nil
  ) -> [UInt8] {
    guard kind != nil || id != nil else { return value.compactBytes }
    var body = JSONObject()
    if let kind { body.append(key: "errorType", value: .string(kind.rawValue)) }
    body.append(key: name, value: value)
    if let id { body.append(key: "id", value: id) }
    return JSONValue.object(body).compactBytes
  }
}

/// A call whose envelope has been read.
private struct Call {
  let function: InvokeService.Function
  /// Empty for a call without arguments.
  private let arguments: JSONObject

  init(_ payload: [UInt8]) throws(InvokeService.Fault) {
    guard let envelope = (try? JSONParser.parse(payload))?.object else {
      throw InvokeService.Fault(kind: .invalidRequest, message: "The call is not a JSON object")
    }
    guard let name = envelope["FunctionName"]?.string else {
      throw InvokeService.Fault(
        kind: .invalidRequest, message: "FunctionName is missing or not a text")
    }
    guard
      let function = InvokeService.Function.allCases.first(where: {
        $0.rawValue.hasSameScalars(as: name)
      })
    else {
      let known = InvokeService.Function.allCases.map(\.rawValue).joined(separator: ", ")
      throw InvokeService.Fault(
        kind: .unknownFunction, message: "No such function; there are \(known)")
    }
    self.function = function
    switch envelope["Payload"] {
    case nil where function == .currentTime, .some where function == .currentTime:
      arguments = JSONObject()
    case .string(let text)?:
      guard let arguments = (try? JSONParser.parse(text))?.object else {
        throw InvokeService.Fault(
          kind: .invalidArgument, message: "The text in Payload is not a JSON object")
      }
      self.arguments = arguments
    case nil, .null?, .bool?, .number?, .array?, .object?:
      throw InvokeService.Fault(
        kind: .invalidArgument, message: "Payload must be the arguments as JSON, in a string")
    }
  }

  /// The text or number that an identified function echoes; nil for the others.
  var id: JSONValue? {
    get throws(InvokeService.Fault) {
      guard function.isIdentified else { return nil }
      switch arguments["id"] {
      case .string?, .number?: break
      case nil, .null?, .bool?, .array?, .object?:
        throw InvokeService.Fault(
          kind: .invalidArgument, message: "id is missing, or neither text nor number")
      }
      guard let id = arguments["id"], id.compactBytes.count <= InvokeService.longestIdentifier
      else {
        throw InvokeService.Fault(
          kind: .invalidArgument,
          message: "id is longer than \(InvokeService.longestIdentifier) bytes")
      }
      return id
    }
  }

  func grant(to thing: String, at seconds: Int64) throws(InvokeService.Fault) -> FileGrant {
    guard let key = arguments["Key"]?.string else {
      throw InvokeService.Fault(kind: .invalidArgument, message: "Key is missing or not a text")
    }
    let name = arguments["Operation"]?.string ?? ""
    guard
      let operation = FileGrant.Operation.allCases.first(where: {
        $0.rawValue.hasSameScalars(as: name)
      })
    else {
      throw InvokeService.Fault(
        kind: .invalidArgument, message: "Operation must be getObject or putObject")
    }
    guard
      let grant = FileGrant(thing: thing, key: key, operation: operation, issuedAt: seconds)
    else {
      throw InvokeService.Fault(
        kind: .invalidArgument,
        message: "Key must name a file relative to the thing, in at most "
          + "\(FileGrant.longestKey) bytes, without empty levels, . and ..")
    }
    return grant
  }
}
