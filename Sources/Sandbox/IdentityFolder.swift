import Glibc

/// A folder with a certificate and its keys, in the shape of MIC's batch (mic-thing-api 1.2).
package struct IdentityFolder: Hashable, Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  package var certificate: String { "\(path)/cert.pem" }
  package var privateKey: String { "\(path)/privkey.pem" }
  package var publicKey: String { "\(path)/pubkey.pem" }

  /// Writes the three files, 0600 in a folder of 0700.
  ///
  /// - Throws: `FileError`.
  package func write(_ identity: Identity) throws(FileError) {
    try PrivateFiles.makeFolder(path)
    try PrivateFiles.write(identity.certificate, to: certificate)
    try PrivateFiles.write(identity.privateKey, to: privateKey)
    try PrivateFiles.write(identity.publicKey, to: publicKey)
  }

  /// Removes the three files, and the folder if nothing else is in it.
  func remove() {
    for file in [certificate, privateKey, publicKey] { unlink(file) }
    rmdir(path)
  }
}
