import COpenSSL

/// Which authorities may vouch for the broker, and where that was decided.
package struct Trust: Sendable {
  /// Where the certificates come from; shown to the person.
  package enum Source: Hashable, Sendable {
    /// The file that was asked for.
    case given(String)
    /// A file with one of the usual names beside the thing.
    case found(String)
    /// A file with one of the usual names in the thing's zip.
    case packed(zip: String, name: String)
    /// Amazon's roots out of the system's store.
    case amazonRoots(String)
    /// All of the system's store, since Amazon's roots are not in it.
    case systemStore(String)
  }

  package let source: Source
  /// All of these are trusted.
  let authorities: [Certificate]

  /// The authorities as PEM.
  package var certificates: [UInt8] { authorities.flatMap(\.pem) }

  /// One line for the person, for instance `CA: /things/ca.pem`.
  package var words: String { "CA: \(place)" }

  /// Where the certificates come from, to stand within a sentence.
  var place: String {
    switch source {
    case .given(let path): path
    case .found(let path): "\(path), found beside the thing"
    case .packed(let zip, let name): "\(zip): \(name), found beside the thing"
    case .amazonRoots(let path): "Amazon's roots from \(path)"
    case .systemStore(let path): "every authority in \(path), as Amazon's roots are not there"
    }
  }

  /// The file that the certificates are in; nil where they are the system's, or in a zip.
  package var file: String? {
    switch source {
    case .given(let path), .found(let path): path
    case .packed, .amazonRoots, .systemStore: nil
    }
  }

  /// What should be known before this is used.
  package var advice: [Advice] {
    guard case .systemStore = source else { return [] }
    return [
      Advice(
        what: "Every authority that this system trusts is trusted to vouch for the broker.",
        remedy: "Download Amazon Root CA 1 as ca.pem beside the thing's folder.")
    ]
  }

  /// The names under which people keep the CA (mic-thing-api 1.2, 4 item 3), in our order.
  package static let usualNames = [
    "ca.pem", "root.pem", "root.crt", "rootCA.pem", "AmazonRootCA1.pem", "ca.txt",
  ]

  /// Finds the CA: the given file, else one with a usual name in the thing's folder, the folder
  /// above it or the batch's, else the system's Amazon roots, else the system's store.
  ///
  /// Of a zip all folders on the way to the thing count, its root as well, and then the folder on
  /// disk that the zip is in.
  ///
  /// - Parameters:
  ///   - given: the file the person named; it is used or refused, never passed over.
  ///   - thingFolder: where the thing's files are, if they came from a folder or a zip.
  ///   - batchFolder: the batch that the thing was picked from, if it was; a folder or a zip.
  ///   - system: where the system keeps its certificates.
  ///   - now: seconds since 1970; the clock's if nil.
  /// - Returns: the certificates and where they come from.
  /// - Throws: `CredentialError` if the given or found file cannot be used, or nothing is found.
  package static func find(
    given: String? = nil, thingFolder: ThingFolder? = nil, batchFolder: String? = nil,
    system: SystemStore = .standard, now: Int64? = nil
  ) throws(CredentialError) -> Trust {
    let now = now ?? Clock.wallMilliseconds / 1000
    if let given { return Trust(source: .given(given), authorities: try read(given, now: now)) }
    if let thingFolder, let trust = try packed(with: thingFolder, now: now) { return trust }
    for path in folders(thingFolder, batchFolder).flatMap({ folder in
      usualNames.map { "\(folder)/\($0)" }
    }) where Files.isFile(path) {
      return Trust(source: .found(path), authorities: try read(path, now: now))
    }
    return try system.trust()
  }

  /// The folders on disk that a CA is looked for in.
  private static func folders(_ thing: ThingFolder?, _ batch: String?) -> [String] {
    var folders: [String] = []
    if let thing {
      if thing.placeInZip == nil { folders.append(thing.path) }
      folders.append(Files.parent(of: thing.path))
    }
    if let batch { folders.append(Files.isFile(batch) ? Files.parent(of: batch) : batch) }
    return folders
  }

  /// The CA in the zip that a thing is in; nil if there is none.
  private static func packed(
    with thing: ThingFolder, now: Int64
  ) throws(CredentialError) -> Trust? {
    guard var folder = thing.placeInZip else { return nil }
    let archive = try ZipArchive(opening: thing.path)
    while true {
      for name in usualNames {
        guard let file = archive.file(name, in: folder) else { continue }
        let bytes = try archive.read(file).withUnsafeBytes { Array($0) }
        return Trust(
          source: .packed(zip: thing.path, name: folder.isEmpty ? name : "\(folder)/\(name)"),
          authorities: try check(bytes, from: file.words, now: now))
      }
      guard !folder.isEmpty else { return nil }
      folder = folder.parentFolder
    }
  }

  /// Reads a CA file and checks that it is one.
  private static func read(
    _ path: String, now: Int64
  ) throws(CredentialError) -> [Certificate] {
    switch Files.read(path) {
    case .success(let content): return try check(content.bytes, from: path, now: now)
    case .failure(let fault): throw CredentialError(authority: path, fault: fault)
    }
  }

  /// Checks that a CA's certificate is in these bytes, and hands the certificates on.
  private static func check(
    _ bytes: [UInt8], from path: String, now: Int64
  ) throws(CredentialError) -> [Certificate] {
    guard let certificates = bytes.withUnsafeBytes(Certificate.all(inPEM:)) else {
      throw .authorityEmpty(path, isDamaged: true)
    }
    guard let first = certificates.first else { throw .authorityEmpty(path, isDamaged: false) }
    let authorities = certificates.filter(\.isAuthority)
    guard let authority = authorities.first else {
      throw .notAnAuthority(path, subject: first.subject)
    }
    // Of several, one in date is enough.
    if !authorities.contains(where: { $0.validity(at: now) == .valid }) {
      throw .authorityOutOfDate(
        path, subject: authority.subject, validity: authority.validity(at: now),
        dates: "from \(authority.notBefore) until \(authority.notAfter)", now: DateText.utc(now))
    }
    return certificates
  }
}

/// Where a system keeps the certificates that it trusts.
package struct SystemStore: Hashable, Sendable {
  /// A folder with one file for each authority, as Debian has.
  package var folder: String
  /// Files with all of them, tried in order.
  package var bundles: [String]

  package init(folder: String, bundles: [String]) {
    self.folder = folder
    self.bundles = bundles
  }

  package static let standard = SystemStore(
    folder: "/etc/ssl/certs",
    bundles: [
      "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
    ])

  private static let amazonRoots = (1...4).map { "Amazon_Root_CA_\($0).pem" }

  func trust() throws(CredentialError) -> Trust {
    let roots = Self.amazonRoots.flatMap { name in
      (try? Files.read("\(folder)/\(name)").get()).map { Certificate.all(in: $0.bytes) } ?? []
    }
    if !roots.isEmpty { return Trust(source: .amazonRoots(folder), authorities: roots) }
    for bundle in bundles {
      guard let content = try? Files.read(bundle).get() else { continue }
      let all = Certificate.all(in: content.bytes)
      let amazon = Self.amazonRoots(of: all)
      return amazon.isEmpty
        ? Trust(source: .systemStore(bundle), authorities: all)
        : Trust(source: .amazonRoots(bundle), authorities: amazon)
    }
    throw CredentialError(
      kind: .authorityMissing, what: "No CA certificate is found.",
      cause: "None of \(Trust.usualNames.joined(separator: ", ")) is beside the thing, "
        + "and this system has no store of certificates.",
      remedy: "Download Amazon Root CA 1 as ca.pem beside the thing's folder.")
  }

  /// Amazon's roots among others; empty if there are none.
  private static func amazonRoots(of all: [Certificate]) -> [Certificate] {
    let names = Set((1...4).map { "CN=Amazon Root CA \($0),O=Amazon,C=US" })
    return all.filter { names.contains($0.subject) }
  }
}

extension Certificate {
  /// The certificates in a file of the system's; empty if it is damaged.
  fileprivate static func all(in bytes: [UInt8]) -> [Certificate] {
    bytes.withUnsafeBytes(all(inPEM:)) ?? []
  }
}
