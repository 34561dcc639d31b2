import Glibc
import Sandbox

/// The processes that this one has started and that still run.
package func children(of process: Int32) -> [Int32] {
  guard let file = fopen("/proc/\(process)/task/\(process)/children", "re") else { return [] }
  defer { fclose(file) }
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = fread(&buffer, 1, buffer.count, file)
  return String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: " ")
    .compactMap { Int32($0) }
}

/// Running processes with this text in their command line, by their identifiers; not tmux, which
/// has been told the environment of what it runs.
///
/// The words of a command line end with a NUL each.
package func processes(mentioning text: String) -> [Int32] {
  PrivateFiles.names(in: "/proc").compactMap { Int32($0) }.filter { process in
    guard let file = fopen("/proc/\(process)/cmdline", "re") else { return false }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&buffer, 1, buffer.count, file)
    let line = String(decoding: buffer.prefix(count), as: UTF8.self)
    return line.contains(text) && !line.hasPrefix("tmux")
  }
}
