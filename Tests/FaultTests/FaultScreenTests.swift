import Glibc
import Sandbox
import TestSupport
import Testing

/// A handful of the matrix's rows on a real screen, with the program as it is built.
@Suite("Faults on the screen", .timeLimit(.minutes(2)))
struct FaultScreenTests {
  private static let names = [
    "the broker's certificate has expired", "the port refuses", "reset after CONNECT",
    "the broker is killed and comes back", "garbage after TLS",
  ]

  @Test(
    "say what is wrong, leave the edit staged, and let it be published afterwards",
    arguments: FaultRow.all.filter { names.contains($0.name) })
  func row(_ row: FaultRow) async throws {
    let scene = try FaultScene()
    let expected = try #require(row.monitor)
    let screen = try Program.inTerminal(["monitor"] + scene.options(), rows: 40, columns: 120)
    try await screen.wait(seconds: 20, for: "This thing has no shadow")
    try screen.press("a")
    try screen.type("temperature")
    try screen.press("Enter")
    try screen.type("22")
    try await screen.wait(seconds: 20, for: "> 22")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "1 staged")

    try row.inject(scene)
    if expected.isCutFirst { scene.proxy.cut(.reset) }
    let shown = try await screen.wait(seconds: 20, for: "one of \(expected.words)") { shown in
      // On as many lines as it takes, or in the log where it is connected again by now.
      let words = shown.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return expected.words.contains { words.contains($0.prefix(30)) }
    }
    #expect(shown.contains("1 staged"))

    scene.heal()
    try await screen.wait(seconds: 40, for: "● connected") { shown in
      if shown.contains("■ stopped") { try screen.press("r") }
      return shown.contains("● connected")
    }
    #expect(try screen.screen().contains("1 staged"))
    try screen.press("P")
    try await screen.wait(seconds: 20, for: "accepted v1")
    #expect(try scene.document().contains(#""temperature": 22"#))
  }

  @Test("hand the connection on to no program that is started meanwhile")
  func inheritance() async throws {
    let scene = try FaultScene()
    let screen = try Program.inTerminal(["monitor"] + scene.options())
    try await screen.wait(seconds: 20, for: "This thing has no shadow")
    let folder = "/proc/\(try screen.identifier())"
    let connections = try ChildProcess.run(["cat", "\(folder)/net/tcp"]).output
    var sockets = 0
    for name in PrivateFiles.names(in: folder + "/fd") {
      var link = [CChar](repeating: 0, count: 256)
      let count = readlink("\(folder)/fd/\(name)", &link, link.count)
      let target = String(
        decoding: link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      // The library's pair of sockets, by which it wakes itself, holds nothing open.
      let inode = target.split(whereSeparator: { "[]".contains($0) }).last ?? ""
      guard target.hasPrefix("socket:"), connections.contains(" \(inode) ") else { continue }
      sockets += 1
      // Of no size that could be read by.
      let facts = try ChildProcess.run(["cat", "\(folder)/fdinfo/\(name)"]).output
      let flags = facts.split(separator: "\n").first { $0.hasPrefix("flags:") }
        .flatMap { Int($0.split(whereSeparator: \.isWhitespace).last ?? "", radix: 8) }
      // O_CLOEXEC.
      #expect(try #require(flags) & 0o2_000_000 != 0, "descriptor \(name)")
    }
    #expect(sockets > 0)
  }
}
