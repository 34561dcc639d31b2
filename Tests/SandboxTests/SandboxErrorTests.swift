import Sandbox
import Testing

@Suite("The sandbox's errors")
struct SandboxErrorTests {
  @Test(
    "say what to do next",
    arguments: [
      (SandboxError.brokerMissing(searched: ["/usr/bin"]), "apt install mosquitto"),
      (.portTaken(8883), "name another with --port, or none for a free one"),
      (.folderNotEmpty("/data"), "name an empty folder or one that is not there yet"),
      (.folderInUse("/data"), "stop it first, or name another folder"),
      (.thingName("a/b"), "1 to 128 of a-z, A-Z, 0-9, ':', '_' and '-'"),
      (.thingTwice("lamp1"), "each name once"),
    ])
  func words(error: SandboxError, remedy: String) {
    #expect(error.description.contains(remedy))
  }

  @Test("quote a broker's last words")
  func lastWords() {
    let error = SandboxError.brokerFailed(
      reason: "ended with status 1", lastWords: ["Error: Unable to open the access list."])
    #expect(
      error.description == """
        the broker mosquitto ended with status 1; its last words:
          Error: Unable to open the access list.
        """)
  }
}
