/// Why a text is no endpoint.
package enum EndpointError: ExplainedError, Hashable {
  case empty
  /// A port without a host before it.
  case noHost
  /// `mqtts://host` and the like.
  case scheme(String, suggestion: String)
  /// `host/path`.
  case path(suggestion: String)
  case port(String)
  case host(String)

  package var what: String {
    switch self {
    case .empty: "No endpoint is given."
    case .noHost: "The endpoint has no host."
    case .scheme(let scheme, _): "The endpoint starts with “\(scheme)://”."
    case .path: "The endpoint has a path behind the host."
    case .port(let text): "“\(text)” is not a port."
    case .host(let text): "“\(text)” is not a host name or address."
    }
  }

  package var cause: String {
    switch self {
    case .empty, .noHost: "An endpoint is HOST or HOST:PORT; there is no built-in host."
    case .scheme, .path: "An endpoint is HOST or HOST:PORT, not a URL."
    case .port: "A port is a number from 1 to 65535."
    case .host:
      "A name has letters, digits, hyphens and dots; an IPv6 address with a port needs [ ]."
    }
  }

  package var remedy: String {
    switch self {
    case .empty, .noHost, .host:
      "In MIC's App Board the host is under Settings, About; it looks like "
        + "abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com."
    case .scheme(_, let suggestion), .path(let suggestion):
      suggestion.isEmpty ? "Give the host alone." : "Use \(suggestion) instead."
    case .port: "Leave the port away for \(Endpoint.defaultPort), or give one as HOST:PORT."
    }
  }
}
