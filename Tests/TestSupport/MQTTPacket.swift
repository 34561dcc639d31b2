/// Bytes of MQTT packets, right ones and wrong ones (MQTT 3.1.1, 2.2 and 3).
package enum MQTTPacket {
  /// A packet with any first byte.
  ///
  /// - Parameters:
  ///   - first: the kind and its flags.
  ///   - body: what follows the length.
  ///   - length: another length than the body's.
  /// - Returns: its bytes.
  package static func packet(_ first: UInt8, _ body: [UInt8], length: Int? = nil) -> [UInt8] {
    var left = length ?? body.count
    var bytes = [first]
    repeat {
      bytes.append(UInt8(left & 0x7F) | (left > 0x7F ? 0x80 : 0))
      left >>= 7
    } while left > 0
    return bytes + body
  }

  /// A message.
  ///
  /// - Parameters:
  ///   - payload: any bytes.
  ///   - topic: any bytes, at most 65 535.
  ///   - flags: duplicate 8, quality of service 2 and 4, retained 1.
  ///   - identifier: of a message with a quality of service.
  /// - Returns: its bytes.
  package static func publish(
    _ payload: [UInt8], to topic: [UInt8], flags: UInt8 = 0, identifier: UInt16 = 1
  ) -> [UInt8] {
    var body = [UInt8(topic.count >> 8), UInt8(topic.count & 0xFF)] + topic
    if flags & 6 != 0 { body += [UInt8(identifier >> 8), UInt8(identifier & 0xFF)] }
    return packet(0x30 | flags, body + payload)
  }

  /// A message of texts.
  package static func publish(
    _ payload: String, to topic: String, flags: UInt8 = 0, identifier: UInt16 = 1
  ) -> [UInt8] {
    publish(Array(payload.utf8), to: Array(topic.utf8), flags: flags, identifier: identifier)
  }
}
