import Shadow

/// Where a sandbox keeps its files; scripts rely on `ca.pem`, `things` and `owner`.
///
///     DIR/ca.pem
///     DIR/things/NAME/cert.pem, privkey.pem, pubkey.pem, ca.pem
///     DIR/owner/…          an identity that may act for every thing, as the cloud side does
///     DIR/broker/…         the broker's configuration, keys and log
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

  var broker: String { "\(path)/broker" }
  var brokerConfiguration: String { "\(broker)/mosquitto.conf" }
  var accessList: String { "\(broker)/acl" }
  var server: IdentityFolder { IdentityFolder(path: "\(broker)/server") }
  var service: IdentityFolder { IdentityFolder(path: "\(broker)/service") }
  /// Marks the folder as a sandbox's, and locks it.
  var marker: String { "\(path)/.shadowscope-sandbox" }

  /// Takes the folder for one sandbox; creates it if need be.
  ///
  /// - Returns: the lock, to be kept while the sandbox runs.
  /// - Throws: `SandboxError` if it holds other things, or another sandbox runs in it.
  func claim() throws(SandboxError) -> FolderLock {
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
    return lock
  }

  /// Makes an authority and all certificates anew, and removes those of things no longer named.
  ///
  /// - Parameters:
  ///   - things: the things' names.
  ///   - key: the kind of key that things get; the others have elliptic ones.
  ///   - validity: of all that is signed.
  ///   - server: another server certificate than the right one, for tests.
  ///   - authority: another authority than a fresh one, for tests.
  /// - Throws: `SandboxError` on a name that no thing can have, or if a file cannot be written.
  package func fill(
    things: [String], key: CertificateRequest.Key = .rsa2048, validity: Validity,
    server: CertificateRequest? = nil, authority: CertificateAuthority? = nil
  ) throws(SandboxError) {
    try Self.check(things)
    let issued = try certifying { () throws(CertificateError) -> Issued in
      let authority =
        if let authority { authority } else { try CertificateAuthority(validity: validity) }
      var identities: [Identity] = []
      for name in things {
        identities.append(try authority.issue(Self.client(name, validity, key)))
      }
      return Issued(
        authority: authority.certificate, things: identities,
        owner: try authority.issue(Self.client(BrokerIdentity.owner, validity)),
        service: try authority.issue(Self.client(BrokerIdentity.service, validity)),
        server: try authority.issue(server ?? .loopbackServer(validity: validity)))
    }
    try filing { () throws(FileError) in
      try PrivateFiles.makeFolder(path)
      try PrivateFiles.write(issued.authority, to: self.authority)
      try PrivateFiles.makeFolder(self.things)
      for name in PrivateFiles.names(in: self.things) where !things.contains(name) {
        thing(name).remove()
      }
      for identity in issued.things {
        try thing(identity.name).write(identity, authority: issued.authority)
      }
      try owner.write(issued.owner, authority: issued.authority)
      try PrivateFiles.makeFolder(broker)
      try service.write(issued.service, authority: issued.authority)
      try self.server.write(issued.server)
    }
  }

  /// - Throws: `SandboxError` on the first name that no thing can have, or that comes twice.
  static func check(_ names: [String]) throws(SandboxError) {
    var seen: Set<String> = []
    for name in names {
      guard ShadowAddress(thing: name).nameFault == nil else { throw .thingName(name) }
      guard seen.insert(name).inserted else { throw .thingTwice(name) }
    }
  }

  private static func client(
    _ name: String, _ validity: Validity, _ key: CertificateRequest.Key = .elliptic
  ) -> CertificateRequest {
    CertificateRequest(commonName: name, purpose: .client, validity: validity, key: key)
  }
}

/// What a batch consists of, before it is written.
private struct Issued {
  var authority: [UInt8]
  var things: [Identity]
  var owner: Identity
  var service: Identity
  var server: Identity
}
