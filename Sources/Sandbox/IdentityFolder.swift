import Glibc
import Thing

/// A folder with a certificate and its keys, in the shape of MIC's batch (mic-thing-api 1.2).
package struct IdentityFolder: Hashable, Sendable {
  /// The public key's name in the folder.
  static let publicKeyFile = "pubkey.pem"

  package let path: String

  package init(path: String) { self.path = path }

  package var certificate: String { "\(path)/\(ThingFolder.certificateFile)" }
  package var privateKey: String { "\(path)/\(ThingFolder.keyFile)" }
  package var publicKey: String { "\(path)/\(Self.publicKeyFile)" }

  /// The authority's certificate, where a client looks for it (mic-thing-api 4 item 3); MIC's own
  /// batch leaves it to the person to put one there.
  package var authority: String { "\(path)/ca.pem" }

  /// Writes the files, 0600 in a folder of 0700.
  ///
  /// - Parameters:
  ///   - identity: what is written to `cert.pem`, `privkey.pem` and `pubkey.pem`.
  ///   - authority: what is written to `ca.pem`; nil for no such file.
  /// - Throws: `FileError`.
  package func write(
    _ identity: Identity, authority: [UInt8]? = nil
  ) throws(FileError) {
    try PrivateFiles.makeFolder(path)
    try PrivateFiles.write(identity.certificate, to: certificate)
    try PrivateFiles.write(identity.privateKey, to: privateKey)
    try PrivateFiles.write(identity.publicKey, to: publicKey)
    if let authority { try PrivateFiles.write(authority, to: self.authority) }
  }

  /// Leaves certificate and keys as they are, private again, and renews the authority's certificate.
  ///
  /// - Parameter authority: what `ca.pem` holds; nil for no such file.
  /// - Throws: `FileError`.
  func keep(authority: [UInt8]?) throws(FileError) {
    try PrivateFiles.makeFolder(path)
    for file in [certificate, privateKey, publicKey] { try PrivateFiles.makePrivate(file) }
    if let authority { try PrivateFiles.write(authority, to: self.authority) }
  }

  /// Removes the files, and the folder if nothing else is in it.
  func remove() {
    for file in [certificate, privateKey, publicKey, authority] { unlink(file) }
    rmdir(path)
  }
}
