import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("what ends a command")
struct EndingSignalTests {
  @Test(
    "each signal has its own status, but 0 where it is the way to end",
    arguments: [
      (["watch"], false), (["sub", "#"], false), (["wait", "reported.never == 1"], false),
      (["update", "--lines"], false),
      (["update", "--desired", "--wait-delta-closed", "1m", "a=1"], false),
      (["record", "-"], true), (["simulate", "weather-station"], true),
    ])
  func status(_ command: [String], _ isItsWay: Bool) throws {
    let sandbox = try TestSandbox()
    for (signal, status) in [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(CInt, CInt)] {
      let child = try ChildProcess(
        [Program.path] + command + sandbox.options + ["--verbose"], environment: Program.ours,
        input: .pipe)
      try child.wait(seconds: 20, for: "the connection") { $0.errorText.contains("online") }
      child.signal(signal)
      #expect(
        try child.waitForEnd(seconds: 20) == .exited(isItsWay ? 0 : status), "\(child.errorText)")
    }
  }
}
