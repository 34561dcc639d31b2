import Glibc
import Shadow

/// A thing's certificate and key as they are found, each looked at as far as it goes.
///
/// The one place where they are checked: `Credentials.load` ends with the first fault in the order
/// of these properties, a checkup tells all of them.
struct CredentialInspection {
  /// A key's file.
  struct KeyFile {
    let pem: SecretBytes
    /// Permission bits, for instance `0o644`.
    let mode: mode_t
    let looksLikeCertificate: Bool
  }

  let folder: ThingFolder
  /// PEM, or whatever is in its place: a key where the two files are swapped.
  let certificateFile: Result<SecretBytes, CredentialError>
  let keyFile: Result<KeyFile, CredentialError>
  /// The thing's own; nil where there is no file.
  let certificate: Result<Certificate, CredentialError>?
  /// That and what else is in its file: the certificates alone, though there may be a key between
  /// them; empty where it is not known.
  private let chain: [Certificate]
  /// What is wrong with the certificate's dates.
  let dateFault: CredentialError?
  /// nil where there is no file.
  let key: Result<PrivateKey, CredentialError>?
  /// That key and certificate do not belong together; nil also where one of them is not known.
  let mismatch: CredentialError?

  /// Looks at a thing's folder.
  ///
  /// - Parameters:
  ///   - folder: where `cert.pem` and `privkey.pem` are.
  ///   - now: seconds since 1970.
  ///   - opened: a key that was opened before: if it fits the certificate it is this one, and an
  ///     encrypted file needs no passphrase again.
  ///   - ask: asked for the passphrase of an encrypted key, unless it is plain already that the
  ///     certificate cannot be used; nil where nobody can be.
  init(
    of folder: ThingFolder, now: Int64, opened: PrivateKey? = nil,
    asking ask: PassphraseAsking? = nil
  ) {
    self.folder = folder
    (certificateFile, keyFile) = Self.files(of: folder)
    let found = (try? certificateFile.get()).map { Self.certificates(in: $0, folder) }
    certificate = found.map { $0.map(\.own) }
    chain = (try? found?.get())?.chain ?? []
    let certificate = try? certificate?.get()
    let dateFault = certificate.flatMap {
      Self.dateFault($0, at: folder.certificatePath, now: now)
    }
    self.dateFault = dateFault
    let known = opened.flatMap { key in certificate.flatMap { key.matches($0) ? key : nil } }
    let isWorthAsking = certificate != nil && dateFault == nil
    key = (try? keyFile.get()).map {
      Self.key(in: $0, folder, opened: known, asking: isWorthAsking ? ask : nil)
    }
    if let certificate, let key = try? key?.get(), !key.matches(certificate) {
      mismatch = .keyDoesNotMatch(key: folder.keyPath, certificate: folder.certificatePath)
    } else {
      mismatch = nil
    }
  }

  /// Everything, if nothing is wrong with it.
  ///
  /// - Throws: `CredentialError`, the first fault.
  func credentials() throws(CredentialError) -> Credentials {
    _ = try certificateFile.get()
    _ = try keyFile.get()
    guard let certificate = try certificate?.get() else {
      throw .notACertificate(folder.certificatePath, looksLikeKey: false)
    }
    if let dateFault { throw dateFault }
    guard let key = try key?.get() else {
      throw .notAKey(folder.keyPath, looksLikeCertificate: false)
    }
    if let mismatch { throw mismatch }
    return Credentials(
      thingName: folder.thingName, chain: chain, key: key, subject: certificate.subject,
      notAfter: certificate.notAfter,
      advice: [keyAdvice].compactMap(\.self))
  }

  /// That others may read the key, or the zip that it is in; no refusal, since zips come and unpack
  /// that way.
  var keyAdvice: Advice? {
    guard let mode = try? keyFile.get().mode, mode & 0o077 != 0 else { return nil }
    let (file, path) =
      folder.placeInZip == nil
      ? ("the private key", folder.keyPath) : ("the zip with the private keys", folder.path)
    return Advice(
      what: "Others on this machine may read \(file) (mode \(String(mode & 0o777, radix: 8))).",
      remedy: "chmod 600 \(path.shellWord)")
  }

  private static func files(
    of folder: ThingFolder
  ) -> (certificate: Result<SecretBytes, CredentialError>, key: Result<KeyFile, CredentialError>) {
    let files: ThingFiles
    do throws(CredentialError) { files = try ThingFiles(of: folder) } catch {
      return (.failure(error), .failure(error))
    }
    return (
      Result { () throws(CredentialError) in
        try files.read(ThingFolder.certificateFile, role: "the certificate").bytes
      },
      Result { () throws(CredentialError) in
        let file = try files.read(ThingFolder.keyFile, role: "the private key")
        return KeyFile(
          pem: file.bytes, mode: file.mode,
          looksLikeCertificate: file.bytes.withUnsafeBytes { $0.holds("-----BEGIN CERTIFICATE") })
      }
    )
  }

  private static func certificates(
    in bytes: SecretBytes, _ folder: ThingFolder
  ) -> Result<(own: Certificate, chain: [Certificate]), CredentialError> {
    bytes.withUnsafeBytes { bytes in
      let chain = Certificate.all(inPEM: bytes) ?? []
      guard let own = chain.first else {
        return .failure(
          .notACertificate(folder.certificatePath, looksLikeKey: bytes.holds("PRIVATE KEY-----")))
      }
      return .success((own, chain))
    }
  }

  private static func dateFault(
    _ certificate: Certificate, at path: String, now: Int64
  ) -> CredentialError? {
    switch certificate.validity(at: now) {
    case .valid: nil
    case .expired:
      .certificateExpired(path, notAfter: certificate.notAfter, now: DateText.utc(now))
    case .notYet:
      .certificateNotYetValid(path, notBefore: certificate.notBefore, now: DateText.utc(now))
    }
  }

  private static func key(
    in file: KeyFile, _ folder: ThingFolder, opened: PrivateKey?, asking ask: PassphraseAsking?
  ) -> Result<PrivateKey, CredentialError> {
    var passphrase: SecretBytes?
    for attempt in 1...PassphraseQuestion.attempts + 1 {
      switch PrivateKey.read(pem: file.pem, passphrase: passphrase) {
      case .key(let key): return .success(key)
      case .unreadable:
        return .failure(.notAKey(folder.keyPath, looksLikeCertificate: file.looksLikeCertificate))
      case .unknownEncryption: return .failure(.unknownEncryption(folder.keyPath))
      case .encrypted, .wrongPassphrase: break
      }
      if let opened { return .success(opened) }
      guard let ask else { return .failure(.keyEncrypted(folder)) }
      guard attempt <= PassphraseQuestion.attempts else { break }
      switch ask(PassphraseQuestion(key: folder.keyPath, attempt: attempt)) {
      case .given(let given): passphrase = given
      case .noOther: return .failure(.passphraseWrong(folder.keyPath))
      case .none(let cause, let remedy):
        return .failure(.keyEncrypted(folder, cause: cause, remedy: remedy))
      }
    }
    return .failure(.passphraseWrong(folder.keyPath))
  }
}
