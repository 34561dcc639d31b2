import JSON
import Shadow
import Testing

@Suite("Messages as lines for programs")
struct MessageLinesTests {
  private static let topic = "$aws/things/lamp1/shadow/update/documents"
  private static let time: Int64 = 1_795_521_871_204

  private func line(
    _ payload: [UInt8], topic: String = topic, isRetained: Bool = false,
    changes: [JSONChange]? = nil
  ) -> String {
    var lines = MessageLines()
    var bytes: [UInt8] = []
    lines.append(
      StreamedMessage(
        time: Self.time, topic: topic, payload: payload, isRetained: isRetained),
      changes: changes, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("has time, direction, topic, version and the payload as it was written")
  func plain() {
    let payload = #"{"previous":null,"current":{"version": 12,"state":{"a":1.50}}}"#
    #expect(
      line(Array(payload.utf8))
        == #"{"time":"2026-11-24T12:04:31.204Z","direction":"in","topic":"\#(Self.topic)","#
        + #""version":12,"payload":\#(payload)}"# + "\n")
  }

  @Test("names no version where a topic is no shadow's")
  func free() {
    #expect(
      line(Array(#"{"version":3}"#.utf8), topic: "a/b")
        == #"{"time":"2026-11-24T12:04:31.204Z","direction":"in","topic":"a/b","#
        + #""payload":{"version":3}}"# + "\n")
  }

  @Test(
    "is one line of JSON whatever the payload holds",
    arguments: [
      (
        "{\"a\":\n\"é\u{202E}\",\r\n\"version\":3}",
        #""version":3,"payload":{"a":"é\u202e","version":3}"#
      ),
      ("on", #""payloadText":"on""#), ("", #""payloadText":"""#),
      ("a\nb\u{1B}[31m\"", #""payloadText":"a\nb\u001b[31m\"""#),
      ("[1,\"\u{7F}\"]", #""payload":[1,"\u007f"]"#), ("21.5", #""payload":21.5"#),
    ])
  func anyText(_ payload: String, _ members: String) throws {
    let line = line(Array(payload.utf8), topic: "$aws/things/lamp1/shadow/update")
    #expect(line.hasSuffix(members + "}\n"))
    #expect(line.utf8.count { $0 == 0x0A } == 1)
    _ = try JSONParser.parse(line)
  }

  @Test("what is no UTF-8 is base64")
  func binary() throws {
    let line = line([0xFF, 0x0A, 0x00], topic: "a")
    #expect(line.hasSuffix(#""topic":"a","payloadBase64":"/woA"}"# + "\n"))
  }

  @Test("tells what is retained, what was sent, and a topic that would act on a terminal")
  func members() {
    #expect(line(Array("1".utf8), isRetained: true).contains(#","retained":true,"payload":1"#))
    #expect(line(Array("x".utf8), isRetained: true).contains(#","retained":true,"payloadText""#))
    #expect(line(Array("1".utf8), topic: "a\u{9B}\"").contains(#""topic":"a\u009b\"","#))
    var lines = MessageLines()
    var bytes: [UInt8] = []
    lines.append(
      StreamedMessage(time: 1000, direction: .outgoing, topic: "t", payload: []), to: &bytes)
    lines.append(dropped: 17, time: 999, to: &bytes)
    lines.append(dropped: 1, time: -1, to: &bytes)
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        {"time":"1970-01-01T00:00:01.000Z","direction":"out","topic":"t","payloadText":""}
        {"time":"1970-01-01T00:00:00.999Z","dropped":17}
        {"time":"1969-12-31T23:59:59.999Z","dropped":1}

        """)
  }

  @Test("has changes with paths, old and new values where they are asked for")
  func changes() {
    let changes = [
      JSONChange(path: JSONPath(keys: ["reported", "a/b"]), kind: .changed(old: 1, new: "x")),
      JSONChange(path: JSONPath(keys: ["desired"]), kind: .added(["c": nil])),
      JSONChange(path: JSONPath(keys: ["reported", "d"]), kind: .removed(true)),
    ]
    #expect(
      line(Array("{}".utf8), changes: changes).hasSuffix(
        #""payload":{},"changes":[{"path":"/reported/a~1b","old":1,"new":"x"},"#
          + #"{"path":"/desired","new":{"c":null}},{"path":"/reported/d","old":true}]}"# + "\n"))
  }

  @Test("raw is topic, space and the very bytes")
  func raw() {
    var bytes: [UInt8] = []
    MessageLines.appendRaw(
      StreamedMessage(time: 0, topic: "a/b", payload: [0xFF, 0x0A]), to: &bytes)
    #expect(bytes == Array("a/b ".utf8) + [0xFF, 0x0A, 0x0A])
  }
}
