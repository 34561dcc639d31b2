import Glibc
import JSON
import Sandbox
import Shadow
import TestSupport
import Testing

@Suite("What a sandbox tells of its requests")
struct SandboxReportTests {
  @Test("a line each, in columns, and a summary at the end")
  func lines() throws {
    let folder = try TemporaryFolder()
    let sandbox = try SandboxProgram(in: folder.path("box"), ["--thing", "lamp1"])
    let requests = [
      ("update", #"{"state":{"reported":{"on":true}}}"#),
      ("name/night/update", #"{"state":{"reported":{"on":true}},"version":4}"#), ("get", ""),
      ("delete", ""),
    ]
    for (operation, body) in requests {
      try MosquittoClient.publish(
        body, to: "$aws/things/lamp1/shadow/\(operation)", as: sandbox.batch.owner,
        of: sandbox.batch, port: sandbox.port)
    }
    try sandbox.stop()
    let lines = sandbox.child.errorText.split(separator: "\n").map(String.init)
    let told = lines.filter { $0.contains("  lamp1  ") }
    #expect(
      told.map { String($0.dropFirst("12:04:50.736".count)) } == [
        "  lamp1     -      update  accepted      v1        34 B",
        "  lamp1     night  update  rejected 409  -         46 B  Version conflict",
        "  lamp1     -      get     accepted      v1         0 B",
        "  lamp1     -      delete  accepted      v1         0 B",
      ])
    let start = try #require(lines.firstIndex { $0.hasPrefix("The sandbox ran for ") })
    #expect(lines[start].contains(" s: 4 requests ("))
    #expect(lines[start].hasSuffix(" a second), 80 B, 1 thing touched."))
    #expect(
      Array(lines[(start + 1)...]) == [
        "          accepted  rejected", "  get            1         0",
        "  update         1         1  (409: 1)", "  delete         1         0",
      ])
  }

  @Test("with --quiet the summary alone")
  func quiet() throws {
    let folder = try TemporaryFolder()
    let sandbox = try SandboxProgram(in: folder.path("box"), ["--thing", "lamp1", "--quiet"])
    #expect(try Program.run(["update"] + sandbox.options("lamp1") + ["a=1"]).status == 0)
    try sandbox.stop()
    #expect(!sandbox.child.errorText.contains("  lamp1  "))
    #expect(sandbox.child.errorText.contains(": 1 request ("))
  }

  @Test("a reader that does not read holds nothing up, and is told what was left out")
  func slowReader() async throws {
    let folder = try TemporaryFolder()
    var ends: [CInt] = [-1, -1]
    #expect(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(reading) }
    let sandbox = try SandboxProgram(
      in: folder.path("box"), ["--things", "11"], errors: .descriptor(writing))
    close(writing)
    let client = try await FaithfulClient(sandbox, thing: "00000001")
    defer { client.stop() }
    // Some 70 bytes a line: far more than a pipe and what may wait hold together.
    var sent = 0
    while sent < 4000 {
      client.send(Int64(sent + 1)...Int64(sent + 1000))
      sent += 1000
      try await client.waitForAccepted(sent)
    }
    #expect(try await client.document()?.version == 4000)

    sandbox.child.signal(SIGTERM)
    var told: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(reading, &buffer, buffer.count)
      guard count > 0 else { break }
      told += buffer[..<count]
    }
    #expect(try sandbox.child.waitForEnd(seconds: 20) == .exited(0))
    let lines = String(decoding: told, as: UTF8.self).split(separator: "\n")
    let leftOut = try #require(lines.first { $0.hasPrefix("… ") })
    #expect(leftOut.hasSuffix(" lines were left out: the reader is slow"))
    let number = try #require(leftOut.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    #expect(number + lines.count { $0.contains("  00000001  ") } == 4001)
    #expect(lines.contains { $0.contains(": 4001 requests (") })
  }

  @Test("a reader that never reads does not keep it from ending")
  func noReader() throws {
    let folder = try TemporaryFolder()
    var ends: [CInt] = [-1, -1]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    let filler = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
    while write(ends[1], filler, filler.count) > 0 {}
    _ = fcntl(ends[1], F_SETFL, 0)
    let sandbox = try SandboxProgram(
      in: folder.path("box"), ["--thing", "lamp1"], errors: .descriptor(ends[1]))
    #expect(try Program.run(["update"] + sandbox.options("lamp1") + ["a=1"]).status == 0)
    sandbox.child.signal(SIGTERM)
    #expect(try sandbox.child.waitForEnd(seconds: 10) == .exited(0))
  }
}
