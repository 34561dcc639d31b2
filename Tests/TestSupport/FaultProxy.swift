import Dispatch
import Glibc
import Synchronization
import Thing

/// A proxy on a free loopback port in front of a broker, that does to connections what a test says:
/// while they begin, while they run, and to those that are still to come.
///
/// It looks at no byte but those that tell where TLS records begin. Each call returns when the proxy
/// has done it. Everything ends with the value.
package final class FaultProxy: Sendable {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// 1...65535 on 127.0.0.1.
  package let port: Int
  private let orders = Mailbox<ProxyOrder>()
  private let counts: ProxyCounts
  private let ended = DispatchSemaphore(value: 0)

  /// Listens at once.
  ///
  /// - Parameter brokerPort: where the broker is, on 127.0.0.1.
  /// - Throws: `Failure` if no port or thread can be had.
  package init(to brokerPort: Int) throws {
    // It holds the port also while nothing listens there.
    let holder = try LoopbackSocket.bound(to: 0)
    let port: Int
    do {
      port = try LoopbackSocket.port(of: holder)
      let listener = try LoopbackSocket.listener(on: port)
      let counts = ProxyCounts()
      let (orders, ended) = (orders, ended)
      let isStarted = Threads.startDetached {
        var work = ProxyWork(
          listener: listener, holder: holder, port: port, brokerPort: brokerPort, orders: orders,
          counts: counts)
        work.run()
        ended.signal()
      }
      guard isStarted else {
        close(listener)
        throw Failure(description: "no thread for a proxy")
      }
      self.counts = counts
    } catch {
      close(holder)
      throw error
    }
    self.port = port
  }

  deinit {
    orders.post(ProxyOrder(kind: .stop, done: nil))
    ended.wait()
  }

  /// How many clients have come so far.
  package var accepted: Int { counts.accepted.load(ordering: .relaxed) }
  /// How many connections are open now.
  package var open: Int { counts.open.load(ordering: .relaxed) }
  /// How many bytes have been handed on to clients.
  package var bytesToClients: Int { counts.bytesToClients.load(ordering: .relaxed) }

  /// What happens to whoever comes from now on.
  package func welcome(_ welcome: Welcome) { carryOut(.welcome(welcome)) }

  /// Where whoever comes from now on is connected to: a port on 127.0.0.1, nil for the first one.
  package func redirect(to port: Int?) { carryOut(.redirect(port)) }

  /// A fault that each connection from now on begins with.
  package func plan(_ fault: Fault, _ way: Way) { carryOut(.plan(fault, way)) }

  /// A fault on the connections that are open.
  package func apply(_ fault: Fault, _ way: Way) { carryOut(.apply(fault, way)) }

  /// Hands nothing on any more, either way, and keeps the sockets open, as when a cable is out.
  package func hold() {
    for way in Way.allCases { carryOut(.apply(.hold, way)) }
  }

  /// Ends all connections now.
  package func cut(_ cut: Cut) { carryOut(.cut(cut)) }

  /// From now on everything passes to the first broker, on the connections that are open too.
  package func heal() { carryOut(.heal) }

  private func carryOut(_ kind: ProxyOrder.Kind) {
    let done = DispatchSemaphore(value: 0)
    orders.post(ProxyOrder(kind: kind, done: done))
    done.wait()
  }
}

struct ProxyOrder: Sendable {
  enum Kind: Sendable {
    case welcome(Welcome)
    case redirect(Int?)
    case plan(Fault, Way)
    case apply(Fault, Way)
    case cut(Cut)
    case heal, stop
  }

  let kind: Kind
  let done: DispatchSemaphore?
}

final class ProxyCounts: Sendable {
  let accepted = Atomic(0)
  let open = Atomic(0)
  let bytesToClients = Atomic(0)
}

/// Sockets on 127.0.0.1.
enum LoopbackSocket {
  static func bound(to port: Int) throws -> CInt {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var yes: CInt = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    guard withAddress(port, { bind(descriptor, $0, $1) }) == 0 else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw FaultProxy.Failure(description: "no port: \(reason)")
    }
    return descriptor
  }

  static func port(of descriptor: CInt) throws -> Int {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &size)
      }
    }
    guard code == 0 else {
      throw FaultProxy.Failure(description: "no port: \(String(cString: strerror(errno)))")
    }
    return Int(in_port_t(bigEndian: address.sin_port))
  }

  static func listener(on port: Int) throws -> CInt {
    let descriptor = try bound(to: port)
    guard listen(descriptor, 64) == 0 else {
      close(descriptor)
      throw FaultProxy.Failure(description: "cannot listen on \(port)")
    }
    return descriptor
  }

  /// A connection, or nil if nobody listens.
  static func connected(to port: Int) -> CInt? {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard withAddress(port, { connect(descriptor, $0, $1) }) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private static func withAddress(
    _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = in_port_t(port).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
