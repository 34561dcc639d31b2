import Glibc
import JSON
import Sandbox
import TestSupport
import Testing

@Suite("The sandbox's contract with scripts")
struct SandboxContractTests {
  /// A running `shadowscope sandbox` that has said that it is ready.
  private func start(_ arguments: [String]) throws -> (child: ChildProcess, ready: JSONValue) {
    let child = try ChildProcess([Program.path, "sandbox"] + arguments)
    try child.wait(seconds: 30, for: "ready line") { $0.outputText.hasSuffix("\n") }
    return (child, try JSONParser.parse(child.outputText.utf8))
  }

  @Test("lays out the folder and tells how to connect, in one line of JSON")
  func layout() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("box")
    let (child, ready) = try start(["--dir", path, "--thing", "lamp1", "--thing", "lamp2"])
    #expect(child.outputText.filter { $0 == "\n" }.count == 1)
    let members = try #require(ready.object)
    #expect(members.map(\.key) == ["host", "port", "ca", "things", "owner"])
    #expect(members["host"] == "localhost")
    #expect(members["things"] == ["lamp1", "lamp2"])
    #expect(members["ca"] == .string("\(path)/ca.pem"))
    #expect(
      members["owner"] == [
        "cert": .string("\(path)/owner/cert.pem"), "key": .string("\(path)/owner/privkey.pem"),
      ])
    #expect(entries(of: "\(path)/things") == ["lamp1", "lamp2"])
    let thing = entries(of: "\(path)/things/lamp1")
    #expect(thing.contains("cert.pem") && thing.contains("privkey.pem"))

    // The line to paste works as it is printed.
    try child.wait(for: "line to paste") { $0.errorText.contains("--endpoint localhost:") }
    let line = try #require(
      child.errorText.split(separator: "\n").first { $0.contains("shadowscope monitor") })
    let words = line.split(separator: " ").dropFirst(2).map(String.init)
    #expect(try Program.run(["get"] + words).status == 4)

    child.signal(SIGTERM)
    #expect(try child.waitForEnd(seconds: 20) == .exited(0))
    #expect(processes(mentioning: path) == [])
    #expect(entries(of: "\(path)/things") == ["lamp1", "lamp2"])
  }

  @Test("writes the batch as MIC's zip when asked to, names it, and overwrites nothing else")
  func zip() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("box")
    let (child, ready) = try start(["--dir", path, "--things", "2", "--zip"])
    #expect(ready.object?["zip"] == .string("\(path)/batch.zip"))
    let port = Int(try #require(ready.object?["port"]?.integer))
    let got = try Program.run([
      "get", "--batch", "\(path)/batch.zip", "--thing", "00000002", "--endpoint",
      "localhost:\(port)",
    ])
    #expect(got.status == 4, "\(got.errors)")
    child.signal(SIGTERM)
    #expect(try child.waitForEnd(seconds: 20) == .exited(0))
    try folder.write("mine", to: "mine.zip")
    let refused = try Program.run([
      "sandbox", "--dir", folder.path("other"), "--zip", folder.path("mine.zip"),
    ])
    #expect(refused.status == 73)
    #expect(refused.errors.contains("no sandbox wrote it"))
    #expect(entries(of: folder.path) == ["box", "mine.zip"])
  }

  @Test("the owner acts for every thing, a thing only for itself")
  func identities() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("box")
    let (child, ready) = try start(["--dir", path, "--things", "2"])
    let port = Int(try #require(ready.object?["port"]?.integer))
    let batch = BatchFolder(path: path)
    let wish = #"{"state":{"desired":{"power":"on"}}}"#
    for (identity, thing) in [(batch.owner, "00000001"), (batch.thing("00000002"), "00000001")] {
      try MosquittoClient.publish(
        wish, to: "$aws/things/\(thing)/shadow/update", as: identity, of: batch, port: port)
    }
    let get = [
      "get", "--thing-dir", batch.thing("00000001").path, "--endpoint", "localhost:\(port)",
    ]
    let document = try JSONParser.parse(Program.run(get).output.utf8)
    // The owner's update was the first and only one.
    #expect(document.object?["version"] == 1)
    child.signal(SIGINT)
    #expect(try child.waitForEnd(seconds: 20) == .exited(0))
  }

  @Test("a temporary folder goes with it")
  func temporary() throws {
    let folder = try TemporaryFolder()
    let child = try ChildProcess(
      ["env", "TMPDIR=\(folder.path)", try Program.path, "sandbox", "--things", "1"])
    try child.wait(seconds: 30, for: "ready line") { $0.outputText.hasSuffix("\n") }
    #expect(!entries(of: folder.path).isEmpty)
    child.signal(SIGTERM)
    #expect(try child.waitForEnd(seconds: 20) == .exited(0))
    #expect(entries(of: folder.path) == [])
    #expect(processes(mentioning: folder.path) == [])
  }

  @Test("it ends with the process that started it, however that ends")
  func parentKilled() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("box")
    let program = try Program.path
    // The shell is the sandbox's parent: it waits for it, rather than becoming it.
    let shell = try ChildProcess([
      "sh", "-c", "'\(program)' sandbox --dir '\(path)' --things 1; exit 0",
    ])
    try shell.wait(seconds: 30, for: "ready line") { $0.outputText.hasSuffix("\n") }
    shell.signal(SIGKILL)
    try await waitUntil("no process of the sandbox") { processes(mentioning: path).isEmpty }
  }

  @Test("killed itself, it takes the broker along")
  func killed() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("box")
    let (child, _) = try start(["--dir", path, "--things", "1"])
    #expect(processes(mentioning: "\(path)/broker/").count == 1)
    child.signal(SIGKILL)
    #expect(try child.waitForEnd() == .killed(signal: SIGKILL))
    try await waitUntil("no broker") { processes(mentioning: path).isEmpty }
  }

  @Test(
    "refuses with words what it cannot do",
    arguments: [
      (["--thing", "a/b"], 64, "cannot be a thing's name"),
      (["--thing", "a", "--thing", "a"], 64, "named twice"),
      (["--things", "0"], 64, "1 to 1000"), (["--port", "0"], 64, "1 to 65535"),
      (["--things", "2", "--thing", "a"], 64, "not both"),
    ])
  func refused(arguments: [String], status: CInt, words: String) throws {
    let run = try Program.run(["sandbox"] + arguments)
    #expect(run.status == status)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(words))
  }

  @Test("refuses a folder that holds something else, and a port that is taken")
  func taken() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "notes.txt")
    let foreign = try Program.run(["sandbox", "--dir", folder.path])
    #expect(foreign.status == 66)
    #expect(foreign.errors.contains("not a sandbox's"))
    #expect(entries(of: folder.path) == ["notes.txt"])

    let other = try TestSandbox()
    let clash = try Program.run(["sandbox", "--port", "\(other.port)", "--things", "1"])
    #expect(clash.status == 69)
    #expect(clash.errors.contains("is taken"))
  }
}
