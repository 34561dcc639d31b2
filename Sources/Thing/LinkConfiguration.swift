import Shadow

/// What a `BrokerLink` needs to know; a value, fixed for the life of the link.
package struct LinkConfiguration: Sendable {
  package var endpoint: Endpoint
  package var credentials: Credentials
  package var trust: Trust
  /// 1...128 bytes; MIC wants the thing's name (mic-thing-api 1.1).
  package var clientID: String
  /// Seconds between pings of an idle connection, 5...1200; AWS takes less than 30 for 30.
  package var keepAliveSeconds: Int
  /// Subscribed with QoS 1 after each connection, in this order, at most eight a packet.
  package var filters: [String]
  package var deadlines: Deadlines
  /// Publications with QoS 1 that may await their acknowledgement; AWS allows 100 on a connection
  /// (device-shadow spec 10.4), of which some are left to be safe.
  package var inFlightLimit = 64
  /// Whether the thing's shadow is told that it is on line, and by last will that it is not.
  package var presence: Presence?
  /// Milliseconds until the first attempt, for a link that follows another with the same client id.
  package var delay: Int64 = 0
  /// The longest payload that is taken in, in bytes: AWS IoT has none beyond (device-shadow spec
  /// 10.4).
  package static let payloadLimit = 131_072
  /// The port on which ALPN must tell MQTT from HTTPS; 443 but in tests.
  package var applicationProtocolPort = Endpoint.applicationProtocolPort

  /// Whether the handshake names the application protocol.
  var namesProtocol: Bool { endpoint.port == applicationProtocolPort }

  /// Seconds between pings unless others are asked for.
  package static let usualKeepAlive = 30

  package init(
    endpoint: Endpoint, credentials: Credentials, trust: Trust, clientID: String,
    keepAliveSeconds: Int = usualKeepAlive, filters: [String] = [],
    deadlines: Deadlines = Deadlines()
  ) {
    self.endpoint = endpoint
    self.credentials = credentials
    self.trust = trust
    self.clientID = clientID
    self.keepAliveSeconds = keepAliveSeconds
    self.filters = filters
    self.deadlines = deadlines
  }
}

extension LinkConfiguration {
  /// What is wrong with a client id, for people; nil if brokers take it (device-shadow spec 10.4).
  package static func fault(inClientID id: String) -> String? { ClientIDRule.fault(in: id) }
}

/// How long each step may take, in milliseconds.
package struct Deadlines: Hashable, Sendable {
  /// All of an attempt, from asking for the addresses to the last SUBACK.
  package var attempt: Int64
  /// The name's addresses.
  package var resolve: Int64
  /// All addresses together.
  package var tcp: Int64
  /// From the TCP connection to CONNACK.
  package var tlsAndConnect: Int64
  /// From the first SUBSCRIBE to a SUBACK, and from one to the next.
  package var subscribe: Int64
  /// From a ping to anything from the broker.
  package var pong: Int64
  /// From a request to its answer, and from asking for a request to its leaving.
  package var answer: Int64

  package init(
    resolve: Int64 = 10_000, tcp: Int64 = 10_000, tlsAndConnect: Int64 = 10_000,
    subscribe: Int64 = 5_000, pong: Int64 = 10_000, answer: Int64 = 10_000,
    attempt: Int64 = 15_000
  ) {
    self.attempt = attempt
    self.resolve = resolve
    self.tcp = tcp
    self.tlsAndConnect = tlsAndConnect
    self.subscribe = subscribe
    self.pong = pong
    self.answer = answer
  }
}
