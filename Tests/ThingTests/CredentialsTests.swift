import Glibc
import Sandbox
import TestSupport
import Testing
import Thing

/// A folder that is good until a test breaks it.
private struct Workshop: ~Copyable {
  let folder: TemporaryFolder
  let authority: CertificateAuthority

  private init() throws {
    let folder = try TemporaryFolder()
    authority = try CertificateAuthority(validity: .aroundNow)
    self.folder = folder
  }

  /// A workshop with a good thing in it.
  static func open() throws -> Workshop {
    let workshop = try Workshop()
    try workshop.write(workshop.identity(.aroundNow))
    return workshop
  }

  func identity(_ validity: Validity) throws -> Identity {
    try authority.issue(
      CertificateRequest(commonName: "lamp1", purpose: .client, validity: validity))
  }

  func write(_ identity: Identity) throws {
    try IdentityFolder(path: thing).write(identity)
  }

  var thing: String { folder.path("lamp1") }

  /// The error that loading ends with.
  func fault() throws -> CredentialError {
    do throws(CredentialError) {
      _ = try Credentials.load(ThingFolder(path: thing))
    } catch {
      return error
    }
    throw Unexpected()
  }
}

@Suite("A thing's credentials")
struct CredentialsTests {
  @Test("are read from its folder, whose name is the thing's unless another is given")
  func good() throws {
    let workshop = try Workshop.open()
    let credentials = try Credentials.load(ThingFolder(path: workshop.thing + "/"))
    #expect(credentials.thingName == "lamp1")
    #expect(credentials.subject.contains("CN=lamp1"))
    #expect(credentials.advice == [])
    #expect(ThingFolder(path: workshop.thing, thingName: "lamp2").thingName == "lamp2")
    #expect(ThingFolder(path: workshop.thing + "/../lamp1/.").thingName == "lamp1")
  }

  @Test("never show the key, whatever is printed of them")
  func secrecy() throws {
    let workshop = try Workshop.open()
    let credentials = try Credentials.load(ThingFolder(path: workshop.thing))
    var dumped = ""
    dump(credentials.key, to: &dumped)
    for text in ["\(credentials.key)", dumped] { #expect(!text.contains("PRIVATE")) }
    #expect("\(credentials)".contains("(a private key)"))
  }

  @Test("in no folder are refused with the path")
  func noFolder() throws {
    let error = #expect(throws: CredentialError.self) {
      try Credentials.load(ThingFolder(path: "/nonexistent/lamp1"))
    }
    #expect(error?.kind == .folderMissing)
    #expect(error?.what == "There is no folder /nonexistent/lamp1.")
  }

  @Test("in a file are refused with what to do")
  func fileInPlaceOfFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "batch.zip")
    let error = #expect(throws: CredentialError.self) {
      try Credentials.load(ThingFolder(path: folder.path("batch.zip")))
    }
    #expect(error?.kind == .folderMissing)
    #expect(error?.remedy == "Name the folder, or MIC's zip as the batch.")
  }

  @Test("without a file are refused with its name", arguments: ["cert.pem", "privkey.pem"])
  func missingFile(_ name: String) throws {
    let workshop = try Workshop.open()
    unlink("\(workshop.thing)/\(name)")
    let error = try workshop.fault()
    #expect(error.kind == .fileMissing)
    #expect(error.what.hasSuffix("\(workshop.thing)/\(name) is missing."))
  }

  @Test("of a batch are asked for by thing")
  func batchInPlaceOfThing() throws {
    let workshop = try Workshop.open()
    let error = #expect(throws: CredentialError.self) {
      try Credentials.load(ThingFolder(path: workshop.folder.path))
    }
    #expect(error?.kind == .batchInPlaceOfThing)
    #expect(error?.cause == "It holds a thing in folders of their own.")
  }

  @Test(
    "that are no PEM are refused",
    arguments: [("cert.pem", .notACertificate), ("privkey.pem", .notAKey)]
      as [(String, CredentialError.Kind)])
  func garbage(_ name: String, _ kind: CredentialError.Kind) throws {
    let workshop = try Workshop.open()
    for text in ["", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
      try workshop.folder.write(text, to: "lamp1/\(name)")
      #expect(try workshop.fault().kind == kind)
    }
  }

  @Test("with certificate and key swapped are recognised")
  func swapped() throws {
    let workshop = try Workshop.open()
    var identity = try workshop.identity(.aroundNow)
    swap(&identity.certificate, &identity.privateKey)
    try workshop.write(identity)
    #expect(try workshop.fault().cause.contains("swapped"))
  }

  @Test("that have expired are refused with both dates")
  func expired() throws {
    let workshop = try Workshop.open()
    try workshop.write(workshop.identity(.past))
    let error = try workshop.fault()
    #expect(error.kind == .certificateExpired)
    #expect(error.what == "The certificate \(workshop.thing)/cert.pem has expired.")
    let dates =
      #/It was valid until 20\S+ \S+ UTC; it is now 20\S+ \S+ UTC by this machine's clock./#
    #expect(error.cause.wholeMatch(of: dates) != nil)
  }

  @Test("that are not valid yet make the clock suspect")
  func future() throws {
    let workshop = try Workshop.open()
    try workshop.write(workshop.identity(.future))
    let error = try workshop.fault()
    #expect(error.kind == .certificateNotYetValid)
    #expect(error.remedy == "The clock is probably behind: set it.")
  }

  @Test("whose key belongs to another certificate are refused")
  func mismatch() throws {
    let workshop = try Workshop.open()
    var identity = try workshop.identity(.aroundNow)
    identity.privateKey = try workshop.identity(.aroundNow).privateKey
    try workshop.write(identity)
    let error = try workshop.fault()
    #expect(error.kind == .keyDoesNotMatch)
    #expect(
      error.what == "The private key \(workshop.thing)/privkey.pem does not match the certificate.")
  }

  @Test("with an encrypted key are refused and nobody is asked for a passphrase")
  func encrypted() throws {
    let workshop = try Workshop.open()
    let key = "\(workshop.thing)/privkey.pem"
    let encrypted = try ChildProcess.run([
      "openssl", "pkey", "-in", key, "-out", "\(key).new", "-aes128", "-passout", "pass:secret",
    ])
    #expect(encrypted.ending == .exited(0), "\(encrypted.errors)")
    rename("\(key).new", key)
    let error = try workshop.fault()
    #expect(error.kind == .keyEncrypted)
    #expect(error.remedy.contains("openssl pkey -in \(key)"))
  }

  @Test(
    "with a key that others may read come with the command that cures it",
    arguments: [(0o644, true), (0o640, true), (0o604, true), (0o600, false), (0o400, false)]
      as [(mode_t, Bool)])
  func keyMode(_ mode: mode_t, _ isAdvised: Bool) throws {
    let workshop = try Workshop.open()
    let key = "\(workshop.thing)/privkey.pem"
    chmod(key, mode)
    let advice = try Credentials.load(ThingFolder(path: workshop.thing)).advice
    #expect(advice.map(\.remedy) == (isAdvised ? ["chmod 600 \(key)"] : []))
  }
}

@Suite("A batch")
struct BatchTests {
  @Test("lists the folders that hold both files, by name, and nothing else")
  func listing() throws {
    let workshop = try Workshop.open()
    for name in ["b", "a", "half"] {
      try IdentityFolder(path: workshop.folder.path(name)).write(workshop.identity(.aroundNow))
    }
    unlink(workshop.folder.path("half/privkey.pem"))
    try workshop.folder.write("", to: "notes.txt")
    let batch = try Batch.list(workshop.folder.path)
    #expect(batch.things.map(\.thingName) == ["a", "b", "lamp1"])
    #expect(try batch.thing(named: "b").path == workshop.folder.path("b"))
  }

  @Test("reaches a networked thing through its parent, unless it has a folder of its own")
  func networked() throws {
    let workshop = try Workshop.open()
    let own = workshop.folder.path("lamp1__valve")
    try IdentityFolder(path: own).write(workshop.identity(.aroundNow))
    let batch = try Batch.list(workshop.folder.path)
    let pump = try batch.thing(reaching: "lamp1__pump")
    #expect(pump == ThingFolder(path: workshop.thing, thingName: "lamp1__pump"))
    #expect(pump.ownerName == "lamp1")
    let valve = try batch.thing(reaching: "lamp1__valve")
    #expect(valve == ThingFolder(path: own))
    #expect(valve.ownerName == "lamp1__valve")
    let error = #expect(throws: CredentialError.self) { try batch.thing(reaching: "lamp9__pump") }
    #expect(error?.kind == .noSuchThing)
  }

  @Test(
    "belongs to the thing that its certificate is of",
    arguments: [
      ("lamp1", nil, "lamp1"), ("lamp1", "lamp1__pump", "lamp1"), ("zip", "lamp1", "lamp1"),
      ("zip", "lamp1__pump", "lamp1"), ("a__b", nil, "a__b"), ("a__b", "a__b__c", "a__b"),
      ("lamp1", "lamp1__a__b", "lamp1"), ("lamp1", "__pump", "__pump"),
    ] as [(String, String?, String)])
  func owner(_ folder: String, _ thing: String?, _ owner: String) {
    #expect(ThingFolder(path: "/keys/\(folder)", thingName: thing).ownerName == owner)
  }

  @Test("answers an unknown name with those that it has")
  func unknown() throws {
    let workshop = try Workshop.open()
    let batch = try Batch.list(workshop.folder.path)
    let error = #expect(throws: CredentialError.self) { try batch.thing(named: "lamp9") }
    #expect(error?.kind == .noSuchThing)
    #expect(error?.what == "There is no thing “lamp9” in \(workshop.folder.path).")
    #expect(error?.remedy == "The batch has lamp1.")
  }

  @Test("that is missing, empty or a thing's folder is refused")
  func refusals() throws {
    let workshop = try Workshop.open()
    let empty = try TemporaryFolder()
    let cases: [(String, CredentialError.Kind)] = [
      ("/nonexistent", .folderMissing), (empty.path, .emptyBatch),
      (workshop.thing, .thingInPlaceOfBatch),
    ]
    for (path, kind) in cases {
      let error = #expect(throws: CredentialError.self) { try Batch.list(path) }
      #expect(error?.kind == kind)
    }
  }
}

@Suite("The CA")
struct TrustTests {
  @Test("is the file that was named, and the line says so")
  func given() throws {
    let keys = try Keys()
    let trust = try Trust.find(
      given: keys.authorityPath, thingFolder: ThingFolder(path: keys.thingPath))
    #expect(trust.source == .given(keys.authorityPath))
    #expect(trust.words == "CA: \(keys.authorityPath)")
  }

  @Test("is found by any usual name beside the thing or above it", arguments: Trust.usualNames)
  func found(_ name: String) throws {
    let keys = try Keys()
    for place in ["\(keys.thingPath)/\(name)", keys.folder.path(name)] {
      rename(keys.authorityPath, place)
      defer { rename(place, keys.authorityPath) }
      let trust = try Trust.find(thingFolder: ThingFolder(path: keys.thingPath))
      #expect(trust.source == .found(place))
      #expect(trust.words == "CA: \(place), found beside the thing")
    }
  }

  @Test("is found in the batch's folder as well")
  func foundInBatch() throws {
    let keys = try Keys()
    let elsewhere = try TemporaryFolder()
    try IdentityFolder(path: elsewhere.path("lamp1")).write(keys.server)
    let trust = try Trust.find(
      thingFolder: ThingFolder(path: elsewhere.path("lamp1")), batchFolder: keys.folder.path)
    #expect(trust.source == .found(keys.authorityPath))
  }

  @Test("is Amazon's where the system has it, out of its folder or its bundle")
  func system() throws {
    let keys = try Keys()
    let store = try TemporaryFolder()
    let bundle = store.path("bundle.crt")
    let system = SystemStore(folder: store.path, bundles: [store.path("no.crt"), bundle])
    let none = #expect(throws: CredentialError.self) { try Trust.find(system: system) }
    #expect(none?.kind == .authorityMissing)
    // A bundle without Amazon's roots: all of it, with a word of warning.
    try PrivateFiles.write(try contents(of: keys.authorityPath), to: bundle)
    let all = try Trust.find(system: system)
    #expect(all.source == .systemStore(bundle))
    #expect(all.advice.count == 1)
    try PrivateFiles.write(
      try contents(of: keys.authorityPath), to: store.path("Amazon_Root_CA_1.pem"))
    #expect(try Trust.find(system: system).source == .amazonRoots(store.path))
  }

  @Test("is one of Amazon's four alone where a bundle holds many")
  func bundle() throws {
    let path = "/etc/ssl/certs/ca-certificates.crt"
    guard access(path, R_OK) == 0 else { return }
    let trust = try Trust.find(
      system: SystemStore(folder: "/nonexistent", bundles: [path]))
    #expect(trust.source == .amazonRoots(path))
    let text = String(decoding: trust.certificates, as: UTF8.self)
    #expect(text.matches(of: #/-----BEGIN CERTIFICATE-----/#).count == 4)
  }

  @Test("that cannot be used is refused, never passed over")
  func refusals() throws {
    let keys = try Keys()
    let folder = try TemporaryFolder()
    try folder.write("", to: "empty.pem")
    try folder.write(
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", to: "damaged.pem")
    try PrivateFiles.write(
      try CertificateAuthority(validity: .past).certificate, to: folder.path("past.pem"))
    let cases: [(String, CredentialError.Kind)] = [
      (folder.path("none.pem"), .authorityMissing), (folder.path, .authorityIsFolder),
      (folder.path("empty.pem"), .authorityEmpty), (folder.path("damaged.pem"), .authorityEmpty),
      ("\(keys.thingPath)/cert.pem", .notAnAuthority), (folder.path("past.pem"), .authorityExpired),
    ]
    for (path, kind) in cases {
      let error = #expect(throws: CredentialError.self, "\(path)") {
        try Trust.find(given: path, thingFolder: ThingFolder(path: keys.thingPath))
      }
      #expect(error?.kind == kind, "\(path)")
    }
  }
}

private func contents(of path: String) throws -> [UInt8] {
  guard let file = fopen(path, "r") else { throw Unexpected() }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
  return bytes
}
