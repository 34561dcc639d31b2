import COpenSSL
import Glibc
package import Shadow

/// The folder of what is kept of one shadow on one broker.
///
/// It looks so:
///
///     STATE/kept/THING.SHADOW-HASH/edits-1.json    what one monitor has staged, and sent without an
///                                                  answer; a second monitor at the same time has 2
///     STATE/kept/THING.SHADOW-HASH/edits-1.lock    held by that monitor
///     STATE/kept/THING.SHADOW-HASH/document.json   the shadow as it was known last
///     STATE/kept/THING.SHADOW-HASH/backdate-DIGEST.json   how far the file of observations with this
///                                                  digest was sent; its lock is held meanwhile
///     …/NAME.damaged-1                             what could not be read, set aside
///
/// Folders are 0700 and files 0600; a symbolic link in the place of any is refused. Any names of
/// things, shadows and brokers make a name of a folder that all file systems take, and that differs
/// even where letters of both cases are the same: the hash is of the names as they are.
package struct KeptFolder: Hashable, Sendable {
  /// The file of the document.
  package static let document = "document.json"
  /// The folder in STATE.
  static let collection = "kept"
  /// No file of ours is larger, in bytes: a shadow has 8 KB, or 30 where AWS was asked.
  static let longest = 16 << 20

  /// The folder of all that is kept.
  let collection: String
  let name: String

  /// - Parameters:
  ///   - state: the program's folder of what it keeps, absolute, without a slash at the end.
  ///   - endpoint: the broker; its ports 8883 and 443 are two ways to the same one.
  ///   - address: of which shadow.
  package init(state: String, endpoint: Endpoint, address: ShadowAddress) {
    collection = "\(state)/\(Self.collection)"
    name = Self.name(endpoint: endpoint, address: address)
  }

  var path: String { "\(collection)/\(name)" }

  private static func name(endpoint: Endpoint, address: ShadowAddress) -> String {
    let isUsual = [Endpoint.defaultPort, Endpoint.applicationProtocolPort].contains(endpoint.port)
    // Names of hosts are the same in both cases; lengths keep the parts apart.
    let host = endpoint.host.lowercased() + (isUsual ? "" : ":\(endpoint.port)")
    let parts = [host, address.thing, address.shadow.map { "named \($0)" } ?? "classic"]
    let text = parts.map { "\($0.utf8.count) \($0)" }.joined(separator: "\n")
    let readable = address.thing + (address.shadow.map { ".\($0)" } ?? "")
    let safe = readable.unicodeScalars.prefix(80).map { scalar in
      switch scalar {
      case "a"..."z", "0"..."9", ".", "_", "-": String(scalar)
      case "A"..."Z": Character(scalar).lowercased()
      default: "_"
      }
    }.joined()
    // A name that begins with a dot is hidden.
    return (safe.hasPrefix(".") ? "_" + safe.dropFirst() : safe) + "-" + digest(Array(text.utf8))
  }

  /// The first 16 bytes of the SHA-256, in hexadecimal digits.
  package static func digest(_ bytes: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
    return digest.prefix(16).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// Makes the folder, and takes a file in it for this process alone.
  ///
  /// - Parameter name: of the file, without its ending.
  /// - Returns: the hold on it, or who has it.
  /// - Throws: `KeepingFault`.
  package func claim(_ name: String) throws(KeepingFault) -> KeptSlot.Claim {
    try make()
    return try KeptSlot.claim(name, in: path)
  }

  /// Makes the folder, and those above it.
  func make() throws(KeepingFault) {
    try PrivateFile.makeFolder(collection, isOurs: true)
    try PrivateFile.makeFolder(path, isOurs: true)
  }

  /// Reads a file.
  ///
  /// - Returns: its bytes; nil where there is none.
  /// - Throws: `KeepingFault`.
  package func read(_ file: String) throws(KeepingFault) -> [UInt8]? {
    try PrivateFile.read("\(path)/\(file)", limit: Self.longest)
  }

  /// Writes a file in the place of the old one, whole or not at all.
  ///
  /// - Throws: `KeepingFault`; then the old file is as it was.
  package func write(_ bytes: [UInt8], to file: String) throws(KeepingFault) {
    do throws(KeepingFault) {
      try PrivateFile.replace(file, in: path, with: bytes)
    } catch {
      guard error.code == ENOENT else { throw error }
      // Nobody had anything to keep here for a while.
      try make()
      try PrivateFile.replace(file, in: path, with: bytes)
    }
  }

  /// Removes a file, if it is there.
  ///
  /// - Throws: `KeepingFault`.
  package func remove(_ file: String) throws(KeepingFault) {
    try PrivateFile.remove(file, in: path)
  }

  /// Gives a file that cannot be read another name.
  ///
  /// - Returns: where it is now.
  /// - Throws: `KeepingFault`; then it is where it was.
  package func setAside(_ file: String) throws(KeepingFault) -> String {
    for number in 1...9999 {
      let aside = "\(path)/\(file).damaged-\(number)"
      var status = stat()
      guard lstat(aside, &status) != 0 else { continue }
      guard rename("\(path)/\(file)", aside) == 0 else {
        throw KeepingFault("set aside", "\(path)/\(file)")
      }
      return aside
    }
    throw KeepingFault("set aside", "\(path)/\(file)", code: EEXIST)
  }
}
