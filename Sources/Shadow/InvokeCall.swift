package import JSON

/// A call of MIC's invoke service, which a thing makes over MQTT (mic-thing-api 1.7).
package struct InvokeCall: Sendable {
  /// What is done with a file.
  package enum FileOperation: String, CaseIterable, Hashable, Sendable {
    case get = "getObject"
    case put = "putObject"

    /// The only HTTP method that a signed URL for it is good for.
    package var method: String { self == .get ? "GET" : "PUT" }
  }

  /// Seconds for which a signed URL is good.
  package static let urlLifetime = 300

  /// `FunctionName`.
  package let function: String
  /// What `Payload` holds as JSON within a text; nil for a function without arguments.
  package let arguments: JSONValue?

  /// - Parameters:
  ///   - function: its name; MIC may have more than the four that are documented.
  ///   - arguments: usually an object.
  package init(function: String, arguments: JSONValue? = nil) {
    self.function = function
    self.arguments = arguments
  }

  /// Asks for the platform's time.
  ///
  /// - Parameter id: comes back in the answer; nil for the function whose answer is a bare number.
  /// - Returns: the call.
  package static func time(id: String?) -> InvokeCall {
    guard let id else { return InvokeCall(function: "GetCurrentTimeEpoch") }
    return InvokeCall(
      function: "GetIdentifiedCurrentTimeEpoch", arguments: ["id": .string(id)])
  }

  /// Asks for a URL that permits one operation on one file for five minutes.
  ///
  /// - Parameters:
  ///   - operation: what the URL is to permit.
  ///   - key: the file's name, relative to the thing.
  ///   - id: comes back in the answer; nil for the function whose answer is a bare URL.
  /// - Returns: the call.
  package static func url(
    for operation: FileOperation, of key: String, id: String?
  ) -> InvokeCall {
    var arguments: JSONObject = [
      "Key": .string(key), "Operation": .string(operation.rawValue),
    ]
    guard let id else {
      return InvokeCall(function: "GetSignedUrl", arguments: .object(arguments))
    }
    arguments.append(key: "id", value: .string(id))
    return InvokeCall(function: "GetIdentifiedSignedUrl", arguments: .object(arguments))
  }

  /// What the answer repeats, as a text; nil where nothing tells it from others.
  package var id: String? {
    switch arguments?.object?["id"] {
    case .string(let text)?: text
    case .number(let number)?: number.lexeme
    case nil, .null?, .bool?, .array?, .object?: nil
    }
  }

  /// The exact bytes to send; the arguments are encoded twice.
  package func publication(of thing: String) -> Publication {
    var body: JSONObject = ["FunctionName": .string(function)]
    if let arguments { body.append(key: "Payload", value: .string(arguments.compact)) }
    return Publication(
      topic: MICTopic.invoke.topic(of: thing), payload: JSONValue.object(body).compactBytes)
  }
}
