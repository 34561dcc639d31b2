/// What a client asks of a broker once it is connected.
package enum PeerRequest: Hashable, Sendable {
  case subscribe([String])
  case unsubscribe([String])
  case publish(topic: String)
  /// The first byte of any other packet.
  case other(UInt8)
}

/// What a scripted broker does about a request.
package enum PeerReaction: Sendable {
  /// Acknowledge it; SUBACK refuses the filters given.
  case acknowledge(refusing: [String] = [])
  /// Say nothing.
  case ignore
  /// End the connection.
  case cut
}

extension PeerConnection {
  /// Greets the client, then takes what it asks for, until the connection ends.
  ///
  /// - Parameter react: told each request in its order; decides what is done about it.
  /// - Throws: `Gone` when the client is.
  package func serve(_ react: (PeerRequest) throws -> PeerReaction) throws {
    try greet()
    while true {
      let (kind, body) = try readPacket()
      let request = Self.request(kind, body)
      switch try react(request) {
      case .acknowledge(let refused): try acknowledge(request, body, refusing: refused)
      case .ignore: break
      case .cut: return
      }
    }
  }

  /// Sends a message with QoS 0.
  package func publish(_ payload: String, to topic: String) throws {
    try send(MQTTPacket.publish(payload, to: topic))
  }

  private func acknowledge(
    _ request: PeerRequest, _ body: [UInt8], refusing refused: [String]
  ) throws {
    switch request {
    case .subscribe(let filters):
      let codes: [UInt8] = filters.map { refused.contains($0) ? 0x80 : 1 }
      try send([0x90, UInt8(2 + codes.count)] + body.prefix(2) + codes)
    case .unsubscribe: try send([0xB0, 2] + body.prefix(2))
    case .publish(let topic): try send([0x40, 2] + body.dropFirst(2 + topic.utf8.count).prefix(2))
    case .other: break
    }
  }

  private static func request(_ kind: UInt8, _ body: [UInt8]) -> PeerRequest {
    switch kind {
    case 0x82: .subscribe(texts(in: body.dropFirst(2), eachFollowedBy: 1))
    case 0xA2: .unsubscribe(texts(in: body.dropFirst(2), eachFollowedBy: 0))
    case 0x32: .publish(topic: texts(in: body[...], eachFollowedBy: body.count).first ?? "")
    default: .other(kind)
    }
  }

  private static func texts(in bytes: ArraySlice<UInt8>, eachFollowedBy gap: Int) -> [String] {
    var texts: [String] = []
    var rest = bytes
    while rest.count > 2 {
      let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
      texts.append(String(decoding: rest.dropFirst(2).prefix(length), as: UTF8.self))
      rest = rest.dropFirst(2 + length + gap)
    }
    return texts
  }
}
