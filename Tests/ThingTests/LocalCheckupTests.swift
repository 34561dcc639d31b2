import Glibc
import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

/// A thing with everything right, until a test breaks some of it.
private struct Bench: ~Copyable {
  let keys: Keys

  init() throws { keys = try Keys() }

  /// Certificates that last a day are about to end; a month is what the sandbox gives.
  func renew(_ validity: Validity = Validity(days: 30, from: Int64(time(nil)))) throws {
    let authority = try CertificateAuthority(validity: .init(days: 30, from: Int64(time(nil))))
    try PrivateFiles.write(authority.certificate, to: keys.authorityPath)
    let thing = try authority.issue(
      CertificateRequest(commonName: "lamp1", purpose: .client, validity: validity))
    try IdentityFolder(path: keys.thingPath).write(thing)
  }

  func write(_ text: String, to name: String) throws {
    try keys.folder.write(text, to: name)
  }

  func results(
    endpoint: String? = "broker.example", authority: String? = nil, thing: String? = nil
  ) -> [CheckResult] {
    LocalCheckup(
      of: CheckupSubject(
        folder: .success(ThingFolder(path: thing ?? keys.thingPath)),
        authority: authority ?? keys.authorityPath, endpoint: endpoint),
      now: Int64(time(nil))
    ).results
  }
}

/// The marks by step, as `files ✓` would say them.
private func marks(_ results: [CheckResult]) -> [CheckStep: CheckResult.Mark] {
  Dictionary(uniqueKeysWithValues: results.map { ($0.step, $0.mark) })
}

extension [CheckResult] {
  subscript(step: CheckStep) -> CheckResult? { first { $0.step == step } }
}

@Suite("The local steps of a checkup")
struct LocalCheckupTests {
  static let steps: [CheckStep] = [
    .files, .keyMode, .certificate, .key, .keyMatch, .authority, .endpoint,
  ]

  @Test("all pass for a good thing, in their order, and tell what was seen")
  func good() throws {
    let bench = try Bench()
    try bench.renew()
    let results = bench.results()
    #expect(results.map(\.step) == Self.steps)
    #expect(results.allSatisfy { $0.mark == .passed }, "\(results)")
    let expiry = #/expires in (29|30) days, on 20\S+ \S+ UTC/#
    #expect(results[.certificate]?.words.wholeMatch(of: expiry) != nil)
    #expect(
      results[.certificate]?.facts.map(\.name) == ["subject", "issuer", "valid", "sha-256"])
    #expect(results[.key]?.words == "EC, prime256v1")
    #expect(results[.endpoint]?.words == "broker.example:8883")
    #expect(results[.authority]?.words.contains(bench.keys.authorityPath) == true)
  }

  @Test("warn of a certificate and a CA that end within a fortnight")
  func short() throws {
    let results = try Bench().results()
    #expect(results[.certificate]?.mark == .warned)
    #expect(results[.authority]?.mark == .warned)
    #expect(results[.certificate]?.words.contains("expires ") == true)
    #expect(results[.certificate]?.remedy.isEmpty == false)
  }

  @Test("go on after a failure: an expired certificate and a bad CA are both told")
  func several() throws {
    let bench = try Bench()
    try bench.renew(.past)
    try bench.write("garbage", to: "garbage.pem")
    let results = bench.results(
      endpoint: "mqtts://broker.example", authority: bench.keys.folder.path("garbage.pem"))
    #expect(
      marks(results) == [
        .files: .passed, .keyMode: .passed, .certificate: .failed, .key: .passed,
        .keyMatch: .passed, .authority: .failed, .endpoint: .failed,
      ])
    #expect(results[.certificate]?.words.hasSuffix("has expired.") == true)
    #expect(results[.certificate]?.facts.isEmpty == false)
    #expect(results[.endpoint]?.remedy == "Use broker.example instead.")
    #expect(results.firstFailure == .certificate)
    for result in results where result.mark == .failed {
      #expect(!result.causes.isEmpty && !result.remedy.isEmpty && !result.meaning.isEmpty)
    }
  }

  @Test("tell each fault of the thing's files at its step", arguments: Fault.allCases)
  fileprivate func faults(_ fault: Fault) throws {
    let bench = try Bench()
    try bench.renew(fault == .future ? .future : Validity(days: 30, from: Int64(time(nil))))
    try fault.put(into: bench.keys)
    let results = bench.results()
    #expect(results.map(\.step) == Self.steps)
    #expect(results.firstFailure == fault.step)
    #expect(results.first { $0.mark == .failed }?.words.contains(fault.words) == true)
    #expect(results[.authority]?.mark == .passed, "the CA has nothing to do with it")
  }

  @Test("tell each fault of the CA", arguments: CAFault.allCases)
  fileprivate func authorityFaults(_ fault: CAFault) throws {
    let bench = try Bench()
    try bench.renew()
    let path = try fault.file(in: bench.keys)
    let result = bench.results(authority: path)[.authority]
    #expect(result?.mark == .failed)
    #expect(result?.words.contains(fault.words) == true, "\(result?.words ?? "")")
  }

  @Test(
    "warn of a key that others may read, with the command that cures it",
    arguments: [(0o644, .warned), (0o600, .passed)] as [(mode_t, CheckResult.Mark)])
  func keyMode(_ mode: mode_t, _ mark: CheckResult.Mark) throws {
    let bench = try Bench()
    try bench.renew()
    let key = bench.keys.thingPath + "/privkey.pem"
    chmod(key, mode)
    let result = bench.results()[.keyMode]
    #expect(result?.mark == mark)
    #expect(result?.remedy == (mark == .warned ? "chmod 600 \(key)" : ""))
  }

  @Test("warn of an AWS host without -ats")
  func withoutATS() throws {
    let bench = try Bench()
    let result = bench.results(endpoint: "abc.iot.eu-west-1.amazonaws.com")[.endpoint]
    #expect(result?.mark == .warned)
    #expect(result?.remedy == "Use abc-ats.iot.eu-west-1.amazonaws.com instead.")
  }

  @Test("without a folder or an endpoint are left out, and say what to give")
  func partial() {
    let checkup = LocalCheckup(of: CheckupSubject(), now: Int64(time(nil)))
    #expect(checkup.results.map(\.step) == Self.steps)
    #expect(checkup.results[.files]?.mark == .skipped)
    #expect(checkup.results[.files]?.remedy.contains("--thing-dir") == true)
    #expect(checkup.results[.endpoint]?.remedy.contains("--endpoint") == true)
    #expect(checkup.configuration == nil)
  }

  @Test("never hold a line of the key")
  func secrecy() throws {
    let bench = try Bench()
    try bench.renew()
    let key = Files.bytes(of: bench.keys.thingPath + "/privkey.pem", limit: 10_000) ?? []
    let lines = String(decoding: key, as: UTF8.self).split(separator: "\n")
    #expect(lines.count > 2)
    let told = "\(bench.results())"
    for line in lines { #expect(!told.contains(line)) }
  }
}

/// What is wrong with a thing's files.
private enum Fault: String, CaseIterable {
  case noFolder, noCertificate, noKey, unreadable, garbage, swapped, future, otherKey, noKeyAtAll

  var step: CheckStep {
    switch self {
    case .noFolder, .noCertificate, .noKey, .unreadable: .files
    case .garbage, .swapped, .future: .certificate
    case .noKeyAtAll: .key
    case .otherKey: .keyMatch
    }
  }

  var words: String {
    switch self {
    case .noFolder: "There is no folder"
    case .noCertificate, .noKey: "is missing"
    case .unreadable: "cannot be read"
    case .garbage, .swapped: "is not a PEM certificate"
    case .future: "is not valid yet"
    case .otherKey: "does not match the certificate"
    case .noKeyAtAll: "is not a PEM private key"
    }
  }

  func put(into keys: borrowing Keys) throws {
    let certificate = keys.thingPath + "/cert.pem"
    let key = keys.thingPath + "/privkey.pem"
    switch self {
    case .noFolder: rename(keys.thingPath, keys.thingPath + ".old")
    case .noCertificate: unlink(certificate)
    case .noKey: unlink(key)
    case .unreadable:
      // Not by its mode: the tests may run as root.
      unlink(certificate)
      mkdir(certificate, 0o700)
    case .garbage: try keys.folder.write("garbage", to: "lamp1/cert.pem")
    case .swapped:
      rename(certificate, key + ".new")
      rename(key, certificate)
      rename(key + ".new", key)
    case .future: break
    case .otherKey: try PrivateFiles.write(keys.server.privateKey, to: key)
    case .noKeyAtAll: try keys.folder.write("garbage", to: "lamp1/privkey.pem")
    }
  }
}

/// What is wrong with a CA file.
private enum CAFault: String, CaseIterable {
  case missing, folder, empty, damaged, noAuthority, expired, future

  var words: String {
    switch self {
    case .missing: "There is no CA file"
    case .folder: "is a folder"
    case .empty, .damaged: "holds no certificate that can be read"
    case .noAuthority: "is not a CA's certificate"
    case .expired: "has expired"
    case .future: "is not valid yet"
    }
  }

  func file(in keys: borrowing Keys) throws -> String {
    let path = keys.folder.path("other.pem")
    switch self {
    case .missing: break
    case .folder: return keys.folder.path
    case .empty: try keys.folder.write("", to: "other.pem")
    case .damaged:
      try keys.folder.write(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", to: "other.pem")
    case .noAuthority: return keys.thingPath + "/cert.pem"
    case .expired:
      try PrivateFiles.write(CertificateAuthority(validity: .past).certificate, to: path)
    case .future:
      try PrivateFiles.write(CertificateAuthority(validity: .future).certificate, to: path)
    }
    return path
  }
}
