import TestSupport
import Testing

@Suite("The recipes of the README")
struct RecipesTests {
  @Test("do what they say, each as it is written", .timeLimit(.minutes(5)))
  func all() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let run = try ChildProcess.run(
      ["/\(root)/scripts/recipes", "--program", Program.path], environment: Program.ours,
      seconds: 240)
    #expect(run.ending == .exited(0), "\(run.output)\(run.errors)")
  }
}
