import Glibc

/// What processes take, as the system counts it.
package enum Memory {
  /// Bytes of ours that are in memory.
  package static var resident: Int { resident(of: getpid()) }

  /// Our open descriptors.
  package static var descriptors: Int { descriptors(of: getpid()) }

  /// Bytes of a process that are in memory; 0 once it has gone.
  package static func resident(of process: Int32) -> Int { status("VmRSS:", of: process) }

  /// The most that were in memory so far.
  package static func peak(of process: Int32) -> Int { status("VmHWM:", of: process) }

  /// The descriptors that a process has open.
  package static func descriptors(of process: Int32) -> Int {
    guard let folder = opendir("/proc/\(process)/fd") else { return 0 }
    defer { closedir(folder) }
    var count = -2  // the folder itself and the one above it
    while readdir(folder) != nil { count += 1 }
    return count
  }

  private static func status(_ name: String, of process: Int32) -> Int {
    guard let file = fopen("/proc/\(process)/status", "re") else { return 0 }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = fread(&buffer, 1, buffer.count, file)
    let lines = String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n")
    let words = lines.first { $0.hasPrefix(name) }?.split(whereSeparator: { " \t".contains($0) })
    return (words?.dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }
}
