import Glibc

/// Where the broker's plug-in is that lets a thing's certificate reach `THING__NAME`
/// (mic-thing-api 1.9).
package enum NetworkedThings {
  /// The plug-in beside the running program; nil if it is not there, and then only the owner reaches
  /// networked things.
  package static var plugin: String? {
    guard let folder = Executable.ownFolder else { return nil }
    let path = folder + "/libMosquittoNetworkedThings.so"
    // A broken line in a path would be a line of the broker's configuration.
    let isPlain = path.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    return isPlain && access(path, R_OK) == 0 ? path : nil
  }
}
