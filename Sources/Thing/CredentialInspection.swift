import Glibc

/// A thing's certificate and key as they are found, each looked at as far as it goes.
///
/// The one place where they are checked: `Credentials.load` ends with the first fault in the order
/// of these properties, a checkup tells all of them.
struct CredentialInspection {
  /// A key's file, already out of reach of everything but OpenSSL.
  struct KeyFile {
    let pem: SecretBytes
    /// Permission bits, for instance `0o644`.
    let mode: mode_t
    let looksLikeCertificate: Bool
  }

  let folder: ThingFolder
  /// PEM.
  let certificateFile: Result<[UInt8], CredentialError>
  let keyFile: Result<KeyFile, CredentialError>
  /// The thing's own; nil where there is no file.
  let certificate: Result<Certificate, CredentialError>?
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
  init(of folder: ThingFolder, now: Int64) {
    self.folder = folder
    if case .failure(let fault) = Files.entries(of: folder.path) {
      let error = CredentialError(folder: folder.path, fault: fault)
      (certificateFile, keyFile) = (.failure(error), .failure(error))
    } else {
      certificateFile = Self.certificateFile(of: folder)
      keyFile = Self.keyFile(of: folder)
    }
    certificate = (try? certificateFile.get()).map { Self.certificate(in: $0, folder) }
    key = (try? keyFile.get()).map { Self.key(in: $0, folder) }
    let certificate = try? certificate?.get()
    dateFault = certificate.flatMap { Self.dateFault($0, at: folder.certificatePath, now: now) }
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
    let bytes = try certificateFile.get()
    let keyFile = try keyFile.get()
    guard let certificate = try certificate?.get() else {
      throw .notACertificate(folder.certificatePath, looksLikeKey: false)
    }
    if let dateFault { throw dateFault }
    _ = try key?.get()
    if let mismatch { throw mismatch }
    return Credentials(
      thingName: folder.thingName, certificate: bytes, key: keyFile.pem,
      subject: certificate.subject, notAfter: certificate.notAfter,
      advice: [keyAdvice].compactMap(\.self))
  }

  /// That others may read the key; no refusal, since zips unpack that way.
  var keyAdvice: Advice? {
    guard let mode = try? keyFile.get().mode, mode & 0o077 != 0 else { return nil }
    return Advice(
      what: "Others on this machine may read the private key "
        + "(mode \(String(mode & 0o777, radix: 8))).",
      remedy: "chmod 600 \(folder.keyPath)")
  }

  private static func certificateFile(
    of folder: ThingFolder
  ) -> Result<[UInt8], CredentialError> {
    do throws(CredentialError) {
      return .success(try read(folder.certificatePath, role: "the certificate", folder).bytes)
    } catch {
      return .failure(error)
    }
  }

  private static func keyFile(of folder: ThingFolder) -> Result<KeyFile, CredentialError> {
    do throws(CredentialError) {
      // The only reference to the bytes, so that wiping them leaves no copy behind.
      var file = try read(folder.keyPath, role: "the private key", folder)
      let looksLikeCertificate = file.bytes.holds("-----BEGIN CERTIFICATE")
      return .success(
        KeyFile(
          pem: SecretBytes(wiping: &file.bytes), mode: file.mode,
          looksLikeCertificate: looksLikeCertificate))
    } catch {
      return .failure(error)
    }
  }

  private static func read(
    _ path: String, role: String, _ folder: ThingFolder
  ) throws(CredentialError) -> Files.Content {
    switch Files.read(path, limit: 1 << 20) {
    case .success(let content): return content
    case .failure(let fault):
      throw CredentialError(file: path, role: role, folder: folder, fault: fault)
    }
  }

  private static func certificate(
    in bytes: [UInt8], _ folder: ThingFolder
  ) -> Result<Certificate, CredentialError> {
    guard let certificate = bytes.withUnsafeBytes(Certificate.all(inPEM:))?.first else {
      return .failure(
        .notACertificate(folder.certificatePath, looksLikeKey: bytes.holds("PRIVATE KEY-----")))
    }
    return .success(certificate)
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
    in file: KeyFile, _ folder: ThingFolder
  ) -> Result<PrivateKey, CredentialError> {
    switch PrivateKey.read(pem: file.pem) {
    case .key(let key): .success(key)
    case .encrypted: .failure(.keyEncrypted(folder.keyPath))
    case .unreadable:
      .failure(.notAKey(folder.keyPath, looksLikeCertificate: file.looksLikeCertificate))
    }
  }
}
