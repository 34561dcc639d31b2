import Glibc
import Sandbox

/// What a process listens on, as the kernel tells in `/proc`.
enum ListeningSockets {
  struct Unreadable: Error { let path: String }

  /// The addresses of all listening TCP sockets of a process.
  static func addresses(of process: Int32) throws -> [String] {
    let inodes = Set(
      descriptors(of: process).compactMap { link -> String? in
        guard link.hasPrefix("socket:[") else { return nil }
        return String(link.dropFirst(8).dropLast())
      })
    let version4 = try table("/proc/\(process)/net/tcp", inodes)
    let version6 = try table("/proc/\(process)/net/tcp6", inodes)
    return version4.map { $0 == "0100007F" ? "127.0.0.1" : $0 }
      + version6.map { $0 == "00000000000000000000000001000000" ? "::1" : $0 }
  }

  /// Local addresses, in the kernel's spelling, of listening sockets with these inodes.
  private static func table(_ path: String, _ inodes: Set<String>) throws -> [String] {
    try contents(of: path).split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ")
      let isListening = fields[3] == "0A"
      guard isListening, inodes.contains(String(fields[9])) else { return nil }
      return fields[1].split(separator: ":").first.map(String.init)
    }
  }

  private static func descriptors(of process: Int32) -> [String] {
    let folder = "/proc/\(process)/fd"
    return PrivateFiles.names(in: folder).map { name in
      var target = [CChar](repeating: 0, count: 256)
      let count = readlink("\(folder)/\(name)", &target, target.count)
      return String(
        decoding: target.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  private static func contents(of path: String) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Unreadable(path: path) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = read(file, &buffer, buffer.count), count > 0 {
      bytes += buffer.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
