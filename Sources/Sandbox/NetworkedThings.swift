import Glibc

/// Where the broker's plug-in is that lets a thing's certificate reach `THING__NAME`
/// (mic-thing-api 1.9).
package enum NetworkedThings {
  /// The plug-in beside the running program; nil if it is not there, and then only the owner reaches
  /// networked things.
  package static var plugin: String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let program = String(
      decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard let slash = program.lastIndex(of: "/") else { return nil }
    let path = program[..<slash] + "/libMosquittoNetworkedThings.so"
    // A broken line in a path would be a line of the broker's configuration.
    let isPlain = path.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    return isPlain && access(String(path), R_OK) == 0 ? String(path) : nil
  }
}
