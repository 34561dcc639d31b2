import Sandbox
import TestSupport
import Testing

/// Runs everything that the program does, with all that it tells, and looks for keys in it.
@Suite("A private key", .timeLimit(.minutes(5)))
struct KeyLeakTests {
  private static let passphrase = "canary-passphrase-7Qx"

  /// A scene with an encrypted copy of the thing's key, and files that are mixed up.
  private struct Stage {
    let scene: FaultScene
    let secrets: Secrets
    /// Folders with the thing's files, each wrong in its way.
    let wrong: [(name: String, folder: String)]
    let encrypted: String

    init() throws {
      let scene = try FaultScene()
      let thing = scene.sandbox.batch.thing("lamp1")
      let key = try readFile(thing.privateKey)
      let certificate = try readFile(thing.certificate)
      var wrong: [(String, String)] = []
      func make(_ name: String, certificate: [UInt8], key: [UInt8]) throws -> String {
        let folder = scene.path("\(name)/lamp1")
        try PrivateFiles.makeFolder(scene.path(name))
        try PrivateFiles.makeFolder(folder)
        try PrivateFiles.write(certificate, to: folder + "/cert.pem")
        try PrivateFiles.write(key, to: folder + "/privkey.pem")
        wrong.append((name, folder))
        return folder
      }
      let text = String(decoding: key, as: UTF8.self)
      _ = try make("swapped", certificate: key, key: certificate)
      _ = try make("key-in-both", certificate: key, key: key)
      _ = try make("certificate-in-both", certificate: certificate, key: certificate)
      _ = try make(
        "torn", certificate: certificate, key: Array(text.utf8.prefix(text.utf8.count / 2)))
      _ = try make(
        "no-head", certificate: certificate,
        key: Array(text.split(separator: "\n").dropFirst().joined(separator: "\n").utf8))
      _ = try make(
        "damaged", certificate: certificate,
        key: Array(text.replacing("A", with: "!", maxReplacements: 3).utf8))
      _ = try make(
        "of-another", certificate: certificate,
        key: scene.authority.issue(
          CertificateRequest(commonName: "lamp1", purpose: .client, validity: .aroundNow)
        ).privateKey)
      let encrypted = scene.path("encrypted/lamp1")
      try PrivateFiles.makeFolder(scene.path("encrypted"))
      try PrivateFiles.makeFolder(encrypted)
      try PrivateFiles.write(certificate, to: encrypted + "/cert.pem")
      try PrivateFiles.write(Array(passphrase.utf8), to: scene.path("passphrase"))
      let made = try ChildProcess.run([
        "openssl", "pkcs8", "-topk8", "-in", thing.privateKey, "-out", encrypted + "/privkey.pem",
        "-passout", "file:\(scene.path("passphrase"))",
      ])
      guard made.ending == .exited(0) else { throw ChildProcess.Failure(description: made.errors) }
      let secrets = try Secrets(
        keys: [
          thing.privateKey, encrypted + "/privkey.pem", scene.sandbox.batch.owner.privateKey,
          scene.path("of-another/lamp1/privkey.pem"),
        ], passphrase: passphrase)
      for shown in [thing.certificate, scene.sandbox.batch.owner.certificate] {
        try secrets.exempt(shown)
      }
      (self.scene, self.secrets, self.wrong, self.encrypted) = (scene, secrets, wrong, encrypted)
    }

    /// Runs a command to its end and searches all that it has written.
    func run(_ arguments: [String], environment: [String: String]) throws {
      let run = try ChildProcess.run(
        [Program.path] + arguments, environment: environment, seconds: 40)
      let words = arguments.joined(separator: " ")
      secrets.search(run.output, in: "the output of \(words)")
      secrets.search(run.errors, in: "the errors of \(words)")
    }
  }

  @Test("is found by the search wherever it is")
  func control() throws {
    let stage = try Stage()
    let key = try readFile(stage.scene.sandbox.batch.thing("lamp1").privateKey)
    let text = String(decoding: key, as: UTF8.self)
    let body = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    let part = String(body.dropFirst(30).prefix(30))
    let texts = [
      text, part, text.replacing("\n", with: "\\n"), "\"\(part)\"",
      "│ \(part.prefix(15)) │\n│ \(part.dropFirst(15)) │", "x\(Self.passphrase)y",
    ]
    for (place, text) in texts.enumerated() {
      stage.secrets.search(text, in: "text \(place)")
      #expect(stage.secrets.sightings.count == place + 1, "\(text)")
    }
    let before = stage.secrets.sightings.count
    stage.secrets.search("nothing of the kind, only \(body.prefix(20))", in: "a text without it")
    stage.secrets.search(
      try readFile(stage.scene.sandbox.batch.thing("lamp1").certificate), in: "the certificate")
    #expect(stage.secrets.sightings.count == before)
    stage.secrets.searchFolder(stage.scene.sandbox.batch.things)
    #expect(stage.secrets.sightings.count > before, "in files too")
  }

  @Test("never appears in anything that the program writes, keeps or is started with")
  func nowhere() async throws {
    let stage = try Stage()
    let (scene, secrets) = (stage.scene, stage.secrets)
    let home = scene.path("home")
    for folder in ["", "/config", "/state"] { try PrivateFiles.makeFolder(home + folder) }
    var environment = Program.ours
    let places = [
      "HOME": home, "XDG_CONFIG_HOME": home + "/config", "XDG_STATE_HOME": home + "/state",
    ]
    environment.merge(places) { $1 }

    // Commands that work, and the helps.
    let good = scene.options()
    let commands = [
      "get", "update", "delete", "monitor", "sandbox", "demo", "themes", "doctor", "config", "init",
    ]
    for command in commands { try stage.run([command, "--help"], environment: environment) }
    try stage.run(["update"] + good + ["temperature=21"], environment: environment)
    try stage.run(["update", "--dry-run", "a=1"] + good, environment: environment)
    try stage.run(["delete"] + good, environment: environment)
    for command in [
      ["get"], ["get", "--raw"], ["doctor"], ["doctor", "--json"], ["config"],
      ["config", "--json"],
    ] {
      try stage.run(command + good, environment: environment)
    }
    // Files that are mixed up, and a key in the CA's place.
    let endpoint = ["--endpoint", "127.0.0.1:\(scene.proxy.port)"]
    for (_, folder) in stage.wrong + [("encrypted", stage.encrypted)] {
      for command in ["get", "doctor", "config", "monitor"] {
        try stage.run(
          [command, "--thing-dir", folder, "--ca", scene.trusted] + endpoint,
          environment: environment)
      }
    }
    let key = scene.sandbox.batch.thing("lamp1").privateKey
    for command in ["get", "doctor"] {
      try stage.run(
        [command, "--thing-dir", scene.sandbox.batch.thing("lamp1").path, "--ca", key] + endpoint,
        environment: environment)
    }
    // Connections that fail.
    for row in FaultRow.all where row.command?.isLong == false {
      let other = try FaultScene()
      try row.inject(other)
      try stage.run(["get"] + other.options(thing: try row.thing?(other)), environment: environment)
    }

    try await watch(stage, ["monitor"] + good, places)
    // With its passphrase, asked for on the terminal.
    let arguments = ["--thing-dir", stage.encrypted, "--ca", scene.trusted] + endpoint
    for command in ["get", "monitor"] {
      let screen = try Program.inTerminal([command] + arguments, environment: places)
      try await screen.wait(seconds: 20, for: "assphrase")
      secrets.search(try screen.screen().text, in: "\(command), asking")
      try screen.type(Self.passphrase)
      secrets.search(try screen.screen().text, in: "\(command), answered")
      try screen.press("Enter")
      try await screen.wait(seconds: 20, for: "temperature")
      secrets.search(try screen.styledScreen(), in: "\(command) with a passphrase")
      secrets.searchProcess(try screen.identifier())
    }
    try await sandbox(stage, environment)

    secrets.searchFolder(home)
    secrets.searchFolder(scene.path("state"))
    let (count, bytes) = secrets.searched
    print("searched \(count) places, \(bytes >> 10) KB, for keys: \(secrets.sightings.count) found")
    print("\(secrets.unread) places in /proc are not for us to read")
    #expect(secrets.sightings.isEmpty)
    #expect(count > 100)
  }

  /// Opens every pane of a monitor.
  private func watch(
    _ stage: Stage, _ arguments: [String], _ places: [String: String]
  ) async throws {
    let screen = try Program.inTerminal(
      arguments, rows: 50, columns: 160,
      environment: places.merging(["EDITOR": "true"]) { $1 })
    try await screen.wait(seconds: 20, for: "temperature")
    let process = try screen.identifier()
    func look(_ what: String) throws {
      stage.secrets.search(try screen.styledScreen(), in: "the monitor: \(what)")
      stage.secrets.searchProcess(process)
    }
    for key in [
      "?", "Escape", "i", "w", "Tab", "Tab", "Enter", "1", "2", "3", "Escape", "y", "Escape", "b",
      "Escape", ":", "Escape", "O", "Escape", "T", "Escape", "e", "C-u", "9", "Enter", "b",
      "Escape", "P", "C", "Escape", "c", "Escape", "v", "Escape", "m",
    ] {
      try screen.press(key)
      try look("after \(key)")
    }
    stage.scene.proxy.welcome(.refuse)
    stage.scene.proxy.cut(.reset)
    try await screen.wait(seconds: 20, for: "offline")
    try look("offline")
    stage.scene.proxy.heal()
    try await screen.wait(seconds: 40, for: "● connected")
    try look("connected again")
  }

  /// Runs a sandbox that keeps its shadows and tells everything.
  private func sandbox(_ stage: Stage, _ environment: [String: String]) async throws {
    let folder = stage.scene.path("box")
    let child = try ChildProcess(
      [
        Program.path, "sandbox", "--dir", folder, "--state-dir", stage.scene.path("state"),
        "--thing", "lamp1",
      ], environment: environment)
    try child.wait(seconds: 30, for: "readiness") { $0.outputText.contains("\n") }
    let secrets = try Secrets(
      keys: ["things/lamp1", "owner"].map { IdentityFolder(path: "\(folder)/\($0)").privateKey }
        .filter { (try? readFile($0)) != nil }, passphrase: Self.passphrase)
    stage.secrets.searchProcess(child.identifier)
    secrets.searchProcess(child.identifier)
    child.signal(15)
    try child.waitForEnd(seconds: 20)
    for searcher in [secrets, stage.secrets] {
      searcher.search(child.output, in: "the sandbox's output")
      searcher.search(child.errors, in: "the sandbox's errors")
    }
    secrets.searchFolder(stage.scene.path("state"))
    #expect(secrets.sightings.isEmpty)
  }
}
