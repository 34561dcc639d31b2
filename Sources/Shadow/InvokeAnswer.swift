package import JSON

/// What MIC's invoke service answered (mic-thing-api 1.7).
///
/// Answers are a bare number, a bare URL, or an object that MIC documents in words that are not
/// quite JSON; so whatever came is kept as it is, and what it says is looked for with patience. A
/// signed URL in it is a secret for as long as it is good.
package struct InvokeAnswer: Sendable {
  /// As it came.
  package let payload: [UInt8]
  /// What it is as JSON; nil if it is none.
  package let json: JSONValue?

  package init(_ payload: [UInt8]) {
    self.payload = payload
    let json = try? JSONParser.parse(payload)
    // Encoded twice, as arguments are.
    let inner = json?.string.flatMap { try? JSONParser.parse($0) }
    self.json = inner?.object == nil ? json : inner
  }

  private var text: String { String(decoding: payload, as: UTF8.self) }

  /// Whether it is the answer to a call, as far as that can be told.
  ///
  /// One that bears another id is not. One that bears none may be: the form of errors is not public.
  package func answers(_ call: InvokeCall) -> Bool {
    guard let id = call.id else { return true }
    if let object = json?.object {
      switch object["id"] {
      case .string(let text)?: return text.hasSameScalars(as: id)
      case .number(let number)?: return JSONNumber(lexeme: id) == number
      case nil, .null?, .bool?, .array?, .object?: return true
      }
    }
    return text.contains(id) || !text.contains("id")
  }

  // MARK: What it says

  /// Why the call was refused, in the service's words: not safe to print as they are.
  package struct Refusal: Hashable, Sendable {
    /// For instance `UnknownFunction`; empty if it is not told.
    package let type: String
    package let message: String
  }

  /// The refusal that it is, by the names that AWS Lambda gives errors; nil if it is none.
  package var refusal: Refusal? {
    guard let object = json?.object else { return nil }
    let (type, message) = (object["errorType"]?.string, object["errorMessage"]?.string)
    guard type != nil || message != nil else { return nil }
    return Refusal(type: type ?? "", message: message ?? "")
  }

  /// The platform's time, in ms since 1970; nil if it does not tell that.
  package var time: Int64? {
    switch json {
    case .number(let number)?: return number.integer
    case .string(let text)?: return Int64(text)
    case .object(let object)?:
      return object["timeEpoch"]?.integer ?? object["timeEpoch"]?.string.flatMap { Int64($0) }
    case nil, .null?, .bool?, .array?: break
    }
    let name = "timeEpoch"
    guard let start = text.firstRange(of: name)?.upperBound else { return nil }
    let digits = text[start...].drop { !$0.isASCIIDigit && $0 != "}" }.prefix(while: \.isASCIIDigit)
    return Int64(digits)
  }

  /// The URL in it, nil if there is none; whoever has it may do what it permits.
  package var url: String? {
    let texts: [String] =
      switch json {
      case .string(let text)?: [text]
      case .object(let object)?: object.effectiveMembers.compactMap(\.value.string)
      case nil: [Self.url(in: text)]
      case .null?, .bool?, .number?, .array?: []
      }
    return texts.first { $0.hasPrefix("https://") || $0.hasPrefix("http://") }
  }

  /// The first URL in a text that is no JSON, up to what ends one there; empty if there is none.
  private static func url(in text: String) -> String {
    guard let start = text.firstRange(of: "http")?.lowerBound else { return "" }
    return String(text[start...].prefix { !$0.isWhitespace && !"\"'`,}<>".contains($0) })
  }

  // MARK: What may be shown

  /// The answer for people and scripts: as JSON, or as a text if it is none.
  ///
  /// - Parameter showsURL: whether signed URLs are shown as they are; otherwise what signs them is
  ///   masked, and the whole query of each in which that cannot be found.
  /// - Returns: the answer.
  package func shown(showsURL: Bool) -> JSONValue {
    guard !showsURL else { return json ?? .string(text) }
    return InvokeAnswer(SignedURL.maskingQueries(payload)).shown(showsURL: true)
  }

  /// The URL with what signs it masked, or all that follows the path where that cannot be found.
  package static func masked(_ url: String) -> String {
    String(decoding: SignedURL.maskingQueries(Array(url.utf8)), as: UTF8.self)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
