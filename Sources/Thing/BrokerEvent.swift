/// What a handle has to tell.
enum BrokerEvent: Hashable {
  case tcpConnected
  /// The handshake is over.
  case secured(TLSFacts)
  /// CONNACK with its code; 0 is success.
  case greeted(code: CInt)
  /// SUBACK: one code for each filter of the packet, 128 for a refused one.
  case subscribed(packet: CInt, codes: [CInt])
  /// UNSUBACK.
  case unsubscribed(packet: CInt)
  /// PUBACK, or with QoS 0 that the packet has left.
  case published(packet: CInt)
  case message(ReceivedMessage)
  /// A message whose payload is longer than `LinkConfiguration.payloadLimit`; it is not kept.
  case oversized(topic: String, bytes: Int)
}
