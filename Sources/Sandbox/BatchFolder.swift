import Glibc
import Shadow

/// Where a sandbox keeps its files; scripts rely on `ca.pem`, `things` and `owner`.
///
///     DIR/ca.pem
///     DIR/things/NAME/cert.pem, privkey.pem, pubkey.pem, ca.pem
///     DIR/batch.zip        the same without ca.pem, if it was asked for
///     DIR/owner/…          an identity that may act for every thing, as the cloud side does
///     DIR/broker/…         the broker's configuration, keys and log
///     DIR/files/THING/…    what was put by signed URLs
///
/// `DIR/things` is what one gets by unpacking the zip of a MIC batch.
package struct BatchFolder: Hashable, Sendable {
  package let path: String

  /// - Parameter path: absolute, without a slash at the end.
  package init(path: String) { self.path = path }

  /// The authority's certificate.
  package var authority: String { "\(path)/ca.pem" }
  /// The folder of the things' folders: what a client calls a batch.
  package var things: String { "\(path)/things" }
  /// Who may act for every thing.
  package var owner: IdentityFolder { IdentityFolder(path: "\(path)/owner") }
  /// A thing's folder, whether or not it is there.
  package func thing(_ name: String) -> IdentityFolder {
    IdentityFolder(path: "\(things)/\(name)")
  }

  /// The things' folders as MIC's zip, where none is named; the authority lies beside it.
  package var zip: BatchZip { BatchZip(path: "\(path)/\(BatchZip.standardName)") }

  var broker: String { "\(path)/broker" }
  var brokerConfiguration: String { "\(broker)/mosquitto.conf" }
  var accessList: String { "\(broker)/acl" }
  /// The authority's key, in a folder that is kept.
  var authorityKey: String { "\(broker)/ca-key.pem" }
  /// Of the broker, and of what serves files: both are this machine.
  package var server: IdentityFolder { IdentityFolder(path: "\(broker)/server") }
  var service: IdentityFolder { IdentityFolder(path: "\(broker)/service") }
  /// Where what serves files learns the secret that signs their URLs; it takes it away.
  package var fileSecret: String { "\(broker)/file-secret" }
  /// What was put by signed URLs, a folder a thing.
  package var files: String { "\(path)/files" }
  /// Marks the folder as a sandbox's, and locks it.
  var marker: String { "\(path)/.shadowscope-sandbox" }

  /// Takes the folder for one sandbox; creates it if need be.
  ///
  /// - Parameter isTemporary: whether it is to go with the sandbox, also if that is killed.
  /// - Returns: the lock, to be kept while the sandbox runs.
  /// - Throws: `SandboxError` if it holds other things, or another sandbox runs in it.
  func claim(isTemporary: Bool = false) throws(SandboxError) -> FolderLock {
    // A broken line in a path would be a line of the broker's configuration.
    guard path.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
      throw .folderName(path)
    }
    let names = PrivateFiles.names(in: path)
    guard names.isEmpty || names.contains(".shadowscope-sandbox") else {
      throw .folderNotEmpty(path)
    }
    try filing { () throws(FileError) in try PrivateFiles.makeFolder(path) }
    let lock = try filing { () throws(FileError) in try FolderLock(marker) }
    guard let lock else { throw .folderInUse(path) }
    lock.note("\(isTemporary ? TemporarySandboxes.mark : "kept") \(getpid())\n")
    return lock
  }

  /// - Throws: `SandboxError` on the first name that no thing can have, or that comes twice.
  static func check(_ names: [String]) throws(SandboxError) {
    var seen: Set<String> = []
    for name in names {
      guard ShadowAddress(thing: name).nameFault == nil else { throw .thingName(name) }
      guard seen.insert(name).inserted else { throw .thingTwice(name) }
    }
  }
}
