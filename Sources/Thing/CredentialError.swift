import Glibc

/// Why a thing's credentials or the authority's certificates cannot be used; found before a packet
/// is sent.
package struct CredentialError: ExplainedError, Hashable {
  /// What is wrong; one case for each that can be told apart.
  package enum Kind: Hashable, Sendable {
    case folderMissing, folderUnreadable, emptyBatch, thingInPlaceOfBatch, batchInPlaceOfThing
    case noSuchThing
    /// A file that is no zip; a zip that is not whole; one of a kind that is not read; one that
    /// would deceive or overwhelm a program which unpacks it.
    case notAZip, zipDamaged, zipUnsuitable, zipRefused
    case fileMissing, fileUnreadable, notACertificate, notAKey
    case certificateExpired, certificateNotYetValid
    case keyEncrypted, passphraseWrong, keyDoesNotMatch
    case authorityMissing, authorityUnreadable, authorityIsFolder, authorityEmpty
    case notAnAuthority, authorityExpired, authorityNotYetValid
  }

  package let kind: Kind
  package let what: String
  package let cause: String
  package let remedy: String
  /// What may be behind it, the likeliest first; empty where `cause` is all that can be said.
  var likely: [String] = []

  package var causes: [String] { likely.isEmpty ? [cause] : likely }
}

extension CredentialError {
  private init(kind: Kind, what: String, _ causes: Causes, remedy: String) {
    self.init(
      kind: kind, what: what, cause: causes.sentence, remedy: remedy, likely: causes.sentences)
  }
}

// MARK: Folders

extension CredentialError {
  init(folder path: String, fault: Files.Fault) {
    switch fault.code {
    case ENOENT:
      self.init(
        kind: .folderMissing,
        what: "There is no \(path.hasSuffix(".zip") ? "file" : "folder") \(path).",
        Causes(likely: ["the path is mistyped", "the zip is elsewhere"]),
        remedy: "Check the path: name MIC's zip, or the folder that it was unpacked to.")
    case ENOTDIR:
      self.init(
        kind: .folderMissing, what: "\(path) is not a folder.",
        cause: "A file is named where a folder is wanted.",
        remedy: "Name the folder, or MIC's zip as the batch.")
    default:
      self.init(
        kind: .folderUnreadable, what: "The folder \(path) cannot be read.",
        cause: "The system says: \(fault.words).", remedy: "Check who may read the folder.")
    }
  }

  static func emptyBatch(_ path: String) -> CredentialError {
    CredentialError(
      kind: .emptyBatch, what: "There is no thing in \(path).",
      cause: "No folder in it holds both cert.pem and privkey.pem.",
      remedy: "Name the folder that holds the things' folders.")
  }

  static func thingInPlaceOfBatch(_ path: String) -> CredentialError {
    CredentialError(
      kind: .thingInPlaceOfBatch, what: "\(path) is a thing's folder, not a batch.",
      cause: "It holds cert.pem and privkey.pem itself.",
      remedy: "Use it as the thing's folder, or name the folder above it as the batch.")
  }

  static func noSuchThing(_ name: String, batch path: String, names: [String]) -> CredentialError {
    let shown = listed(names)
    return CredentialError(
      kind: .noSuchThing, what: "There is no thing “\(name)” in \(path).",
      cause: "No folder of that name holds both cert.pem and privkey.pem.",
      remedy: names.count == 1 ? "The batch has \(shown)." : "It has \(names.count): \(shown).")
  }

  static func severalThings(batch path: String, names: [String]) -> CredentialError {
    CredentialError(
      kind: .noSuchThing, what: "The batch \(path) holds \(names.count) things.",
      cause: "They are \(listed(names)).", remedy: "Name the one that is meant.")
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
  }
}

// MARK: The thing's own files

extension CredentialError {
  /// `role` is what the file is for, as in "the certificate".
  init(file path: String, role: String, folder: ThingFolder, fault: Files.Fault) {
    guard fault.code == ENOENT else {
      self.init(
        kind: .fileUnreadable, what: "\(role.capitalizedFirst) \(path) cannot be read.",
        cause: "The system says: \(fault.words).", remedy: "Check who may read the file.")
      return
    }
    let isOnDisk = folder.placeInZip == nil
    let things = isOnDisk ? (try? Batch.list(folder.path))?.things.count ?? 0 : 0
    if things > 0 {
      self.init(
        kind: .batchInPlaceOfThing, what: "\(folder.path) is a batch, not a thing's folder.",
        cause: "It holds \(things == 1 ? "a thing" : "\(things) things") in folders of their own.",
        remedy: "Use it as a batch and name the thing.")
    } else {
      self.init(
        kind: .fileMissing, what: "\(role.capitalizedFirst) \(path) is missing.",
        cause: "A thing's folder holds cert.pem and privkey.pem.",
        remedy: isOnDisk
          ? "Unpack MIC's zip again, or name another folder." : "Download the zip from MIC again.")
    }
  }

  static func notACertificate(_ path: String, looksLikeKey: Bool) -> CredentialError {
    CredentialError(
      kind: .notACertificate, what: "\(path) is not a PEM certificate.",
      cause: looksLikeKey
        ? "It holds a private key: certificate and key may be swapped."
        : "The file is damaged, cut off, or of another kind.",
      remedy: "Unpack MIC's zip again; the file starts with -----BEGIN CERTIFICATE-----.")
  }

  static func notAKey(_ path: String, looksLikeCertificate: Bool) -> CredentialError {
    CredentialError(
      kind: .notAKey, what: "\(path) is not a PEM private key.",
      cause: looksLikeCertificate
        ? "It holds a certificate: certificate and key may be swapped."
        : "The file is damaged, cut off, or of another kind.",
      remedy: "Unpack MIC's zip again; a key cannot be made good from other files.")
  }

  static func certificateExpired(_ path: String, notAfter: String, now: String) -> CredentialError {
    CredentialError(
      kind: .certificateExpired, what: "The certificate \(path) has expired.",
      cause: "It was valid until \(notAfter); it is now \(now) by this machine's clock.",
      remedy: "Set the clock if it is wrong; else replace the thing's certificate in MIC.")
  }

  static func certificateNotYetValid(
    _ path: String, notBefore: String, now: String
  ) -> CredentialError {
    CredentialError(
      kind: .certificateNotYetValid, what: "The certificate \(path) is not valid yet.",
      cause: "It is valid from \(notBefore); it is now \(now) by this machine's clock.",
      remedy: "The clock is probably behind: set it.")
  }

  static func keyEncrypted(
    _ folder: ThingFolder, cause: String = "It needs a passphrase, and none is asked for here.",
    remedy: String? = nil
  ) -> CredentialError {
    let path = folder.keyPath
    let decryption =
      folder.placeInZip == nil
      ? "Decrypt a copy for yourself alone: (umask 077; openssl pkey -in \(path) -out KEY)."
      : "Unpack the zip for yourself alone, and decrypt the key there with openssl pkey."
    return CredentialError(
      kind: .keyEncrypted, what: "The private key \(path) is encrypted.", cause: cause,
      remedy: remedy ?? decryption)
  }

  static func passphraseWrong(_ path: String) -> CredentialError {
    CredentialError(
      kind: .passphraseWrong, what: "The passphrase does not open the private key \(path).",
      Causes(likely: [
        "it is mistyped", "it is the passphrase of another key", "the file is damaged",
      ]),
      remedy: "Try again. Without its passphrase a key is lost: "
        + "MIC replaces a thing's certificate with a new pair.")
  }

  static func unknownEncryption(_ path: String) -> CredentialError {
    CredentialError(
      kind: .notAKey, what: "The private key \(path) cannot be decrypted.",
      cause: "It is encrypted by a method that this system's OpenSSL does not have.",
      remedy: "Encrypt it anew where it can be opened: openssl pkey -in OLD -aes256 -out NEW.")
  }

  static func keyDoesNotMatch(key: String, certificate: String) -> CredentialError {
    CredentialError(
      kind: .keyDoesNotMatch, what: "The private key \(key) does not match the certificate.",
      cause: "The key belongs to another certificate than \(certificate).",
      remedy: "Take both files from the same folder of the same zip.")
  }
}

// MARK: The authority

extension CredentialError {
  init(authority path: String, fault: Files.Fault) {
    if fault.isFolder {
      self.init(
        kind: .authorityIsFolder, what: "The CA \(path) is a folder.",
        cause: "A file with the CA's certificate is wanted.", remedy: "Name the file in it.")
    } else if fault.code == ENOENT {
      self.init(
        kind: .authorityMissing, what: "There is no CA file \(path).",
        Causes(likely: ["the path is mistyped", "the file is not downloaded yet"]),
        remedy: "Download Amazon Root CA 1 as ca.pem, or leave the option away.")
    } else {
      self.init(
        kind: .authorityUnreadable, what: "The CA file \(path) cannot be read.",
        cause: "The system says: \(fault.words).", remedy: "Check who may read the file.")
    }
  }

  static func authorityEmpty(_ path: String, isDamaged: Bool) -> CredentialError {
    CredentialError(
      kind: .authorityEmpty, what: "The CA file \(path) holds no certificate that can be read.",
      cause: isDamaged
        ? "A certificate in it is damaged or cut off."
        : "The file is empty or of another kind; a certificate starts with "
          + "-----BEGIN CERTIFICATE-----.",
      remedy: "Download the CA's certificate again in PEM form.")
  }

  static func notAnAuthority(_ path: String, subject: String) -> CredentialError {
    CredentialError(
      kind: .notAnAuthority, what: "The CA file \(path) is not a CA's certificate.",
      cause: "It is the certificate of \(subject), which may not sign others.",
      remedy: "Name the certificate of the authority that signed the broker's.")
  }

  static func authorityOutOfDate(
    _ path: String, subject: String, validity: Certificate.Validity, dates: String, now: String
  ) -> CredentialError {
    let isExpired = validity == .expired
    return CredentialError(
      kind: isExpired ? .authorityExpired : .authorityNotYetValid,
      what: "The CA certificate in \(path) \(isExpired ? "has expired" : "is not valid yet").",
      cause: "\(subject) is valid \(dates); it is now \(now) by this machine's clock.",
      remedy: "Set the clock if it is wrong; else get the authority's new certificate.")
  }
}
