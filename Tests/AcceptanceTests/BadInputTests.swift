import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("Bad input gets words and a status of its own")
struct BadInputTests {
  @Test("no such folder")
  func noFolder() throws {
    let (status, output, errors) = try Program.run([
      "get", "--thing-dir", "/nowhere/lamp1", "--endpoint", "localhost",
    ])
    #expect(status == 66)
    #expect(output.isEmpty)
    #expect(errors.hasPrefix("shadowscope: There is no folder /nowhere/lamp1."))
  }

  @Test("a key that does not match its certificate")
  func mismatch() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let (one, other) = (sandbox.batch.thing("lamp1"), sandbox.batch.thing("lamp2"))
    try copy(one.certificate, to: folder.path("cert.pem"))
    try copy(other.privateKey, to: folder.path("privkey.pem"))
    let (status, _, errors) = try Program.run([
      "get", "--thing-dir", folder.path, "--thing", "lamp1", "--endpoint", "localhost:1",
    ])
    #expect(status == 78)
    #expect(errors.contains("does not match the certificate"))
    #expect(errors.contains("Take both files from the same folder"))
  }

  @Test("an expired certificate, with the date until which it was valid")
  func expired() throws {
    let folder = try TemporaryFolder()
    let authority = try CertificateAuthority(validity: .aroundNow)
    let identity = try authority.issue(
      CertificateRequest(
        commonName: "lamp1", purpose: .client, validity: .past, key: .elliptic))
    let lamp = IdentityFolder(path: folder.path("lamp1"))
    try lamp.write(identity)
    let (status, _, errors) = try Program.run([
      "get", "--thing-dir", lamp.path, "--endpoint", "localhost:1",
    ])
    #expect(status == 78)
    #expect(errors.contains("has expired"))
    #expect(errors.contains("It was valid until"))
  }

  @Test("the wrong CA")
  func wrongAuthority() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let other = try CertificateAuthority(validity: .aroundNow)
    try PrivateFiles.write(other.certificate, to: folder.path("other.pem"))
    let (status, _, errors) = try Program.run(
      ["get"] + sandbox.options + ["--ca", folder.path("other.pem")])
    #expect(status == 76)
    #expect(errors.contains("other.pem"))
  }

  @Test("an endpoint that does not resolve")
  func unresolvable() throws {
    let sandbox = try TestSandbox()
    let (status, _, errors) = try Program.run([
      "get", "--thing-dir", sandbox.batch.thing("lamp1").path, "--endpoint", "no-host.invalid",
    ])
    #expect(status == 68)
    #expect(errors.contains("The host no-host.invalid cannot be found."))
  }

  @Test("a refused port")
  func refused() throws {
    let sandbox = try TestSandbox()
    let (status, _, errors) = try Program.run([
      "get", "--thing-dir", sandbox.batch.thing("lamp1").path, "--endpoint", "127.0.0.1:1",
    ])
    #expect(status == 69)
    #expect(errors.contains("127.0.0.1:1 refused the connection."))
  }

  @Test("a port that speaks no TLS")
  func plainText() throws {
    let sandbox = try TestSandbox()
    let peer = try ScriptedPeer { client, _ in
      try client.send(Array("220 mail.example ready\r\n".utf8))
      client.waitForEnd()
    }
    let (status, _, errors) = try Program.run([
      "get", "--thing-dir", sandbox.batch.thing("lamp1").path, "--endpoint",
      "127.0.0.1:\(peer.port)",
    ])
    #expect(status == 76)
    #expect(errors.contains("does not speak TLS"))
  }

  @Test("a thing that the batch does not hold, with those that it does")
  func unknownThing() throws {
    let sandbox = try TestSandbox()
    let (status, _, errors) = try Program.run([
      "get", "--batch", "\(sandbox.batch.path)/things", "--thing", "lamp9", "--endpoint",
      "localhost:\(sandbox.port)",
    ])
    #expect(status == 66)
    #expect(errors.contains("There is no thing “lamp9”"))
    #expect(errors.contains("lamp1, lamp2"))
  }

  @Test(
    "malformed JSON in update, with a caret under the fault",
    arguments: [
      (#"a={"b" 1}"#, "expected ':'"), ("a=[1 2]", "expected ',' or ']'"), (#"a="x"#, "expected"),
      ("a=[null]", "cannot hold null"), (#"a={"b":1,"b":2}"#, "the key “b” stands in it twice"),
    ])
  func malformed(assignment: String, words: String) throws {
    let (status, output, errors) = try Program.run([
      "update", "--thing-dir", "/nowhere", "--endpoint", "localhost", assignment,
    ])
    #expect(status == 65)
    #expect(output.isEmpty)
    #expect(errors.contains(words))
  }

  @Test(
    "arguments that are no assignments, or contradict each other",
    arguments: [["temperature"], ["=1"], ["/a~2b=1"], ["a=1", "a=2"], ["/a=1", "/a/b=2"]])
  func assignments(_ assignments: [String]) throws {
    let (status, _, errors) = try Program.run(
      ["update", "--thing-dir", "/nowhere", "--endpoint", "localhost"] + assignments)
    #expect(status == 64)
    #expect(errors.hasPrefix("shadowscope: “"))
  }

  @Test(
    "an endpoint that is a URL or has no port",
    arguments: ["mqtts://host", "host/path", "host:0", "host:99999", "host:", " "])
  func endpoint(_ endpoint: String) throws {
    let (status, _, errors) = try Program.run([
      "get", "--thing-dir", "/nowhere", "--endpoint", endpoint,
    ])
    #expect(status == 64)
    #expect(errors.contains("HOST") || errors.contains("port"))
  }

  @Test(
    "a client id that no broker takes",
    arguments: ["", "$aws", String(repeating: "x", count: 129), "a\u{1}b"])
  func clientID(_ id: String) throws {
    let sandbox = try TestSandbox()
    let (status, _, errors) = try Program.run(["get"] + sandbox.options + ["--client-id", id])
    #expect(status == 64)
    #expect(errors.hasPrefix("shadowscope: A client id"))
  }

  @Test("no terminal for the monitor")
  func noTerminal() throws {
    let sandbox = try TestSandbox()
    let (status, _, errors) = try Program.run(["monitor"] + sandbox.options)
    #expect(status == 1)
    #expect(errors.contains("not a terminal"))
  }

  private func copy(_ source: String, to target: String) throws {
    let (ending, _, errors) = try ChildProcess.run(["cp", source, target])
    guard ending == .exited(0) else { throw ChildProcess.Failure(description: errors) }
  }
}
