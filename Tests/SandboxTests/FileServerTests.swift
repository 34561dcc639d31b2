import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("What serves the files of a sandbox")
struct FileServerTests {
  private func server(of sandbox: RunningSandbox) throws -> Int32 {
    let found = processes(mentioning: "SandboxFileServer\0\(sandbox.batch.path)\0")
    return try #require(found.first)
  }

  @Test("listens on this machine alone, and was told its secret in no argument")
  func loopback() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let addresses = try ListeningSockets.addresses(of: server(of: sandbox.running))
    #expect(addresses.first == "127.0.0.1")
    #expect(Set(addresses).isSubset(of: ["127.0.0.1", "::1"]))
    #expect(!entries(of: sandbox.batch.path + "/broker").contains("file-secret"))
  }

  @Test("ends with the sandbox")
  func end() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let identifier = try server(of: sandbox.running)
    sandbox.running.stop()
    #expect(kill(identifier, 0) == -1 && errno == ESRCH)
  }

  @Test("is missed when it ends by itself, and the sandbox goes on")
  func death() async throws {
    let notices = Recorder<String>()
    let sandbox = try TestSandbox(servesFiles: true) { event in
      if case .notice(let text) = event { notices.record(text) }
    }
    kill(try server(of: sandbox.running), SIGKILL)
    try await notices.wait(for: "the notice") {
      $0.contains("was ended by signal 9: signed URLs lead nowhere")
    }
    #expect(notices.events.count == 1)
  }
}
