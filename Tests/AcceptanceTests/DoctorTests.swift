import Dispatch
import Glibc
import JSON
import Sandbox
import TestSupport
import Testing
import Thing

/// A thing, its authority, and a server that this authority vouches for.
private struct Shop: ~Copyable {
  let folder: TemporaryFolder
  let authority: CertificateAuthority
  let server: Identity

  init() throws {
    let month = Validity(days: 30, from: Int64(time(nil)))
    let folder = try TemporaryFolder()
    let authority = try CertificateAuthority(validity: month)
    let server = try authority.issue(.loopbackServer(validity: month))
    try PrivateFiles.write(authority.certificate, to: folder.path("ca.pem"))
    try Self.issue(month, by: authority, in: folder)
    self.authority = authority
    self.server = server
    self.folder = folder
  }

  func issue(_ validity: Validity) throws {
    try Self.issue(validity, by: authority, in: folder)
  }

  private static func issue(
    _ validity: Validity, by authority: CertificateAuthority, in folder: borrowing TemporaryFolder
  ) throws {
    let thing = try authority.issue(
      CertificateRequest(commonName: "lamp1", purpose: .client, validity: validity))
    try IdentityFolder(path: folder.path("lamp1")).write(thing)
  }

  var thing: [String] { ["--thing-dir", folder.path("lamp1")] }

  func doctor(
    _ endpoint: String?, _ more: [String] = [], locale: String = "C.UTF-8"
  ) throws -> (status: CInt?, output: String, errors: String) {
    try Program.run(
      ["doctor"] + thing + (endpoint.map { ["--endpoint", $0] } ?? []) + more,
      environment: ["LC_ALL": locale, "PATH": "/usr/bin:/bin", "HOME": folder.path])
  }
}

@Suite("doctor")
struct DoctorTests {
  @Test("passes every step on a sandbox, and ends with 0")
  func good() throws {
    let sandbox = try TestSandbox()
    #expect(try Program.run(["update"] + sandbox.options + ["a=1"]).status == 0)
    let (status, output, errors) = try Program.run(
      ["doctor"] + sandbox.options, environment: ["LC_ALL": "C.UTF-8", "HOME": "/nonexistent"])
    #expect(status == 0, "\(output)\(errors)")
    let marked = output.split(separator: "\n").filter { !$0.hasPrefix(" ") }
    #expect(marked.count == CheckStep.allCases.count)
    #expect(marked.allSatisfy { $0.hasPrefix("✓ ") }, "\(output)")
    #expect(marked.last?.hasPrefix("✓ get          version 1, after ") == true)
    #expect(errors.contains("it connects as “lamp1”"))
    #expect(!output.contains("\u{1B}"), "no colours where there is no terminal")
  }

  @Test("is one JSON document with stable names for machines")
  func json() throws {
    let sandbox = try TestSandbox()
    let (status, output, _) = try Program.run(["doctor"] + sandbox.options + ["--json"])
    #expect(status == 0)
    let document = try JSONParser.parse(output.utf8)
    #expect(document.object?["thing"] == "lamp1")
    #expect(document.object?["clientId"] == "lamp1")
    #expect(document.object?["status"] == 0)
    guard case .array(let checks)? = document.object?["checks"] else {
      Issue.record("no checks in \(output)")
      return
    }
    #expect(
      checks.map { $0.object?["step"] } == CheckStep.allCases.map { .string($0.rawValue) })
    for check in checks {
      #expect(
        check.object?.effectiveMembers.map(\.key)
          == ["step", "mark", "words", "meaning", "facts", "causes", "remedy"])
    }
  }

  @Test("writes ASCII where the locale has nothing else")
  func ascii() throws {
    let shop = try Shop()
    let (status, output, _) = try shop.doctor(nil, ["--offline"], locale: "C")
    #expect(status == 64, "no endpoint was given")
    #expect(output.contains("+ files "))
    #expect(output.contains("- DNS          not asked for"))
    #expect(output.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test("checks what it can with some of the options, and says what to give")
  func partial() throws {
    let shop = try Shop()
    let (status, output, _) = try shop.doctor(nil)
    #expect(status == 64)
    #expect(output.contains("✓ key match    the key belongs to the certificate"))
    #expect(output.contains("– endpoint     no endpoint is given"))
    #expect(output.contains("→ Give it with --endpoint HOST[:PORT]."))
    #expect(try shop.doctor("localhost", ["--offline"]).status == 0)
    let nothing = try Program.run(["doctor", "--offline"], environment: ["HOME": "/nonexistent"])
    #expect(nothing.status == 64)
    #expect(nothing.output.contains("--thing-dir FOLDER"))
  }

  @Test("ends with the status of the first step that failed", arguments: Trouble.allCases)
  fileprivate func statuses(_ trouble: Trouble) throws {
    let shop = try Shop()
    let peer = try trouble.peer(shop.server)
    try trouble.put(into: shop)
    let endpoint =
      switch trouble {
      case .scheme: "mqtts://127.0.0.1"
      case .noHost: "broker.invalid"
      case .refused: "127.0.0.1:1"
      default: "127.0.0.1:\(peer.port)"
      }
    let (status, output, _) = try shop.doctor(endpoint)
    #expect(status == trouble.status, "\(output)")
    let failed = try #require(output.split(separator: "\n").first { $0.hasPrefix("✗") })
    #expect(failed.contains(trouble.words), "\(failed)")
    let marked = output.split(separator: "\n").filter { !$0.hasPrefix(" ") }
    #expect(marked.count == CheckStep.allCases.count)
    #expect(output.contains("→ "))
    #expect(!output.contains("PRIVATE KEY"))
  }

  @Test("tells an expired certificate and a bad CA in one go")
  func both() throws {
    let shop = try Shop()
    try shop.issue(.past)
    let (status, output, _) = try shop.doctor("localhost", ["--ca", "/nonexistent/ca.pem"])
    #expect(status == 12)
    #expect(output.contains("✗ certificate"))
    #expect(output.contains("✗ CA"))
    #expect(output.contains("✓ key match"))
  }

  @Test("colours its marks on a terminal, unless NO_COLOR is set", arguments: [false, true])
  func colours(_ isPlain: Bool) async throws {
    let shop = try Shop()
    let terminal = try Program.inLastingTerminal(
      ["doctor", "--offline"] + shop.thing, environment: isPlain ? ["NO_COLOR": "1"] : [:])
    try await terminal.wait(for: "ended 64")
    #expect(try terminal.styledScreen().contains("\u{1B}[") != isPlain)
  }

  @Test("is what a key of the monitor does, without a second connection while there is one")
  func monitor() async throws {
    let sandbox = try TestSandbox()
    #expect(try Program.run(["update"] + sandbox.options + ["a=1"]).status == 0)
    let terminal = try Program.inTerminal(["monitor"] + sandbox.options)
    try await terminal.wait(for: "● connected")
    try terminal.type("c")
    try await terminal.wait(for: "Nothing is wrong with this connection.")
    try terminal.type("G")
    try await terminal.wait(for: "not asked again here")
    try terminal.press("Escape")
    try await terminal.wait(for: "● connected")
    sandbox.running.stop()
    try await terminal.wait(for: "c checks")
    try terminal.type("c")
    try await terminal.wait(for: "✗ TCP: localhost:\(sandbox.port) refused the connection.")
  }

  @Test("takes the place of a connection that does not come about, which is made anew afterwards")
  func oneAtATime() async throws {
    let shop = try Shop()
    let (begun, crossed) = (Recorder<Int>(), Recorder<Int>())
    let ends = (0..<20).map { _ in DispatchSemaphore(value: 0) }
    let peer = try ScriptedPeer(security: .init(shop.server)) { client, number in
      try client.greet()
      // The one before is closed by now, though its thread may have yet to see that.
      if number > 0, ends[number - 1].wait(timeout: .now() + 4) == .timedOut {
        crossed.record(number)
      }
      begun.record(number)
      client.waitForEnd()
      ends[number].signal()
    }
    let terminal = try Program.inTerminal(
      ["monitor"] + shop.thing + ["--endpoint", "127.0.0.1:\(peer.port)"])
    try await terminal.wait(for: "SUBSCRIBE")
    try terminal.type("c")
    try await terminal.wait(seconds: 30, for: "✗ SUBACK")
    let count = begun.count
    try await waitUntil("a connection afterwards", seconds: 20) { begun.count > count }
    #expect(count >= 2, "the monitor's and the checkup's")
    #expect(crossed.events.isEmpty, "two at a time")
  }

  @Test("is named by get and update, line and all, when they cannot connect")
  func named() throws {
    let shop = try Shop()
    let authority = shop.folder.path("the ca.pem")
    try PrivateFiles.write(shop.authority.certificate, to: authority)
    let options = shop.thing + ["--endpoint", "127.0.0.1:1", "--ca", authority]
    for command in [["get"] + options, ["update"] + options + ["a=1"]] {
      let (status, _, errors) = try Program.run(command)
      #expect(status == 69)
      #expect(errors.contains("the broker is down, or the port is wrong"))
      #expect(
        errors.hasSuffix(
          "shadowscope doctor --thing-dir \(shop.folder.path("lamp1")) --endpoint 127.0.0.1:1 "
            + "--ca '\(authority)'\n"), "\(errors)")
    }
  }
}

/// What keeps a thing from its shadow.
private enum Trouble: String, CaseIterable {
  case noFile, expired, badKey, otherKey, badCA, scheme, noHost, refused, plain, otherServer
  case notAuthorised, refusedFilter

  var status: CInt {
    switch self {
    case .noFile: 10
    case .expired: 12
    case .badKey: 13
    case .otherKey: 14
    case .badCA: 15
    case .scheme: 16
    case .noHost: 17
    case .refused: 18
    case .plain, .otherServer: 19
    case .notAuthorised: 21
    case .refusedFilter: 22
    }
  }

  var words: String {
    switch self {
    case .noFile: "is missing"
    case .expired: "has expired"
    case .badKey: "is not a PEM private key"
    case .otherKey: "does not match"
    case .badCA: "holds no certificate"
    case .scheme: "starts with “mqtts://”"
    case .noHost: "cannot be found"
    case .refused: "refused the connection"
    case .plain: "speak"
    case .otherServer: "not trusted here"
    case .notAuthorised: "does not let “lamp1” in"
    case .refusedFilter: "refused the subscription"
    }
  }

  func peer(_ identity: Identity) throws -> ScriptedPeer {
    switch self {
    case .plain:
      return try ScriptedPeer { client, _ in
        try client.readPlain()
        try client.send(Array("220 mail.example ESMTP\r\n".utf8))
        client.waitForEnd()
      }
    case .notAuthorised:
      return try ScriptedPeer(security: .init(identity)) { client, _ in
        try client.greet(code: 5)
        client.waitForEnd()
      }
    case .otherServer:
      let month = Validity(days: 30, from: Int64(time(nil)))
      let stranger = try CertificateAuthority(name: "stranger", validity: month)
      let server = try stranger.issue(.loopbackServer(validity: month))
      return try ScriptedPeer(security: .init(server)) { client, _ in client.waitForEnd() }
    default:
      return try ScriptedPeer(security: .init(identity)) { client, _ in
        try client.serve { request in
          guard case .subscribe(let filters) = request else { return .acknowledge() }
          return .acknowledge(refusing: filters.filter { $0.hasSuffix("/get/accepted") })
        }
      }
    }
  }

  func put(into shop: borrowing Shop) throws {
    let key = shop.folder.path("lamp1/privkey.pem")
    switch self {
    case .noFile: unlink(key)
    case .expired: try shop.issue(.past)
    case .badKey: try PrivateFiles.write(Array("garbage".utf8), to: key)
    case .otherKey: try PrivateFiles.write(shop.server.privateKey, to: key)
    case .badCA: try PrivateFiles.write(Array("garbage".utf8), to: shop.folder.path("ca.pem"))
    default: break
    }
  }
}
