import Glibc
import Sandbox
import Synchronization
import TestSupport
import Testing
import Thing

/// A way in which programs write private keys: made by OpenSSL's own program.
private struct KeyKind: Sendable, CustomTestStringConvertible {
  static let passphrase = "correct horse"

  let name: String
  /// What makes the key, as arguments of `openssl`, with KEY for the file.
  let making: [String]
  /// What rewrites it, with KEY for the file that is there and NEW for the one that is wanted.
  let rewriting: [String]
  /// What stands in the file then.
  let mark: String

  var testDescription: String { name }

  init(_ name: String, _ making: String, _ rewriting: String, mark: String) {
    self.name = name
    self.making = making.split(separator: " ").map(String.init)
    self.rewriting = rewriting.split(separator: " ").map(String.init)
    self.mark = mark
  }

  private static let rsa = "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY"
  private static let curve = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out KEY"

  static let plain = [
    KeyKind("PKCS#1", rsa, "rsa -in KEY -traditional -out NEW", mark: "BEGIN RSA PRIVATE KEY"),
    KeyKind("PKCS#8", rsa, "pkey -in KEY -out NEW", mark: "BEGIN PRIVATE KEY"),
    KeyKind("SEC 1", curve, "ec -in KEY -out NEW", mark: "BEGIN EC PRIVATE KEY"),
    KeyKind("EC in PKCS#8", curve, "pkey -in KEY -out NEW", mark: "BEGIN PRIVATE KEY"),
    KeyKind(
      "SEC 1 behind its parameters", "ecparam -name prime256v1 -genkey -out KEY", "",
      mark: "BEGIN EC PARAMETERS"),
    KeyKind(
      "P-384", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out KEY", "",
      mark: "BEGIN PRIVATE KEY"),
    KeyKind("Ed25519", "genpkey -algorithm ED25519 -out KEY", "", mark: "BEGIN PRIVATE KEY"),
  ]

  static let encrypted = [
    KeyKind(
      "PKCS#8, AES", rsa, "pkcs8 -topk8 -in KEY -v2 aes-256-cbc -passout file:PASS -out NEW",
      mark: "BEGIN ENCRYPTED PRIVATE KEY"),
    KeyKind(
      "PKCS#8, scrypt", curve, "pkcs8 -topk8 -in KEY -scrypt -passout file:PASS -out NEW",
      mark: "BEGIN ENCRYPTED PRIVATE KEY"),
    KeyKind(
      "PKCS#8, Ed25519", "genpkey -algorithm ED25519 -out KEY",
      "pkcs8 -topk8 -in KEY -passout file:PASS -out NEW", mark: "BEGIN ENCRYPTED PRIVATE KEY"),
    KeyKind(
      "traditional, AES", rsa, "rsa -in KEY -traditional -aes128 -passout file:PASS -out NEW",
      mark: "Proc-Type: 4,ENCRYPTED"),
    KeyKind(
      "traditional, triple DES", rsa, "rsa -in KEY -traditional -des3 -passout file:PASS -out NEW",
      mark: "DEK-Info: DES-EDE3-CBC"),
    KeyKind(
      "traditional, EC", curve, "ec -in KEY -aes256 -passout file:PASS -out NEW",
      mark: "DEK-Info: AES-256-CBC"),
  ]
}

/// A thing's folder with a key of some kind and a certificate of its own for it.
private struct KeyWorkshop: ~Copyable {
  let folder: TemporaryFolder

  init(_ kind: KeyKind) throws {
    let folder = try TemporaryFolder()
    mkdir(folder.path("lamp1"), 0o700)
    let key = folder.path("lamp1/privkey.pem")
    try folder.write("\(KeyKind.passphrase)\n", to: "pass")
    try Self.openSSL(kind.making, in: folder.path)
    rename(folder.path("KEY"), key)
    try Self.openSSL(
      ["req", "-x509", "-key", key, "-out", folder.path("lamp1/cert.pem"), "-subj", "/CN=lamp1"]
        + ["-days", "2"], in: folder.path)
    if !kind.rewriting.isEmpty {
      rename(key, folder.path("KEY"))
      try Self.openSSL(kind.rewriting, in: folder.path)
      rename(folder.path("NEW"), key)
    }
    self.folder = folder
  }

  private static func openSSL(_ arguments: [String], in folder: String) throws {
    let arguments = arguments.map { word in
      word == "KEY" || word == "NEW" ? "\(folder)/\(word)" : word
    }.map { $0 == "file:PASS" ? "file:\(folder)/pass" : $0 }
    let run = try ChildProcess.run(["openssl"] + arguments)
    guard run.ending == .exited(0) else { throw ChildProcess.Failure(description: run.errors) }
  }

  var keyPath: String { folder.path("lamp1/privkey.pem") }
  var thing: ThingFolder { ThingFolder(path: folder.path("lamp1")) }

  func text() throws -> String {
    String(decoding: try #require(Files.bytes(of: keyPath, limit: 1 << 16)), as: UTF8.self)
  }

  func rewrite(_ text: String) throws {
    try PrivateFiles.write(Array(text.utf8), to: keyPath)
  }
}

/// Whoever is asked for passphrases: gives one after the other, and keeps the questions.
private final class Person: Sendable {
  private let state: Mutex<(answers: [String], questions: [PassphraseQuestion])>

  init(_ answers: String...) { state = Mutex((answers, [])) }

  var questions: [PassphraseQuestion] { state.withLock { $0.questions } }

  @Sendable func answer(_ question: PassphraseQuestion) -> PassphraseAnswer {
    state.withLock { state in
      state.questions.append(question)
      guard !state.answers.isEmpty else {
        return .none(cause: "Nobody is there.", remedy: "Wait.")
      }
      var bytes = Array(state.answers.removeFirst().utf8)
      return .given(SecretBytes(wiping: &bytes))
    }
  }
}

@Suite("A private key")
struct KeyKindTests {
  @Test("is read in every way that programs write it", arguments: KeyKind.plain)
  fileprivate func plain(_ kind: KeyKind) throws {
    let workshop = try KeyWorkshop(kind)
    #expect(try workshop.text().contains(kind.mark))
    #expect(try Credentials.load(workshop.thing).subject == "CN=lamp1")
  }

  @Test(
    "is read with text around it, with the line ends of any system, and with a mark before it",
    arguments: [
      "Bag Attributes\n    friendlyName: lamp1\nKey Attributes: <No Attributes>\nPEM",
      "PEM\nand that was it\n", "\u{FEFF}PEM", "\n\n  \nPEM",
    ])
  func surroundings(_ frame: String) throws {
    let workshop = try KeyWorkshop(KeyKind.plain[2])
    let text = try workshop.text()
    for ending in ["\n", "\r\n"] {
      try workshop.rewrite(
        frame.replacing("PEM", with: text).replacing("\n", with: ending))
      #expect(try Credentials.load(workshop.thing).subject == "CN=lamp1")
    }
  }

  @Test("and a certificate are read with a mark before them")
  func marked() throws {
    let workshop = try KeyWorkshop(KeyKind.plain[2])
    let path = workshop.thing.certificatePath
    let bytes = try #require(Files.bytes(of: path, limit: 1 << 16))
    try PrivateFiles.write([0xEF, 0xBB, 0xBF] + bytes, to: path)
    #expect(try Credentials.load(workshop.thing).subject == "CN=lamp1")
  }

  @Test("that is encrypted opens with its passphrase, asked for once", arguments: KeyKind.encrypted)
  fileprivate func encrypted(_ kind: KeyKind) throws {
    let workshop = try KeyWorkshop(kind)
    #expect(try workshop.text().contains(kind.mark))
    let person = Person(KeyKind.passphrase)
    #expect(
      try Credentials.load(workshop.thing, asking: person.answer).subject == "CN=lamp1")
    #expect(person.questions == [PassphraseQuestion(key: workshop.keyPath, attempt: 1)])
    let error = #expect(throws: CredentialError.self) { try Credentials.load(workshop.thing) }
    #expect(error?.kind == .keyEncrypted)
  }

  @Test("is asked for three times, and then the passphrase is wrong", arguments: [0, 3])
  func wrong(_ kind: Int) throws {
    let workshop = try KeyWorkshop(KeyKind.encrypted[kind])
    let patient = Person("", "wrong", KeyKind.passphrase)
    _ = try Credentials.load(workshop.thing, asking: patient.answer)
    #expect(patient.questions.map(\.attempt) == [1, 2, 3])
    let stubborn = Person("one", "two", "three", KeyKind.passphrase)
    let error = #expect(throws: CredentialError.self) {
      try Credentials.load(workshop.thing, asking: stubborn.answer)
    }
    #expect(error?.kind == .passphraseWrong)
    #expect(error?.what == "The passphrase does not open the private key \(workshop.keyPath).")
    #expect(stubborn.questions.count == 3)
  }

  @Test("whose passphrase nobody gives is refused with why")
  func refused() throws {
    let workshop = try KeyWorkshop(KeyKind.encrypted[0])
    let nobody = Person()
    let error = #expect(throws: CredentialError.self) {
      try Credentials.load(workshop.thing, asking: nobody.answer)
    }
    #expect(error?.kind == .keyEncrypted)
    #expect(error?.cause == "Nobody is there.")
    let machine = #expect(throws: CredentialError.self) {
      try Credentials.load(workshop.thing) { question in
        var bytes = Array("wrong".utf8)
        return question.attempt == 1 ? .given(SecretBytes(wiping: &bytes)) : .noOther
      }
    }
    #expect(machine?.kind == .passphraseWrong)
  }

  @Test("that was opened before needs no passphrase again, and no other fits")
  func opened() throws {
    let workshop = try KeyWorkshop(KeyKind.encrypted[0])
    let other = try KeyWorkshop(KeyKind.encrypted[0])
    let person = Person(KeyKind.passphrase)
    let key = try Credentials.load(workshop.thing, asking: person.answer).key
    _ = try Credentials.load(workshop.thing, opened: key, asking: person.answer)
    #expect(person.questions.count == 1)
    _ = #expect(throws: CredentialError.self) {
      try Credentials.load(other.thing, opened: key, asking: person.answer)
    }
    #expect(person.questions.count == 2)
  }

  @Test("of a certificate that has expired is not asked for")
  func pointless() throws {
    let workshop = try KeyWorkshop(KeyKind.encrypted[0])
    let person = Person(KeyKind.passphrase)
    let error = #expect(throws: CredentialError.self) {
      try Credentials.load(workshop.thing, now: 1 << 33, asking: person.answer)
    }
    #expect(error?.kind == .certificateExpired)
    #expect(person.questions == [])
  }

  @Test("that is encrypted opens out of a zip")
  func zipped() throws {
    let workshop = try KeyWorkshop(KeyKind.encrypted[0])
    let files = try ["cert.pem", "privkey.pem"].map { name in
      ZipBytes.Entry(
        "lamp1/\(name)",
        try #require(Files.bytes(of: workshop.folder.path("lamp1/\(name)"), limit: 1 << 16)),
        isDeflated: true)
    }
    let zip = workshop.folder.path("batch.zip")
    try PrivateFiles.write(ZipBytes(files).bytes, to: zip)
    let person = Person(KeyKind.passphrase)
    _ = try Credentials.load(Batch.list(zip).only(), asking: person.answer)
    #expect(person.questions.map(\.key) == ["\(zip): lamp1/privkey.pem"])
    let error = #expect(throws: CredentialError.self) {
      try Credentials.load(Batch.list(zip).only())
    }
    #expect(error?.remedy.contains("Unpack the zip for yourself alone") == true)
  }
}

@Suite("Secret bytes")
struct SecretBytesTests {
  @Test("leave nothing where they came from, and hold what was there")
  func source() {
    var bytes = Array("passphrase".utf8)
    let secret = SecretBytes(wiping: &bytes)
    #expect(bytes == [])
    #expect(secret.withUnsafeBytes { Array($0) } == Array("passphrase".utf8))
    #expect(secret.count == 10)
  }

  @Test("are written once, where they stay, and may be fewer than there was room for")
  func filling() {
    let secret = SecretBytes(capacity: 5000) { buffer in
      for index in 0..<3 { buffer[index] = UInt8(index) }
      return 3
    }
    #expect(secret?.withUnsafeBytes { Array($0) } == [0, 1, 2])
    #expect(SecretBytes(capacity: 10, filling: { _ in nil }) == nil)
    #expect(SecretBytes(capacity: 0, filling: { _ in 0 })?.count == 0)
  }
}
