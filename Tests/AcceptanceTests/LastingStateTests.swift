import Glibc
import JSON
import Sandbox
import Shadow
import TestSupport
import Testing

@Suite("Shadows that last")
struct LastingStateTests {
  /// How often the program is killed; `scripts/soak-state` wants more.
  private static let kills =
    getenv("SHADOWSCOPE_KILLS").flatMap { Int(String(cString: $0)) } ?? 5

  @Test("no accepted update is lost when the program is killed, between and during writes")
  func killed() async throws {
    let seed = getenv("SHADOWSCOPE_SEED").flatMap { UInt64(String(cString: $0)) } ?? 20
    var generator = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    // More than ten things, so that their keys are made in no time.
    let names = SandboxOptions.numberedThings(11)
    let arguments = ["--things", "11", "--state-dir", folder.path("state"), "--quiet"]
    let things = Array(names.prefix(3))
    var expected = things.map { _ in ExpectedShadow() }
    var next: Int64 = 1
    var (acceptedInAll, unansweredInAll) = (0, 0)
    for round in 1...Self.kills {
      let sandbox = try SandboxProgram(in: folder.path("box"), arguments)
      var clients: [FaithfulClient] = []
      for thing in things { clients.append(try await FaithfulClient(sandbox, thing: thing)) }
      defer { for client in clients { client.stop() } }
      // In every fourth round all is answered before the end; else answers are on their way.
      let count = Int64.random(in: 1...300, using: &generator)
      let sent = next...(next + count - 1)
      next += count
      for client in clients { client.send(sent) }
      let wanted = round % 4 == 0 ? Int(count) : Int.random(in: 0...Int(count), using: &generator)
      try await clients[round % clients.count].waitForAccepted(wanted)
      try sandbox.kill()

      let after = try SandboxProgram(in: folder.path("box"), arguments)
      for (index, thing) in things.enumerated() {
        clients[index].stop()
        let accepted = clients[index].accepted
        acceptedInAll += accepted.count
        unansweredInAll += sent.count - accepted.count
        let witness = try await FaithfulClient(after, thing: thing)
        defer { witness.stop() }
        do {
          try expected[index].check(
            try await witness.document(), sent: sent, accepted: accepted)
        } catch {
          throw ChildProcess.Failure(
            description: "seed \(seed), round \(round), \(thing): \(error)")
        }
      }
      // Killed where nothing was being written.
      try after.kill()
      #expect(!after.child.errorText.contains("damaged"))
    }
    print(
      "killed \(2 * Self.kills) times: \(acceptedInAll) updates accepted, none lost; "
        + "\(unansweredInAll) had no answer yet")
    #expect(acceptedInAll > 0)
  }

  @Test("a deleted shadow's version is remembered across a restart, as within one run")
  func deletion() throws {
    let folder = try TemporaryFolder()
    let arguments = ["--thing", "lamp1", "--state-dir", folder.path("state")]
    var sandbox = try SandboxProgram(in: folder.path("box"), arguments)
    for _ in 1...3 {
      #expect(try Program.run(["update"] + sandbox.options("lamp1") + ["a=1.00"]).status == 0)
    }
    try MosquittoClient.publish(
      "", to: "$aws/things/lamp1/shadow/delete", as: sandbox.batch.owner, of: sandbox.batch,
      port: sandbox.port)
    try sandbox.child.wait(for: "deletion") { $0.errorText.contains("delete  accepted      v3") }
    try sandbox.stop()
    sandbox = try SandboxProgram(in: folder.path("box"), arguments)
    #expect(try Program.run(["get"] + sandbox.options("lamp1")).status == 4)
    let made = try Program.run(["update"] + sandbox.options("lamp1") + ["a=1.00"])
    #expect(try JSONParser.parse(made.output.utf8).object?["version"] == 5)
    let read = try Program.run(["get"] + sandbox.options("lamp1"))
    #expect(read.output.contains(#""a": 1.00"#))
    try sandbox.stop()
  }

  @Test("a full disk refuses updates with 500, changes nothing and is told once")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    // A limit on the size of files is as good as a full disk, as long as its signal is ignored.
    let limited = ["sh", "-c", "trap '' XFSZ; ulimit -f 16; exec \"$@\"", "sh"]
    let arguments = ["--thing", "lamp1", "--state-dir", folder.path("state")]
    let sandbox = try SandboxProgram(in: folder.path("box"), arguments, prefix: limited)
    let long = "text=" + String(repeating: "x", count: 3000)
    var accepted = 0
    var refused = try Program.run(["update"] + sandbox.options("lamp1") + [long])
    while refused.status == 0, accepted < 20 {
      accepted += 1
      refused = try Program.run(["update"] + sandbox.options("lamp1") + [long])
    }
    #expect(accepted > 0)
    #expect(refused.status == 3)
    #expect(refused.errors.contains("500 Internal service failure"))
    #expect(try Program.run(["update"] + sandbox.options("lamp1") + [long]).status == 3)
    let before = try Program.run(["get"] + sandbox.options("lamp1")).output
    #expect(before.contains("\"version\": \(accepted),"))
    try sandbox.stop()
    #expect(
      sandbox.child.errorText.components("Shadows cannot be kept: cannot write").count == 2)
    #expect(sandbox.child.errorText.contains("File too large"))

    let after = try SandboxProgram(in: folder.path("box"), arguments)
    let read = try Program.run(["get"] + after.options("lamp1")).output
    #expect(read.contains("\"version\": \(accepted),"))
    #expect(try Program.run(["update"] + after.options("lamp1") + [long]).status == 0)
    try after.stop()
  }

  @Test("says what it drops of a write that was cut short, and starts")
  func torn() throws {
    let folder = try TemporaryFolder()
    let arguments = ["--thing", "lamp1", "--state-dir", folder.path("state")]
    var sandbox = try SandboxProgram(in: folder.path("box"), arguments)
    #expect(try Program.run(["update"] + sandbox.options("lamp1") + ["a=1"]).status == 0)
    try sandbox.stop()
    let journal = folder.path("state/journal")
    let file = fopen(journal, "a")
    fputs("210 0a1b2c3d {\"sequence\":2,\"changes\":[{\"thi", file)
    fclose(file)
    sandbox = try SandboxProgram(in: folder.path("box"), arguments)
    try sandbox.child.wait(for: "words") { $0.errorText.contains("was cut short") }
    #expect(sandbox.child.errorText.contains(journal))
    let read = try Program.run(["get"] + sandbox.options("lamp1")).output
    #expect(read.contains("\"version\": 1,"))
    try sandbox.stop()
  }

  @Test("refuses a damaged file, a foreign folder and one in use, with words and nothing started")
  func refused() throws {
    let folder = try TemporaryFolder()
    let state = folder.path("state")
    let sandbox = try SandboxProgram(
      in: folder.path("box"), ["--thing", "lamp1", "--state-dir", state])
    func start(_ state: String) throws -> (status: CInt?, output: String, errors: String) {
      try Program.run(
        ["sandbox", "--dir", folder.path("other"), "--thing", "lamp1", "--state-dir", state])
    }
    let inUse = try start(state)
    #expect(inUse.status == 69)
    #expect(inUse.errors.contains("another sandbox keeps its shadows in \(state)"))
    try sandbox.stop()

    let damaged = "23 681aa0e7 {\"journal\":1,\"after\":0}\n"
    try PrivateFiles.write(Array(damaged.utf8), to: "\(state)/journal")
    let refused = try start(state)
    #expect(refused.status == 65)
    #expect(refused.errors.contains("\(state)/journal is damaged: line 1: its checksum"))
    #expect(refused.output.isEmpty)

    let foreign = try start(folder.path("box"))
    #expect(foreign.status == 66)
    #expect(foreign.errors.contains("no file of kept shadows"))
  }
}

extension String {
  /// The parts between the occurrences of a text.
  fileprivate func components(_ separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
