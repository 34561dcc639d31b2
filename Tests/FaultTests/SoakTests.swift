import Glibc
import TestSupport
import Testing

@Suite("A soak of the connection")
struct SoakTests {
  private static func number(_ variable: String) -> UInt64? {
    getenv(variable).flatMap { UInt64(String(cString: $0)) }
  }

  // In a process of its own, where memory and descriptors are those of the soak alone.
  @Test("of a minute loses no edit and sends none twice", .timeLimit(.minutes(3)))
  func minute() async throws {
    let folder = try TemporaryFolder()
    let program = try #require(CommandLine.arguments.first)
    var environment = Program.ours
    environment["SHADOWSCOPE_SOAK_SECONDS"] = "60"
    environment["SHADOWSCOPE_SEED"] = String(Self.number("SHADOWSCOPE_SEED") ?? 7)
    let child = try ChildProcess(
      [program, "--testing-library", "swift-testing", "--filter", "SoakTests.soak"],
      environment: environment, output: .file(folder.path("output")),
      errors: .file(folder.path("errors")))
    try await waitUntil("the end of the soak", seconds: 150) { !child.isRunning }
    let output = String(decoding: try readFile(folder.path("output")), as: UTF8.self)
    let lines = output.split(separator: "\n").filter { $0.hasPrefix("soak: ") }
    print(lines.joined(separator: "\n"))
    #expect(try child.waitForEnd() == .exited(0), "\(output)")
    #expect(!lines.isEmpty)
  }

  @Test(
    "of as long as asked for", .enabled(if: number("SHADOWSCOPE_SOAK_SECONDS") != nil),
    .timeLimit(.minutes(600)))
  func soak() async throws {
    let seconds = Int64(Self.number("SHADOWSCOPE_SOAK_SECONDS") ?? 60)
    let seed = Self.number("SHADOWSCOPE_SEED") ?? 7
    var soak = try Soak(seconds: seconds, seed: seed)
    let figures = try await soak.run()
    let ledger = figures.ledger
    let slope = figures.slope(secondsApart: Soak.secondsBetweenSamples)
    let cuts = figures.cuts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    print(
      """
      soak: \(figures.seconds) s, seed \(seed), \(figures.connections) connections, \(figures.restarts) restarts of the monitor
      soak: cuts: \(cuts.joined(separator: ", "))
      soak: \(figures.staged) edits: \(ledger.count(.applied)) applied, \
      \(ledger.count(.replaced)) replaced by a later one, \(ledger.count(.notApplied)) told as not \
      applied and staged again, \(ledger.count(.staged)) still staged, \
      \(ledger.count(.undecided)) undecided; \(ledger.reports) times told as not applied
      soak: wrong: \(figures.disagreements.count)
      soak: memory \((figures.resident.first ?? 0) >> 10) KB at first, \
      \((figures.resident.last ?? 0) >> 10) KB at last, \(Int(slope) >> 10) KB a minute over the \
      second half; descriptors \(figures.descriptors.before) and \(figures.descriptors.after)
      """)
    #expect(figures.disagreements.isEmpty)
    #expect(ledger.count(.applied) * 4 > figures.staged, "it does get through")
    #expect(ledger.count(.onItsWay) == 0)
    #expect(figures.notKept.isEmpty)
    #expect(abs(figures.descriptors.after - figures.descriptors.before) <= 2)
    // A minute is too short to tell growth from what is taken once.
    #expect(seconds < 300 || slope < Double(256 << 10))
    #expect((figures.resident.last ?? 0) < 200 << 20)
  }
}
