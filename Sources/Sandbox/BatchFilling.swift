import Thing

extension BatchFolder {
  /// Puts an authority and certificates into the folder, and removes those of things no longer named.
  ///
  /// In a folder that is kept, what is there and good stays, so that whoever holds a copy can go on
  /// with it; else everything is made anew, and the authority's key is written nowhere.
  ///
  /// - Parameters:
  ///   - things: the things' names.
  ///   - key: the kind of key that things get; the others have elliptic ones.
  ///   - validity: of all that is signed.
  ///   - now: seconds since 1970, the time at which what is kept must be good; nil where
  ///     the folder is not kept.
  ///   - server: another server certificate than the right one, for tests.
  ///   - authority: another authority than the folder's or a fresh one, for tests.
  /// - Returns: what was there and had to be made anew, and why, a sentence each.
  /// - Throws: `SandboxError` on a name that no thing can have, or if a file cannot be written.
  @discardableResult
  package func fill(
    things: [String], key: CertificateRequest.Key = .rsa2048, validity: Validity,
    keepingFrom now: Int64? = nil, server: CertificateRequest? = nil,
    authority: CertificateAuthority? = nil
  ) throws(SandboxError) -> [String] {
    try Self.check(things)
    let client = { (name: String, key: CertificateRequest.Key) in
      CertificateRequest(commonName: name, purpose: .client, validity: validity, key: key)
    }
    var parts = things.map { name in
      Part(folder: thing(name), request: client(name, key), owner: name)
    }
    parts.append(
      Part(folder: owner, request: client(BrokerIdentity.owner, .elliptic), owner: "the owner"))
    parts.append(
      Part(
        folder: service, request: client(BrokerIdentity.service, .elliptic),
        owner: "the shadow service"))
    parts.append(
      Part(
        folder: self.server, request: server ?? .loopbackServer(validity: validity),
        owner: "the broker", hasAuthority: false))

    var notices: [String] = []
    let kept = authority == nil ? now.flatMap { keptAuthority(at: $0, &notices) } : nil
    let signing = try certifying { () throws(CertificateError) -> CertificateAuthority in
      if let authority { return authority }
      return if let kept { CertificateAuthority(kept) } else { try .init(validity: validity) }
    }
    // All before anything is written: what cannot be made leaves the folder as it is.
    for place in parts.indices {
      if let kept, let now, parts[place].isGood(by: kept, at: now, &notices) { continue }
      parts[place].identity = try certifying { () throws(CertificateError) in
        try signing.issue(parts[place].request)
      }
    }
    let authorityKey = try certifying { () throws(CertificateError) in
      now == nil ? nil : try signing.privatePEM()
    }
    try filing { () throws(FileError) in
      try write(
        parts, authority: signing.certificate, authorityKey: authorityKey, things: things)
    }
    return notices
  }

  /// The authority of the sandbox that was here before; nil if there is none that can be used.
  private func keptAuthority(at now: Int64, _ notices: inout [String]) -> KeptIdentity? {
    do throws(KeptIdentity.Fault) {
      let kept = try KeptIdentity(
        certificate: authority, key: authorityKey, name: CertificateAuthority.standardName, at: now)
      guard kept.certificate.isAuthority, kept.isSigned(by: kept) else {
        throw KeptIdentity.Fault(words: "it is no authority's")
      }
      return kept
    } catch {
      if !error.isAbsence {
        notices.append(
          "The authority's certificate, \(authority), and all others are made anew: "
            + "\(error.words). Whoever has copies needs the new ones.")
      }
      return nil
    }
  }

  private func write(
    _ parts: [Part], authority: [UInt8], authorityKey: [UInt8]?, things names: [String]
  ) throws(FileError) {
    try PrivateFiles.makeFolder(path)
    try PrivateFiles.write(authority, to: self.authority)
    try PrivateFiles.makeFolder(broker)
    if let authorityKey {
      try PrivateFiles.write(authorityKey, to: self.authorityKey)
    } else {
      PrivateFiles.removeTree(self.authorityKey)
    }
    try PrivateFiles.makeFolder(things)
    for name in PrivateFiles.names(in: things) where !names.contains(name) {
      thing(name).remove()
    }
    for part in parts {
      let beside = part.hasAuthority ? authority : nil
      if let identity = part.identity {
        try part.folder.write(identity, authority: beside)
      } else {
        try part.folder.keep(authority: beside)
      }
    }
  }
}

/// One certificate of a batch, with its key.
private struct Part {
  let folder: IdentityFolder
  /// What is made where it is not there.
  let request: CertificateRequest
  /// Whose it is, in words.
  let owner: String
  /// Whether the authority's certificate lies beside it.
  var hasAuthority = true
  /// What is to be written; nil where that which is there stays.
  var identity: Identity?

  /// Whether what is in the folder can stay.
  func isGood(by authority: KeptIdentity, at now: Int64, _ notices: inout [String]) -> Bool {
    do throws(KeptIdentity.Fault) {
      let kept = try KeptIdentity(
        certificate: folder.certificate, key: folder.privateKey, name: request.commonName, at: now)
      try kept.check(for: request, by: authority)
      return true
    } catch {
      if !error.isAbsence {
        notices.append(
          "The certificate of \(owner), \(folder.certificate), is made anew: \(error.words).")
      }
      return false
    }
  }
}
