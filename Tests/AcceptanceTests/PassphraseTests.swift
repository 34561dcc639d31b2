import Glibc
import Sandbox
import TestSupport
import Testing
import Thing

/// A sandbox whose things have encrypted keys, each with its own passphrase.
private struct LockedBatch: ~Copyable {
  let sandbox: TestSandbox
  let folder: TemporaryFolder

  init() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    for thing in ["lamp1", "lamp2"] {
      let files = sandbox.batch.thing(thing)
      mkdir(folder.path(thing), 0o700)
      try folder.write("open \(thing)\nnot the passphrase\n", to: "\(thing).pass")
      let certificate = try #require(Files.bytes(of: files.certificate, limit: 1 << 16))
      try PrivateFiles.write(certificate, to: folder.path("\(thing)/cert.pem"))
      let run = try ChildProcess.run(
        ["openssl", "pkcs8", "-topk8", "-in", files.privateKey, "-passout"]
          + ["file:\(folder.path("\(thing).pass"))"]
          + ["-out", folder.path("\(thing)/privkey.pem")])
      guard run.ending == .exited(0) else { throw ChildProcess.Failure(description: run.errors) }
      chmod(folder.path("\(thing)/privkey.pem"), 0o600)
    }
    self.sandbox = sandbox
    self.folder = folder
  }

  var options: [String] {
    ["--batch", folder.path, "--thing", "lamp1", "--ca", sandbox.batch.authority]
      + ["--endpoint", "localhost:\(sandbox.port)"]
  }
}

@Suite("A passphrase")
struct PassphraseTests {
  @Test("is asked for on the terminal, is never shown, and may be mistyped twice")
  func asked() async throws {
    let batch = try LockedBatch()
    let terminal = try Program.inLastingTerminal(["get"] + batch.options)
    let question = "Passphrase for \(batch.folder.path("lamp1/privkey.pem")):"
    try await terminal.wait(seconds: 20, for: question)
    for attempt in 2...3 {
      try terminal.type("mistyped")
      try terminal.press("Enter")
      try await terminal.wait(seconds: 20, for: "That does not open it (try \(attempt) of 3).")
    }
    // The person's own keys for editing work.
    try terminal.type("open lamp2")
    try terminal.press("BSpace")
    try terminal.type("1")
    try terminal.press("Enter")
    let end = try await terminal.wait(seconds: 20, for: "ended 4")
    #expect(end.contains("No shadow exists"))
    for secret in ["mistyped", "open lamp"] { #expect(!end.contains(secret)) }
  }

  @Test("that is wrong three times is refused, and the terminal shows again what is typed")
  func refused() async throws {
    let batch = try LockedBatch()
    let terminal = try Program.inLastingTerminal(["get"] + batch.options)
    try await terminal.wait(seconds: 20, for: "Passphrase for")
    for attempt in 2...4 {
      try terminal.type("wrong")
      try terminal.press("Enter")
      if attempt < 4 { try await terminal.wait(seconds: 20, for: "(try \(attempt) of 3)") }
    }
    let end = try await terminal.wait(seconds: 20, for: "ended 78")
    #expect(end.contains("The passphrase does not open the private key"))
    try terminal.type("seen")
    try await terminal.wait(seconds: 20, for: "seen")
  }

  @Test(
    "is given up by Control-C and Control-D, and the terminal is as it was", arguments: ["C", "D"])
  func givenUp(_ key: String) async throws {
    let batch = try LockedBatch()
    // The shell itself must outlive Control-C.
    let terminal = try TmuxSession(
      ["sh", "-c", "trap : INT; \"$0\" \"$@\"; echo ended $?; read line", Program.path, "get"]
        + batch.options)
    try await terminal.wait(seconds: 20, for: "Passphrase for")
    try terminal.type("half a pass")
    // Control-D ends the input only where a line begins.
    if key == "D" { try terminal.press("C-u") }
    try terminal.press("C-\(key.lowercased())")
    try await terminal.wait(seconds: 20, for: key == "C" ? "ended 130" : "ended 78")
    try terminal.type("seen")
    let end = try await terminal.wait(seconds: 20, for: "seen")
    #expect(!end.contains("half"))
  }

  @Test("is asked for again after Control-Z and fg")
  func stopped() async throws {
    let batch = try LockedBatch()
    let terminal = try TmuxSession(["bash", "--norc", "-i"], environment: ["PS1": "$ "])
    try await terminal.wait(seconds: 20, for: "$")
    let command = try [Program.path, "get"] + batch.options
    try terminal.type("clear; \(command.joined(separator: " "))")
    try terminal.press("Enter")
    try await terminal.wait(seconds: 20, for: "Passphrase for")
    try terminal.press("C-z")
    try await terminal.wait(seconds: 20, for: "Stopped")
    try terminal.type("echo vis''ible")
    try await terminal.wait(seconds: 20, for: "echo vis''ible")
    try terminal.press("Enter")
    try await terminal.wait(seconds: 20, for: "visible")
    try terminal.type("clear; fg")
    try terminal.press("Enter")
    try await terminal.wait(seconds: 20, for: "Passphrase for")
    try terminal.type("open lamp1")
    try terminal.press("Enter")
    let end = try await terminal.wait(seconds: 20, for: "No shadow exists")
    #expect(!end.contains("open lamp"))
    #expect(end.text.matches(of: #/Passphrase for/#).count == 1)
  }

  @Test("comes from a descriptor where there is nobody to ask")
  func descriptor() throws {
    let batch = try LockedBatch()
    let get = ["sh", "-c", "\"$0\" \"$@\" 3<\"$PASS\"", try Program.path, "get"] + batch.options
    func run(_ more: [String], pass: String) throws -> (ChildProcess.Ending, String) {
      let child = try ChildProcess(
        get + more, environment: ["PASS": batch.folder.path(pass), "PATH": "/usr/bin:/bin"])
      let ending = try child.waitForEnd(seconds: 20)
      return (ending, child.errorText)
    }
    var (ending, words) = try run(["--passphrase-fd", "3"], pass: "lamp1.pass")
    #expect(ending == .exited(4), "\(words)")
    (ending, words) = try run(["--passphrase-fd", "3"], pass: "lamp2.pass")
    #expect(ending == .exited(78))
    #expect(words.contains("The passphrase does not open the private key"))
    (ending, words) = try run(["--passphrase-fd", "999999"], pass: "lamp1.pass")
    #expect(ending == .exited(78))
    #expect(words.contains("descriptor 999999 cannot be read: Bad file descriptor"))
    // A session without a terminal.
    (ending, words) = try run([], pass: "lamp1.pass")
    #expect(ending == .exited(78))
    #expect(words.contains("there is no terminal to ask for it"))
    #expect(words.contains("--passphrase-fd 3 3< FILE"))
  }

  @Test("is asked for before the monitor's screen opens, and when it changes to another thing")
  func monitor() async throws {
    let batch = try LockedBatch()
    let screen = try Program.inTerminal(["monitor"] + batch.options)
    try await screen.wait(seconds: 20, for: "Passphrase for")
    try screen.type("open lamp1")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "● connected")
    for attempt in ["wrong", "open lamp2"] {
      try screen.type("T")
      try await screen.wait(seconds: 20, for: "▌ lamp1")
      try screen.type("lamp2")
      try screen.press("Enter")
      try await screen.wait(seconds: 20, for: "lamp2/privkey.pem:")
      if attempt == "wrong" {
        // Given up: the screen is back as it was, and says why.
        try screen.press("C-c")
        let back = try await screen.wait(seconds: 20, for: "Try again, with its passphrase.")
        #expect(back.rows.first?.contains("lamp1") == true)
      } else {
        try screen.type(attempt)
        try screen.press("Enter")
      }
    }
    try await screen.wait(seconds: 20, for: "the other thing, connected") { shown in
      shown.rows.first?.contains("lamp2") == true && shown.contains("● connected")
    }
    try screen.press("q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
  }
}
