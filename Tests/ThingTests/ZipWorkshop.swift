import Glibc
import Sandbox
import TestSupport
import Thing

/// A folder for zips, and an identity that all things in them share, which makes them quick to make.
struct ZipWorkshop: ~Copyable {
  let folder: TemporaryFolder
  let authority: CertificateAuthority
  let identity: Identity

  init() throws {
    let folder = try TemporaryFolder()
    let authority = try CertificateAuthority(validity: .aroundNow)
    identity = try authority.issue(
      CertificateRequest(commonName: "thing", purpose: .client, validity: .aroundNow))
    self.authority = authority
    self.folder = folder
  }

  var path: String { folder.path("batch.zip") }

  /// The files of a thing as MIC has them, within a folder; `place` ends with a slash unless empty.
  func thing(_ place: String, isDeflated: Bool = true) -> [ZipBytes.Entry] {
    [
      ZipBytes.Entry("\(place)cert.pem", identity.certificate, isDeflated: isDeflated),
      ZipBytes.Entry("\(place)privkey.pem", identity.privateKey, isDeflated: isDeflated),
      ZipBytes.Entry("\(place)pubkey.pem", Array("public".utf8), isDeflated: isDeflated),
    ]
  }

  func write(_ zip: ZipBytes) throws { try PrivateFiles.write(zip.bytes, to: path) }

  func write(_ entries: [ZipBytes.Entry]) throws { try write(ZipBytes(entries)) }

  /// The error that listing what was written ends with.
  func fault() throws -> CredentialError {
    do throws(CredentialError) { _ = try Batch.list(path) } catch { return error }
    throw Unexpected()
  }
}
