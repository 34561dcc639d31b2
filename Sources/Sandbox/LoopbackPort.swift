import Glibc

/// Asks the system about ports of this machine's loopback addresses.
package enum LoopbackPort {
  package enum Answer: Equatable {
    case free(Int)
    case taken
    /// This machine has no such address.
    case noSuchAddress
  }

  /// Whether a server could listen on a port of 127.0.0.1; 0 asks for any free one.
  package static func version4(_ port: Int) -> Answer {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return tryBinding(AF_INET, &address) { Int(in_port_t(bigEndian: $0.sin_port)) }
  }

  /// Whether a server could listen on a port of ::1.
  package static func version6(_ port: Int) -> Answer {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = in_port_t(port).bigEndian
    address.sin6_addr = in6addr_loopback
    return tryBinding(AF_INET6, &address) { Int(in_port_t(bigEndian: $0.sin6_port)) }
  }

  private static func tryBinding<Address>(
    _ family: CInt, _ address: inout Address, port: (Address) -> Int
  ) -> Answer {
    let socket = socket(
      family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return .noSuchAddress }
    defer { close(socket) }
    // As mosquitto does: connections that are only waiting to be forgotten keep nobody out.
    var yes: CInt = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    var size = socklen_t(MemoryLayout<Address>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(socket, generic, size) == 0 && listen(socket, 1) == 0
          && getsockname(socket, generic, &size) == 0
      }
    }
    if bound { return .free(port(address)) }
    return errno == EADDRINUSE || errno == EACCES ? .taken : .noSuchAddress
  }
}
