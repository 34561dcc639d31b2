import Glibc
@testable import Sandbox
import TestSupport
import Testing
import Thing

@Suite("A sandbox's folder that is kept")
final class KeptCertificatesTests {
  private let now = Int64(time(nil))
  private let folder: TemporaryFolder
  private let batch: BatchFolder

  init() throws {
    folder = try TemporaryFolder()
    batch = BatchFolder(path: folder.path)
    try fill()
  }

  @discardableResult
  private func fill(
    _ things: [String] = ["lamp1", "lamp2"], days: Int = 30, later: Int64 = 0
  ) throws -> [String] {
    try batch.fill(
      things: things, key: .elliptic, validity: Validity(days: days, from: now + later),
      keepingFrom: now + later)
  }

  /// The bytes of every certificate, and of those keys that matter to others.
  private func files() -> [String: [UInt8]] {
    let identities = [batch.thing("lamp1"), batch.thing("lamp2"), batch.owner, batch.server]
    let paths = [batch.authority] + identities.flatMap { [$0.certificate, $0.privateKey] }
    return Dictionary(
      uniqueKeysWithValues: paths.map { ($0, Files.bytes(of: $0, limit: 1 << 16) ?? []) })
  }

  private func changed(since before: [String: [UInt8]]) -> Set<String> {
    Set(files().filter { before[$0.key] != $0.value }.keys)
  }

  @Test("keeps authority, keys and certificates, and gives a new thing one of the same authority")
  func kept() throws {
    let before = files()
    #expect(try fill(["lamp1", "lamp2", "lamp3"]) == [])
    #expect(changed(since: before) == [])
    let answer = try ChildProcess.run(
      ["openssl", "verify", "-CAfile", batch.authority, batch.thing("lamp3").certificate])
    #expect(answer.ending == .exited(0), "\(answer)")
  }

  @Test("holds the authority's key for the user alone, and a temporary folder holds none")
  func authorityKey() throws {
    var status = stat()
    #expect(lstat(batch.authorityKey, &status) == 0 && status.st_mode & 0o7777 == 0o600)
    try batch.fill(things: [], key: .elliptic, validity: .aroundNow)
    #expect(lstat(batch.authorityKey, &status) != 0)
  }

  @Test("makes everything anew a day before the authority ends, and says so")
  func ending() throws {
    let before = files()
    let notices = try fill(later: 29 * 86_400 + 60)
    #expect(notices.count == 1)
    #expect(notices.first?.contains("ca.pem, and all others are made anew: it ends 20") == true)
    #expect(changed(since: before) == Set(before.keys))
  }

  @Test("makes everything anew without the authority's key, or with another's")
  func lostAuthority() throws {
    let before = files()
    #expect(unlink(batch.authorityKey) == 0)
    #expect(try fill().first?.contains("its key is missing") == true)
    #expect(changed(since: before) == Set(before.keys))
    let bytes = try #require(Files.bytes(of: batch.owner.privateKey, limit: 1 << 16))
    try PrivateFiles.write(bytes, to: batch.authorityKey)
    #expect(try fill().first?.contains("its key belongs to another certificate") == true)
  }

  /// What can be wrong with a thing's files.
  enum Damage: CaseIterable {
    case noKey, noCertificate, brokenCertificate, othersKey, brokenKey, othersCertificate
    case foreign, link

    var words: String {
      switch self {
      case .noKey, .link: "its key is missing."
      case .noCertificate: "it is missing."
      case .brokenCertificate: "it cannot be read."
      case .othersKey: "its key belongs to another certificate."
      case .brokenKey: "its key cannot be read."
      case .othersCertificate: "it is that of CN=lamp2,O=shadowscope sandbox."
      case .foreign: "ca.pem has not signed it."
      }
    }
  }

  @Test("makes a thing's certificate anew that is no good, says why, and leaves the others")
  func damaged() throws {
    for damage in Damage.allCases {
      let before = files()
      let (lamp1, lamp2) = (batch.thing("lamp1"), batch.thing("lamp2"))
      let others = (
        certificate: try #require(before[lamp2.certificate]),
        key: try #require(before[lamp2.privateKey])
      )
      switch damage {
      case .noKey: #expect(unlink(lamp1.privateKey) == 0)
      case .noCertificate: #expect(unlink(lamp1.certificate) == 0)
      case .brokenCertificate: try PrivateFiles.write([1, 2, 3], to: lamp1.certificate)
      case .othersKey: try PrivateFiles.write(others.key, to: lamp1.privateKey)
      case .brokenKey: try PrivateFiles.write([1, 2, 3], to: lamp1.privateKey)
      case .othersCertificate:
        try PrivateFiles.write(others.certificate, to: lamp1.certificate)
      case .foreign:
        let validity = Validity(days: 30, from: now)
        let authority = try CertificateAuthority(validity: validity)
        try lamp1.write(
          try authority.issue(
            CertificateRequest(commonName: "lamp1", purpose: .client, validity: validity)))
      case .link:
        #expect(unlink(lamp1.privateKey) == 0)
        #expect(symlink(lamp2.privateKey, lamp1.privateKey) == 0)
      }
      let notices = try fill()
      #expect(
        notices == [
          "The certificate of lamp1, \(lamp1.certificate), is made anew: \(damage.words)"
        ])
      #expect(changed(since: before) == [lamp1.certificate, lamp1.privateKey], "\(damage)")
    }
  }

  @Test("makes the broker's certificate anew that does not name this machine")
  func server() throws {
    let validity = Validity(days: 30, from: now)
    let before = files()
    let authority = try CertificateAuthority(
      KeptIdentity(
        certificate: batch.authority, key: batch.authorityKey,
        name: CertificateAuthority.standardName, at: now))
    var request = CertificateRequest.loopbackServer(validity: validity)
    request.addresses = ["127.0.0.1"]
    try batch.server.write(authority.issue(request))
    #expect(
      try fill() == [
        "The certificate of the broker, \(batch.server.certificate), is made anew: "
          + "it does not name ::1."
      ])
    #expect(changed(since: before) == [batch.server.certificate, batch.server.privateKey])
  }
}
