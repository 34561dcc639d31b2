import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Messages as lines for people")
struct StreamLinesTests {
  private let lines = StreamLines(of: ShadowAddress(thing: "lamp1"), utcOffsetSeconds: 3600)

  private func message(_ suffix: String, _ payload: String = "{}") -> StreamedMessage {
    StreamedMessage(
      time: 1_795_521_871_204, topic: "$aws/things/lamp1/shadow/" + suffix,
      payload: Array(payload.utf8))
  }

  private func text(_ line: [Span]) -> String { line.map(\.text).joined() }

  @Test("tell each value that changed in a line of its own, with the section and the path")
  func changes() {
    let changes = [
      JSONChange(
        path: JSONPath(keys: ["reported", "pump1", "flow"]), kind: .changed(old: 11, new: 12)),
      JSONChange(
        path: JSONPath(keys: ["desired"]), kind: .added(["mode": "eco", "fan": ["on": true]])),
      JSONChange(path: JSONPath(keys: ["reported", "a/b"]), kind: .removed("102")),
    ]
    let start = "13:04:31.204 ← update/documents v137   "
    #expect(
      lines.lines(changes, of: message("update/documents"), version: 137).map(text) == [
        start + "~ reported pump1.flow  11 → 12", start + "+ desired mode  eco",
        start + "+ desired fan.on  true", start + #"− reported /a~1b  "102""#,
      ])
  }

  @Test("tell a state as it is, also an empty one")
  func present() {
    let values = [JSONChange(path: JSONPath(keys: ["reported"]), kind: .added(["a": 1, "b": [:]]))]
    let start = "13:04:31.204 ← get/accepted     v3     "
    #expect(
      lines.lines(present: values, of: message("get/accepted"), version: 3).map(text)
        == [start + "= reported a  1", start + "= reported b  {}"])
    #expect(
      lines.lines(present: [], of: message("get/accepted"), version: 3).map(text)
        == [start + "nothing is there"])
  }

  @Test(
    "say what any other message says",
    arguments: [
      (
        "update", #"{"state":{"reported":{"a":1}}}"#,
        "update           —      {\"reported\":{\"a\":1}}"
      ),
      ("get", "", "get              —      no token"),
      ("get", #"{"clientToken":"t1"}"#, "get              —      t1"),
      (
        "update/accepted", #"{"state":{},"version":7,"clientToken":"t1"}"#,
        "update/accepted  v7     t1"
      ),
      ("update/delta", #"{"state":{"a":2},"version":7}"#, #"update/delta     v7     {"a":2}"#),
      (
        "update/rejected", #"{"code":409,"message":"Version conflict"}"#,
        "update/rejected  —      409 Version conflict"
      ),
      ("delete/accepted", #"{"version":7}"#, "delete/accepted  v7     deleted"),
      (
        "update/documents", #"{"current":{"state":{},"version":7}}"#,
        "update/documents v7     no change"
      ),
    ])
  func others(_ suffix: String, _ payload: String, _ words: String) {
    #expect(text(lines.line(of: message(suffix, payload))) == "13:04:31.204 ← " + words)
  }

  @Test("name what cannot be read, what is no text, what was sent, and what is missing")
  func odd() {
    #expect(text(lines.line(of: message("update/delta", "{"))).contains("unreadable: "))
    var other = message("", "on")
    other.topic = "plant/a"
    #expect(text(lines.line(ofFree: other)) == "13:04:31.204 ← plant/a          on")
    other.payload = [0xFF, 0xFE]
    other.direction = .outgoing
    #expect(text(lines.line(ofFree: other)) == "13:04:31.204 → plant/a          2 B, no text")
    #expect(
      text(lines.line(dropped: 2, time: 1_795_521_871_204))
        == "13:04:31.204 · 2 messages left out here: the reader is slow")
  }
}
