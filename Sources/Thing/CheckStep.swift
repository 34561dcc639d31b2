/// A step of a checkup, in the order in which they are taken; the raw value is for machines.
package enum CheckStep: String, CaseIterable, Hashable, Sendable {
  case files
  case keyMode = "key-mode"
  case certificate
  case key
  case keyMatch = "key-match"
  case authority = "ca"
  case endpoint
  case resolve = "dns"
  case tcp
  case tls
  case clientCertificate = "client-certificate"
  case connect = "connack"
  case subscribe = "suback"
  case get

  /// The steps that need a network.
  package static let network: [CheckStep] = [
    .resolve, .tcp, .tls, .clientCertificate, .connect, .subscribe, .get,
  ]

  /// What it is called on a screen, in 11 columns at most.
  package var title: String {
    switch self {
    case .files: "files"
    case .keyMode: "key mode"
    case .certificate: "certificate"
    case .key: "key"
    case .keyMatch: "key match"
    case .authority: "CA"
    case .endpoint: "endpoint"
    case .resolve: "DNS"
    case .tcp: "TCP"
    case .tls: "TLS"
    case .clientCertificate: "client cert"
    case .connect: "CONNACK"
    case .subscribe: "SUBACK"
    case .get: "get"
    }
  }

  /// What it means that it failed.
  package var meaning: String {
    switch self {
    case .files: "Without both files the thing cannot show who it is."
    case .keyMode: "Whoever reads the key can be the thing."
    case .certificate: "No broker lets a thing in with this certificate."
    case .key, .keyMatch: "The thing cannot prove that the certificate is its own."
    case .authority: "Nobody vouches for the broker, so nothing is sent to it."
    case .endpoint: "There is nowhere to connect to."
    case .resolve: "The name leads nowhere, so nothing was sent."
    case .tcp: "The way to the broker is closed, so nothing was sent."
    case .tls: "There is no safe connection, so the thing was not shown to anybody."
    case .clientCertificate:
      "The broker is the right one; it does not take the thing for one of its own."
    case .connect: "Network and TLS work; the broker does not let this client in."
    case .subscribe: "The thing is let in; what comes on these topics does not reach it."
    case .get: "Connected and subscribed; the service gave no document."
    }
  }

  /// The check that a step of connecting is.
  init(_ step: ConnectionStep) {
    switch step {
    case .resolve: self = .resolve
    case .tcp: self = .tcp
    case .tls: self = .tls
    case .connect: self = .connect
    case .subscribe: self = .subscribe
    }
  }
}
