import Thing

/// What a person typed for an endpoint, and what they may have meant by it.
enum TypedEndpoint: Equatable {
  /// Good as it is.
  case good(String)
  /// Can be used; this other one was more likely meant, for the reason given as a sentence.
  case doubtful(String, meant: String, why: String)
  /// Cannot be used, for the reason given as sentences; what was meant, where that can be told.
  case bad(EndpointError?, meant: String?, why: String)

  /// Where MIC's examples are (mic-thing-api 3).
  private static let usualRegion = ".iot.eu-west-1.amazonaws.com"
  /// What App Board's own addresses end in.
  private static let boardDomain = ".telenorconnexion.com"

  init(_ text: String) {
    do throws(EndpointError) {
      let endpoint = try Endpoint(parsing: text)
      self = Self.judge(text, endpoint)
    } catch {
      let why = [error.what, error.cause].joined(separator: " ")
      switch error {
      case .scheme(_, let rest), .path(let rest):
        self = Self.bad(error, meaning: rest, why)
      case .port:
        let host = text.prefix { $0 != ":" }
        self = Self.bad(error, meaning: String(host), why)
      case .empty, .noHost, .host:
        self = .bad(error, meant: nil, why: "\(why) \(error.remedy)")
      }
    }
  }

  /// Looks at what can be used.
  private static func judge(_ text: String, _ endpoint: Endpoint) -> TypedEndpoint {
    let host = endpoint.host
    let labels = host.lowercased().split(separator: ".")
    if labels.count == 1, host.utf8.count <= 5, host.utf8.allSatisfy(isDigit) {
      return .bad(
        nil, meant: nil,
        why: "“\(host)” is a port alone: the host is missing. \(EndpointError.noHost.remedy)")
    }
    if host.lowercased().hasSuffix(boardDomain) {
      return .bad(
        nil, meant: nil,
        why: "“\(host)” is where App Board is, not the broker. \(EndpointError.noHost.remedy)")
    }
    let port = endpoint.port == Endpoint.defaultPort ? "" : ":\(endpoint.port)"
    if let advice = endpoint.advice.first, let first = labels.first {
      let rest = labels.dropFirst().joined(separator: ".")
      return .doubtful(text, meant: "\(first)-ats.\(rest)\(port)", why: advice.what)
    }
    // Copied without its end, as the page breaks the line there.
    let name = host.hasSuffix("-ats") ? String(host.dropLast(4)) : host
    if labels.count == 1, (13...14).contains(name.utf8.count), name.utf8.allSatisfy(isNameByte) {
      return .doubtful(
        text, meant: "\(name)-ats\(usualRegion)\(port)",
        why: "“\(host)” looks like the first part of a host in MIC.")
    }
    return .good(text)
  }

  /// What cannot be used, and the part of it that can be, made as good as it gets.
  private static func bad(
    _ error: EndpointError, meaning part: String, _ why: String
  ) -> TypedEndpoint {
    switch TypedEndpoint(part) {
    case .good(let meant), .doubtful(_, let meant, _): .bad(error, meant: meant, why: why)
    case .bad(_, let meant, let reason): .bad(error, meant: meant, why: "\(why) \(reason)")
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
