import CMicroHTTPD
import Glibc
import Sandbox
import Thing

/// The HTTPS server on 127.0.0.1, and on ::1 where this machine has it.
final class FileDaemon {
  /// Ports that are tried: one that was found free can be taken meanwhile.
  private static let mostAttempts = 20

  let port: Int
  // The library keeps a pointer to it until the daemons stop.
  private let shelf: Shelf
  private let daemons: [OpaquePointer]

  /// Reads the secret, takes its file away, and serves.
  ///
  /// - Parameter batch: a filled folder with a secret in it.
  /// - Throws: `ServingFault`.
  init(_ batch: BatchFolder) throws(ServingFault) {
    guard var secret = Files.bytes(of: batch.fileSecret, limit: 1024), !secret.isEmpty,
      let key = Files.bytes(of: batch.server.privateKey, limit: 1 << 16),
      let certificate = Files.bytes(of: batch.server.certificate, limit: 1 << 16)
    else { throw ServingFault(words: "the secret or the server's key cannot be read") }
    unlink(batch.fileSecret)
    let kept = SecretBytes(wiping: &secret)
    for _ in 1...Self.mostAttempts {
      guard case .free(let port) = LoopbackPort.version4(0) else { continue }
      let hasVersion6: Bool
      switch LoopbackPort.version6(port) {
      case .free: hasVersion6 = true
      case .noSuchAddress: hasVersion6 = false
      case .taken: continue
      }
      let shelf = Shelf(
        signer: URLSigner(secret: kept, origin: "https://localhost:\(port)"),
        files: StoredFiles(folder: batch.files))
      guard let first = Self.serve(version4(port), shelf, key, certificate) else { continue }
      var daemons = [first]
      if hasVersion6 {
        guard let second = Self.serve(version6(port), shelf, key, certificate) else {
          MHD_stop_daemon(first)
          continue
        }
        daemons.append(second)
      }
      (self.port, self.shelf, self.daemons) = (port, shelf, daemons)
      return
    }
    throw ServingFault(
      words: "no port of this machine can be served: \(String(cString: strerror(errno)))")
  }

  deinit { for daemon in daemons { MHD_stop_daemon(daemon) } }

  private static func serve<Address>(
    _ address: Address, _ shelf: Shelf, _ key: [UInt8], _ certificate: [UInt8]
  ) -> OpaquePointer? {
    withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        (key + [0]).withUnsafeBufferPointer { key in
          (certificate + [0]).withUnsafeBufferPointer { certificate in
            guard let key = key.baseAddress, let certificate = certificate.baseAddress else {
              return nil
            }
            return key.withMemoryRebound(to: CChar.self, capacity: 1) { key in
              certificate.withMemoryRebound(to: CChar.self, capacity: 1) { certificate in
                cmhd_start(
                  generic, key, certificate, beginExchange, continueExchange, endExchange,
                  Unmanaged.passUnretained(shelf).toOpaque())
              }
            }
          }
        }
      }
    }
  }
}

private func version4(_ port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  return address
}

private func version6(_ port: Int) -> sockaddr_in6 {
  var address = sockaddr_in6()
  address.sin6_family = sa_family_t(AF_INET6)
  address.sin6_port = in_port_t(port).bigEndian
  address.sin6_addr = in6addr_loopback
  return address
}

// MARK: What the library calls, on its threads

/// A request has begun: what is returned is its exchange, which `endExchange` gives back.
private func beginExchange(
  _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _: OpaquePointer?
) -> UnsafeMutableRawPointer? {
  guard let context, let target else { return nil }
  let shelf = Unmanaged<Shelf>.fromOpaque(context).takeUnretainedValue()
  let exchange = Exchange(target: String(cString: target), shelf)
  return Unmanaged.passRetained(exchange).toOpaque()
}

/// Called when the head of a request is there, for each part of its body, and at the body's end.
private func continueExchange(
  _: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?, _ body: UnsafePointer<CChar>?,
  _ size: UnsafeMutablePointer<Int>?,
  _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let connection, let method, let size, let pointer = state?.pointee else { return cmhd_no }
  let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
  let count = size.pointee
  size.pointee = 0
  let part = UnsafeRawBufferPointer(start: count > 0 ? body : nil, count: count)
  let waits = MHD_lookup_connection_value(connection, cmhd_header, "Expect") != nil
  switch exchange.go(on: String(cString: method), part, clientWaits: waits) {
  case .more: return cmhd_yes
  case .file(let descriptor, let size): return send(descriptor, size, over: connection)
  case .words(let status, let words): return send(words, status, over: connection)
  }
}

/// The request is over, however that came.
private func endExchange(
  _: UnsafeMutableRawPointer?, _: OpaquePointer?,
  _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _: MHD_RequestTerminationCode
) {
  guard let pointer = state?.pointee else { return }
  state?.pointee = nil
  Unmanaged<Exchange>.fromOpaque(pointer).release()
}

private func send(
  _ descriptor: CInt, _ size: Int, over connection: OpaquePointer
) -> MHD_Result {
  // The library closes the descriptor from here on.
  guard let response = MHD_create_response_from_fd64(UInt64(size), descriptor) else {
    close(descriptor)
    return cmhd_no
  }
  defer { MHD_destroy_response(response) }
  _ = MHD_add_response_header(response, "Content-Type", "application/octet-stream")
  return MHD_queue_response(connection, 200, response)
}

private func send(
  _ words: [UInt8], _ status: Int, over connection: OpaquePointer
) -> MHD_Result {
  var words = words
  let made = words.withUnsafeMutableBytes { bytes in
    MHD_create_response_from_buffer(bytes.count, bytes.baseAddress, cmhd_copied)
  }
  guard let response = made else { return cmhd_no }
  defer { MHD_destroy_response(response) }
  if status != 200 { _ = MHD_add_response_header(response, "Content-Type", "application/xml") }
  if status == 405 { _ = MHD_add_response_header(response, "Allow", "GET, PUT") }
  return MHD_queue_response(connection, UInt32(status), response)
}
