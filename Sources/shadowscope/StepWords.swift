import Thing

extension ConnectionStep {
  /// What is being done, for people.
  var words: String {
    switch self {
    case .resolve: "looking up the host"
    case .tcp: "opening the connection"
    case .tls: "TLS handshake"
    case .connect: "CONNECT"
    case .subscribe: "SUBSCRIBE"
    }
  }
}
