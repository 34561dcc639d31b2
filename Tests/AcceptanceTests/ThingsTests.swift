import Glibc
import JSON
import Sandbox
import TestSupport
import Testing
import Thing

@Suite("things")
struct ThingsTests {
  /// A batch of which one thing is as it should be.
  private struct MixedBatch: ~Copyable {
    let folder: TemporaryFolder

    init() throws {
      let folder = try TemporaryFolder()
      try Self.fill(folder.path)
      self.folder = folder
    }

    private static func fill(_ path: String) throws {
      let long = Validity(notBefore: 0, notAfter: Int64(time(nil)) + 400 * 86_400)
      let authority = try CertificateAuthority(validity: long)
      let things: [(String, Validity)] = [
        ("good", long), ("soon", .aroundNow), ("old", .past), ("early", .future),
        ("nokey", .aroundNow), ("noise", .aroundNow), ("esc\u{1B}[2Japed", long),
      ]
      for (name, validity) in things {
        try IdentityFolder(path: "\(path)/\(name)").write(
          authority.issue(
            CertificateRequest(commonName: "thing", purpose: .client, validity: validity)))
      }
      unlink("\(path)/nokey/privkey.pem")
      truncate("\(path)/noise/cert.pem", 20)
      mkdir("\(path)/nothing", 0o700)
    }
  }

  @Test("tells the state of each, as a table that nothing can spoil")
  func table() throws {
    let batch = try MixedBatch()
    let (status, output, errors) = try Program.run(["things", batch.folder.path])
    #expect(status == 0)
    #expect(errors.isEmpty)
    let lines = output.split(separator: "\n")
    #expect(
      lines[0] == "THING        STATE          VALID FROM  VALID UNTIL  SHA-256 FINGERPRINT")
    #expect(
      lines.dropFirst().map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
        "early not-yet-valid", "esc␛[2Japed valid", "good valid", "noise broken", "nokey broken",
        "old expired", "soon expiring",
      ])
    #expect(lines[4].contains("-           -            "))
    #expect(lines[5].contains("privkey.pem"))
    // Every column begins where its head does.
    let fingerprint = try #require(lines[3].split(separator: " ").last)
    #expect(fingerprint.count == 64 && fingerprint.allSatisfy(\.isHexDigit))
    #expect(lines[3].prefix(53).count == 53 && lines[3].dropFirst(53) == fingerprint)
  }

  @Test("prints an object a line with --json")
  func json() throws {
    let batch = try MixedBatch()
    let (status, output, _) = try Program.run(["things", "--batch", batch.folder.path, "--json"])
    #expect(status == 0)
    let rows = try output.split(separator: "\n").map {
      try #require(JSONParser.parse(Array($0.utf8)).object)
    }
    #expect(
      rows.map { $0["state"] } == [
        "not-yet-valid", "valid", "valid", "broken", "broken", "expired", "expiring",
      ])
    #expect(rows[1]["thing"] == "esc\u{1B}[2Japed")
    #expect(rows[3]["notAfter"]?.isNull == true)
    #expect(rows[3]["reason"]?.string?.contains("cert.pem") == true)
    #expect(rows[4]["fingerprint"]?.string?.count == 64)
    #expect(rows[2]["reason"]?.isNull == true)
    #expect(rows[2]["notAfter"]?.string?.hasSuffix("Z") == true)
    #expect(rows[2]["path"]?.string == batch.folder.path("good"))
  }

  @Test("the time before an end is for the person to say")
  func notice() throws {
    let batch = try MixedBatch()
    func states(_ notice: String) throws -> [String] {
      try Program.run(["things", batch.folder.path, "--expires-within", notice]).output
        .split(separator: "\n").dropFirst().map { String($0.split(separator: " ")[1]) }
    }
    #expect(try states("1s").filter { $0 == "expiring" }.isEmpty)
    #expect(try states("500d").filter { $0 == "expiring" }.count == 3)
  }

  @Test("reads a zip, a profile's batch, and the folder of one thing")
  func sources() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let zip = folder.path("certs.zip")
    let entries = try ["lamp1", "lamp2"].flatMap { name in
      let files = sandbox.batch.thing(name)
      return try [("cert.pem", files.certificate), ("privkey.pem", files.privateKey)].map {
        ZipBytes.Entry("\(name)/\($0.0)", try #require(Files.bytes(of: $0.1, limit: 1 << 16)))
      }
    }
    try PrivateFiles.write(ZipBytes(entries).bytes, to: zip)
    func names(_ arguments: [String]) throws -> [String] {
      try Program.run(["things"] + arguments).output.split(separator: "\n").dropFirst()
        .map { String($0.prefix { $0 != " " }) }
    }
    #expect(try names([zip]) == ["lamp1", "lamp2"])
    #expect(try names([sandbox.batch.thing("lamp2").path]) == ["lamp2"])
    let config = folder.path("config.toml")
    try folder.write("[profiles.plant]\nbatch = \"\(zip)\"\n", to: "config.toml")
    #expect(try names(["--config", config, "--profile", "plant"]) == ["lamp1", "lamp2"])
  }

  @Test(
    "explains what cannot be read",
    arguments: [
      (["/nowhere"], 66, "/nowhere"), (["/etc/passwd"], 65, "/etc/passwd"), (["/usr"], 66, "/usr"),
      ([], 64, "Name the batch"), (["a", "--batch", "b"], 64, "Give the batch once"),
      (["a", "--expires-within", "30"], 64, "--expires-within"),
      (["--profile", "none"], 64, "none"),
    ] as [([String], CInt, String)])
  func unreadable(_ arguments: [String], _ status: CInt, _ words: String) throws {
    let run = try Program.run(["things"] + arguments)
    #expect(run.status == status)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(words))
  }

  @Test("a terminal gets lines that fit, in colours")
  func terminal() async throws {
    let batch = try MixedBatch()
    let session = try Program.inLastingTerminal(["things", batch.folder.path])
    let screen = try await session.wait(seconds: 20, for: "ended 0")
    #expect(screen.contains("…"))
    #expect(screen.contains("esc␛[2Japed"))
  }
}
