import Glibc
import Sandbox
import TestSupport
import Testing
import Thing

/// A sandbox's batch and authority in a zip, as MIC would give it.
private func zip(
  _ sandbox: borrowing TestSandbox, to path: String, in folder: String = ""
) throws {
  var entries: [ZipBytes.Entry] = []
  for thing in ["lamp1", "lamp2"] {
    let files = sandbox.batch.thing(thing)
    for (name, file) in [("cert.pem", files.certificate), ("privkey.pem", files.privateKey)] {
      let bytes = try #require(Files.bytes(of: file, limit: 1 << 16))
      entries.append(ZipBytes.Entry("\(folder)\(thing)/\(name)", bytes, isDeflated: true))
    }
  }
  let authority = try #require(Files.bytes(of: sandbox.batch.authority, limit: 1 << 16))
  entries.append(ZipBytes.Entry("\(folder)ca.pem", authority, isDeflated: true))
  try PrivateFiles.write(ZipBytes(entries).bytes, to: path)
}

@Suite("A zip in place of a batch")
struct ZipTests {
  @Test("opens from the list, switches things by the picker, and leaves no file")
  func monitor() async throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let home = try TemporaryFolder()
    let path = folder.path("batch.zip")
    try zip(sandbox, to: path, in: "mic/")
    let screen = try Program.inTerminal(
      ["monitor", "--batch", path, "--endpoint", "localhost:\(sandbox.port)"], columns: 140,
      environment: ["TMPDIR": home.path])
    try await screen.wait(seconds: 20, for: "lamp2")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "● connected")
    try screen.type("T")
    try await screen.wait(seconds: 20, for: "lamp2")
    try screen.type("2")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "the other thing, connected") { shown in
      shown.rows.first?.contains("lamp2") == true && shown.contains("● connected")
    }
    #expect(entries(of: home.path) == [])
    #expect(entries(of: folder.path) == ["batch.zip"])
    // Read again when it is asked for, and told what is wrong with it.
    sandbox.running.stop()
    try await screen.wait(seconds: 20, for: "○ offline")
    try PrivateFiles.write([0x50], to: path)
    try screen.press("r")
    try await screen.wait(seconds: 20, for: "is neither a folder nor a zip")
    try screen.press("Escape")
    try await screen.wait(seconds: 20, for: "the notice to go") {
      !$0.contains("is neither a folder nor a zip")
    }
    try screen.type("T")
    try await screen.wait(seconds: 20, for: "does not begin as a zip does")
    try screen.press("Escape")
    // Together the two keys would be Alt-q.
    try await screen.wait(seconds: 20, for: "the notice to go") {
      !$0.contains("does not begin as a zip does")
    }
    try screen.press("q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
  }

  @Test("is typed at the start like any folder")
  func start() async throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    try zip(sandbox, to: folder.path("batch.zip"))
    try folder.write("not a zip", to: "notes.zip")
    let screen = try Program.inTerminal([], columns: 110)
    try await screen.wait(seconds: 20, for: "No thing is named yet")
    try screen.type("o")
    try await screen.wait(seconds: 20, for: "MIC's zip of certificates")
    try screen.type(folder.path("notes.zip"))
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "is neither a folder nor a zip")
    for _ in 0..<"notes.zip".count { try screen.press("BSpace") }
    try screen.type("batch.zip")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "The broker")
    try screen.type("localhost:\(sandbox.port)")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "lamp2")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "● connected")
  }

  @Test("is used by commands without a screen, and a hostile one is refused with its own status")
  func headless() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let path = folder.path("batch.zip")
    try zip(sandbox, to: path)
    let options = ["--batch", path, "--thing", "lamp1", "--endpoint", "localhost:\(sandbox.port)"]
    let update = try Program.run(["update"] + options + ["power=on"])
    #expect(update.status == 0, "\(update.errors)")
    let get = try Program.run(["get"] + options)
    #expect(get.output.contains("\"power\": \"on\""), "\(get.errors)")
    let slip = ZipBytes([ZipBytes.Entry("../lamp1/cert.pem", [65])])
    try PrivateFiles.write(slip.bytes, to: path)
    let refused = try Program.run(["get"] + options)
    #expect(refused.status == 65)
    #expect(
      refused.errors == """
        shadowscope: The zip \(path) is refused, and nothing of it is used.
          The name “../lamp1/cert.pem” in it leads out of the folder by “..”.
          Do not unpack it either: get the zip from MIC again.

        """)
  }

  @Test("gives the line for mosquitto_pub that works as it is, without a key on the disk")
  func otherProgram() async throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let path = folder.path("my batch.zip")
    try zip(sandbox, to: path)
    let screen = try Program.inTerminal(
      ["monitor", "--batch", path, "--thing", "lamp1", "--endpoint", "localhost:\(sandbox.port)"])
    try screen.acceptCopies()
    try await screen.wait(seconds: 20, for: "This thing has no shadow")
    let options = ["--batch", path, "--thing", "lamp1", "--endpoint", "localhost:\(sandbox.port)"]
    #expect(try Program.run(["update"] + options + ["level=1"]).status == 0)
    // The update took the connection of the monitor, which comes back.
    try await screen.wait(seconds: 30, for: "the resource") { shown in
      shown.contains("level") && shown.contains("● connected")
    }
    try screen.type("j")
    try screen.type("y")
    try await screen.wait(seconds: 20, for: "mosquitto_pub")
    try screen.type("mosq")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "copied")
    let line = try screen.copied()
    #expect(line.contains("--key <(unzip -p '\(path)' lamp1/privkey.pem)"))
    try screen.press("q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
    let changed = line.replacing("\"level\":1", with: "\"level\":2")
    let published = try ChildProcess.run(["bash", "-c", changed])
    #expect(published.ending == .exited(0), "\(published.errors)")
    let get = try Program.run(["get"] + options)
    #expect(get.output.contains("\"level\": 2"), "\(get.errors)")
  }
}
