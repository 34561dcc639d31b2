import Glibc

/// A client without TLS, that says and hears bytes.
package final class PlainClient {
  private let descriptor: CInt

  /// Connects to a port on 127.0.0.1.
  ///
  /// - Parameters:
  ///   - port: 1...65535.
  ///   - seconds: how long a reading may wait.
  /// - Throws: `FaultProxy.Failure` if nobody listens.
  package init(to port: Int, seconds: Int) throws {
    guard let descriptor = LoopbackSocket.connected(to: port) else {
      throw FaultProxy.Failure(description: "nobody listens on \(port)")
    }
    self.descriptor = descriptor
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  package func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
  }

  /// Reads so many bytes, fewer if the connection ends or nothing comes.
  package func read(_ count: Int) -> String {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var buffer = [UInt8](repeating: 0, count: count - bytes.count)
      let got = Glibc.read(descriptor, &buffer, buffer.count)
      guard got > 0 else { break }
      bytes += buffer[..<got]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether nothing comes for so long.
  package func isSilent(milliseconds: CInt) -> Bool {
    var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&source, 1, milliseconds) == 0
  }
}
