import CMosquitto
import COpenSSL
import Glibc

/// Hands over to the handle and leaves `errno` as the library left it: after each packet it reads
/// it, and takes EAGAIN for the end of the data.
private func hand(
  _ userdata: UnsafeMutableRawPointer?, _ body: (BrokerHandle) -> Void
) {
  let saved = errno
  defer { errno = saved }
  guard let userdata else { return }
  body(Unmanaged<BrokerHandle>.fromOpaque(userdata).takeUnretainedValue())
}

func onConnect(_: OpaquePointer?, userdata: UnsafeMutableRawPointer?, code: CInt) {
  hand(userdata) { $0.note(.greeted(code: code)) }
}

func onSubscribe(
  _: OpaquePointer?, userdata: UnsafeMutableRawPointer?, packet: CInt, count: CInt,
  codes: UnsafePointer<CInt>?
) {
  let codes = Array(UnsafeBufferPointer(start: codes, count: codes == nil ? 0 : Int(count)))
  hand(userdata) { $0.note(.subscribed(packet: packet, codes: codes)) }
}

func onUnsubscribe(_: OpaquePointer?, userdata: UnsafeMutableRawPointer?, packet: CInt) {
  hand(userdata) { $0.note(.unsubscribed(packet: packet)) }
}

func onPublish(_: OpaquePointer?, userdata: UnsafeMutableRawPointer?, packet: CInt) {
  hand(userdata) { $0.note(.published(packet: packet)) }
}

func onMessage(
  _: OpaquePointer?, userdata: UnsafeMutableRawPointer?,
  message: UnsafePointer<mosquitto_message>?
) {
  guard let message = message?.pointee, let topic = message.topic else { return }
  hand(userdata) { handle in
    let topic = String(cString: topic)
    let length = Int(message.payloadlen)
    guard length <= LinkConfiguration.payloadLimit else {
      return handle.note(.oversized(topic: topic, bytes: length))
    }
    // The library frees the message when this returns: copy both parts.
    let payload = UnsafeRawBufferPointer(start: message.payload, count: length)
    handle.note(
      .message(
        ReceivedMessage(
          topic: topic, payload: [UInt8](payload),
          qualityOfService: Int(message.qos), isRetained: message.retain,
          arrivedAt: Clock.wallMilliseconds)))
  }
}

func onLog(
  _: OpaquePointer?, userdata: UnsafeMutableRawPointer?, level: CInt,
  line: UnsafePointer<CChar>?
) {
  guard level == MOSQ_LOG_ERR, let line else { return }
  hand(userdata) { $0.noteReason(String(cString: line)) }
}

/// Counts what is read, and refuses to read on where that belongs to no packet.
///
/// Here since the library reads on for as long as anything comes, in one call.
func onBuffer(
  buffer: OpaquePointer?, operation: CInt, _: UnsafePointer<CChar>?, _: Int, _: CInt, _: Int,
  result: CInt, processed: UnsafeMutablePointer<Int>?
) -> Int {
  // As the socket left it.
  let error = errno
  let isRead = operation & ~BIO_CB_RETURN == BIO_CB_READ
  let isOver = operation & BIO_CB_RETURN != 0
  guard isRead, let buffer, let owner = BIO_get_callback_arg(buffer) else {
    return isOver ? Int(result) : 1
  }
  let handle = Unmanaged<BrokerHandle>.fromOpaque(owner).takeUnretainedValue()
  guard isOver else { return handle.hear(bytes: 0) ? 1 : -1 }
  if result > 0 { _ = handle.hear(bytes: processed?.pointee ?? 0) } else { handle.noteRead(error) }
  errno = error
  return Int(result)
}
