@testable import Sandbox
import Testing

@Suite("The register of the broker's clients")
struct ClientRegisterTests {
  private func register(_ lines: [String]) -> [String] {
    var register = ClientRegister()
    for line in lines { register.note(line) }
    return register.clients(of: "lamp1").map { "\($0.id)\($0.isClean ? "" : " kept")" }
  }

  private func connected(_ id: String, clean: Int = 1, user: String = "lamp1") -> String {
    "New client connected from 127.0.0.1:40000 as \(id) (p2, c\(clean), k60, u'\(user)')."
  }

  @Test("knows who is connected under a name, and who keeps its session")
  func connecting() {
    #expect(
      register([
        "mosquitto version 2.0.11 running", "New connection from 127.0.0.1:40000 on port 8883.",
        connected("b", clean: 0), connected("a"), connected("c", user: "lamp2"),
        "New client connected from 127.0.0.1:40000 as nameless (p2, c1, k60).",
      ]) == ["a", "b kept"])
  }

  @Test(
    "forgets those that are gone, however they went",
    arguments: [
      "Client a disconnected.", "Client a closed its connection.",
      "Client a has exceeded timeout, disconnecting.", "Client a disconnected, not authorised.",
      "Client a disconnected due to protocol error.",
    ])
  func leaving(line: String) {
    #expect(register([connected("a"), connected("a b"), line]) == ["a b"])
  }

  @Test("keeps an id that is taken over, for whoever took it")
  func takeOver() {
    let taken = "Client a already connected, closing old connection."
    #expect(register([connected("a"), taken, connected("a", clean: 0)]) == ["a kept"])
    #expect(register([connected("a"), taken, connected("a", user: "lamp2")]) == [])
  }

  @Test(
    "is not misled by ids that look like the log",
    arguments: [
      "x (p2, c0, k60, u'lamp2').", "as as as", " as ", "a disconnected.", "\u{301}", "é",
      "Client a",
    ])
  func oddIDs(id: String) {
    #expect(register([connected(id)]) == [id])
    #expect(register([connected(id), "Client \(id) disconnected."]) == [])
  }

  @Test("tells two spellings of one letter apart")
  func spellings() {
    #expect(register([connected("\u{e9}"), connected("e\u{301}")]).count == 2)
  }

  @Test("forms the CONNECT that takes an id over, whatever its length")
  func packet() {
    let short = TakeOver.connectPacket(ClientRegister.Client(id: "ab", user: "u", isClean: true))
    #expect(short == [0x10, 14, 0, 4] + Array("MQTT".utf8) + [4, 2, 0, 10, 0, 2, 97, 98])
    let long = TakeOver.connectPacket(
      ClientRegister.Client(id: String(repeating: "a", count: 300), user: "u", isClean: false))
    #expect(long.prefix(3) == [0x10, 0xB8, 0x02])
    #expect(long[10] == 0)
    #expect(long.count == 3 + 312)
  }
}
