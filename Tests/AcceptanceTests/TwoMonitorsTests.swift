import Sandbox
import TestSupport
import Testing

@Suite("Two monitors with one client id")
struct TwoMonitorsTests {
  @Test("fight until one says why; under another client id it is on line again, edits and all")
  func anotherID() async throws {
    let sandbox = try TestSandbox()
    try MosquittoClient.publish(
      #"{"state":{"reported":{"temperature":21.5}}}"#, to: "$aws/things/lamp1/shadow/update",
      as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
    let first = try Program.inTerminal(["monitor"] + sandbox.options, columns: 100)
    try await first.wait(seconds: 30, for: "21.5")
    let second = try Program.inTerminal(["monitor"] + sandbox.options, columns: 100)
    // Each has an edit staged before it is known which one gives way.
    for screen in [first, second] {
      try await screen.wait(seconds: 30, for: "21.5")
      try screen.press("e", "C-u")
      try screen.type("22")
      try screen.press("Enter")
      try await screen.wait(seconds: 20, for: "1 staged")
    }
    var loser: TmuxSession?
    try await waitUntil("one of them gives way", seconds: 60) {
      loser = try [first, second].first { try $0.screen().contains("■ taken over") }
      return loser != nil
    }
    let screen = try #require(loser)
    let told = try screen.screen()
    #expect(told.contains("Another client keeps taking over the id “lamp1”."))
    #expect(told.contains("1 staged"))
    let other = screen === first ? second : first
    try await other.wait(seconds: 30, for: "● connected")
    try screen.type("c")
    try await screen.wait(seconds: 20, for: "the rest was not looked at")
    try screen.type("G")
    try await screen.wait(seconds: 20, for: "would throw the other client out; r connects")
    try screen.press("Escape")
    // Else the two keys are one.
    try await screen.wait(seconds: 20, for: "end of the pane") { !$0.contains("would throw") }
    try screen.press("C")
    try await screen.wait(seconds: 20, for: "lamp1-shadowscope-")
    try screen.press("Enter")
    let back = try await screen.wait(seconds: 30, for: "● connected")
    #expect(back.contains("1 staged"))
    #expect(try other.screen().contains("● connected"))
    try screen.press("P")
    try await screen.wait(seconds: 20, for: "accepted v2")
  }
}
