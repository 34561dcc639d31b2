import Glibc
import JSON
@testable import Sandbox
import Simulation
import TestSupport
import Testing

@Suite("A sandbox")
struct RunningSandboxTests {
  @Test("says in one line of JSON what a script needs")
  func readyLine() throws {
    let sandbox = try TestSandbox(things: ["lamp1", "lamp2"])
    let path = sandbox.batch.path
    #expect(
      sandbox.running.readyJSON.compact == """
        {"host":"localhost","port":\(sandbox.port),"ca":"\(path)/ca.pem",\
        "things":["lamp1","lamp2"],\
        "owner":{"cert":"\(path)/owner/cert.pem","key":"\(path)/owner/privkey.pem"}}
        """)
  }

  @Test("gives a line to paste into a shell, whatever its folder's name")
  func pasting() throws {
    let folder = try TemporaryFolder()
    let sandbox = try RunningSandbox.start(
      SandboxOptions(folder: folder.path("it's here"), things: ["lamp1"], key: .elliptic))
    defer { sandbox.stop() }
    let command = sandbox.monitorCommand(thing: "lamp1")
    #expect(command.hasSuffix(" --endpoint localhost:\(sandbox.port)"))
    let words = try ChildProcess.run(["sh", "-c", "printf '%s\\n' \(command)"]).output
    #expect(
      words.split(separator: "\n").map(String.init) == [
        "shadowscope", "monitor", "--thing-dir", sandbox.batch.thing("lamp1").path, "--endpoint",
        "localhost:\(sandbox.port)",
      ])
  }

  @Test("leaves no process and, without a folder of its own, no file")
  func end() throws {
    let parent = try TemporaryFolder()
    let sandbox = try RunningSandbox.start(
      SandboxOptions(things: ["lamp1"], key: .elliptic, temporaryFolders: parent.path))
    let folders = PrivateFiles.names(in: parent.path)
    #expect(folders.count == 1)
    #expect(sandbox.batch.path == "\(parent.path)/\(folders.first ?? "")")
    try sandbox.startDevice(thing: "lamp1", rules: Rules(), seed: 1)
    let broker = try brokerIdentifier(of: sandbox)
    sandbox.stop()
    sandbox.stop()
    #expect(kill(broker, 0) != 0)
    #expect(PrivateFiles.names(in: parent.path).isEmpty)
  }

  @Test("leaves nothing behind when it cannot start")
  func failedStart() throws {
    let taken = try TestBroker()
    let parent = try TemporaryFolder()
    let error = #expect(throws: SandboxError.self) {
      try RunningSandbox.start(
        SandboxOptions(
          port: taken.port, things: ["lamp1"], key: .elliptic, temporaryFolders: parent.path))
    }
    #expect(error?.description.contains("port \(taken.port) is taken") == true)
    #expect(PrivateFiles.names(in: parent.path).isEmpty)
  }

  @Test("keeps its files in a folder that was named, and starts there again")
  func again() throws {
    let folder = try TemporaryFolder()
    let options = SandboxOptions(folder: folder.path("kept"), things: ["lamp1"], key: .elliptic)
    for _ in 1...2 {
      let sandbox = try RunningSandbox.start(options)
      sandbox.stop()
      #expect(access(sandbox.batch.thing("lamp1").certificate, R_OK) == 0)
    }
  }

  @Test("removes what a killed sandbox has left at once, and nothing else")
  func sweeping() throws {
    let parent = try TemporaryFolder()
    let dead = BatchFolder(path: try TemporarySandboxes.make(in: parent.path))
    _ = try dead.claim(isTemporary: true)
    let alive = BatchFolder(path: try TemporarySandboxes.make(in: parent.path))
    let lock = try alive.claim(isTemporary: true)
    let kept = BatchFolder(path: try TemporarySandboxes.make(in: parent.path))
    _ = try kept.claim()
    // About to be locked for the first time, and never come to that.
    let young = BatchFolder(path: try TemporarySandboxes.make(in: parent.path))
    let old = BatchFolder(path: try TemporarySandboxes.make(in: parent.path))
    for batch in [young, old] { try PrivateFiles.write([], to: batch.marker) }
    let hourAgo = [timeval](repeating: timeval(tv_sec: time(nil) - 3600, tv_usec: 0), count: 2)
    #expect(utimes(old.marker, hourAgo) == 0)
    let foreign = try TemporarySandboxes.make(in: parent.path)
    TemporarySandboxes.sweep(parent.path)
    let left = PrivateFiles.names(in: parent.path).map { "\(parent.path)/\($0)" }
    #expect(Set(left) == [alive.path, kept.path, young.path, foreign])
    withExtendedLifetime(lock) {}
  }

  @Test("starts its broker again when that has died, on the same port, and answers again")
  func brokerDeath() async throws {
    let events = Recorder<String>()
    let sandbox = try TestSandbox { event in
      switch event {
      case .request(let request): events.record("request \(request.operation)")
      case .notice(let text): events.record(text)
      case .micRequest(let request): events.record("request \(request.topic)")
      case .fileRequest(let words): events.record("request \(words)")
      case .jobRequest(let request): events.record("request \(request.request)")
      case .brokerEnded(let reason): events.record("ended: \(reason)")
      case .brokerRestarted: events.record("restarted")
      case .brokerLost(let error): events.record("lost: \(error)")
      case .fault, .connectionCut: events.record("fault")
      }
    }
    let first = try brokerIdentifier(of: sandbox.running)
    kill(first, SIGKILL)
    try await events.wait(for: "restart") { $0 == "restarted" }
    #expect(events.events == ["ended: was ended by signal 9", "restarted"])
    #expect(try brokerIdentifier(of: sandbox.running) != first)
    // The service comes back in its own time; until then nobody answers.
    for _ in 1...500 where !events.events.contains("request get") {
      try MosquittoClient.publish(
        "", to: "$aws/things/lamp1/shadow/get", as: sandbox.batch.thing("lamp1"),
        of: sandbox.batch, port: sandbox.port)
    }
    #expect(events.events.contains("request get"))
  }

  @Test("numbers things as MIC does")
  func names() {
    #expect(SandboxOptions.numberedThings(2) == ["00000001", "00000002"])
    #expect(SandboxOptions.numberedThings(-1).isEmpty)
  }

  private func brokerIdentifier(of sandbox: RunningSandbox) throws -> Int32 {
    let found = processes(mentioning: "\0\(sandbox.batch.brokerConfiguration)\0")
    return try #require(found.first)
  }
}
