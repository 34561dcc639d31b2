import JSON
import Recordings
import Shadow
import Testing

@Suite("A line of a recording")
struct RecordedLineTests {
  static let time: Int64 = 1_714_557_871_204

  static let lines: [(RecordedLine.Content, String)] = [
    (
      .message(
        RecordedMessage(
          .incoming, topic: "$aws/things/lamp/shadow/update/delta", payload: Array("{\"a\":1}".utf8)
        )),
      #""direction":"in","topic":"$aws/things/lamp/shadow/update/delta","qos":1,"payload":"{\"a\":1}""#
    ),
    (
      .message(
        RecordedMessage(
          .outgoing, topic: "t", payload: [0xFF, 0x00, 0xFE], qualityOfService: 0, isRetained: true)
      ),
      #""direction":"out","topic":"t","qos":0,"retained":true,"base64":"/wD+""#
    ),
    (
      .message(RecordedMessage(.incoming, topic: "t", payload: [])),
      #""direction":"in","topic":"t","qos":1,"payload":"""#
    ),
    (
      .message(
        RecordedMessage(.incoming, topic: "t", payload: Array("\u{1B}\u{9B}\u{202E}é\0".utf8))),
      #""direction":"in","topic":"t","qos":1,"payload":"\u001b\u009b\u202eé\u0000""#
    ),
    (.connected(tls: "TLS1.3", refusedFilters: []), #""event":"connected","tls":"TLS1.3""#),
    (
      .connected(tls: "TLS1.2", refusedFilters: ["a/#"]),
      #""event":"connected","tls":"TLS1.2","refusedFilters":["a/#"]"#
    ),
    (
      .lost(RecordedLoss(what: "Gone.", cause: "A cable.", remedy: "Mend it.", retryIn: 2000)),
      #""event":"lost","what":"Gone.","cause":"A cable.","remedy":"Mend it.","retryIn":2000"#
    ),
    (
      .lost(RecordedLoss(what: "Gone.", cause: "", remedy: "", retryIn: nil, isTakenOver: true)),
      #""event":"lost","what":"Gone.","cause":"","remedy":"","takenOver":true"#
    ),
    (.silent(milliseconds: 40_000), #""event":"silent","for":40000"#),
    (.heard, #""event":"heard""#),
    (
      .unanswered(token: "9c1d", isSent: true, reason: "no answer"),
      #""event":"unanswered","token":"9c1d","sent":true,"reason":"no answer""#
    ),
    (.dropped(12), #""event":"dropped","count":12"#),
    (.oversized(topic: "t", bytes: 200_000), #""event":"oversized","topic":"t","bytes":200000"#),
    (.end(messages: 42), #""event":"end","messages":42"#),
  ]

  @Test("is written as documented, and read back the same", arguments: lines)
  func written(_ content: RecordedLine.Content, _ members: String) throws {
    let line = RecordedLine(time: Self.time, content)
    #expect(String(decoding: line.bytes, as: UTF8.self) == "{\"time\":1714557871204,\(members)}\n")
    #expect(try RecordedLine(line.bytes) == line)
  }

  @Test(
    "is refused with the place and the reason",
    arguments: [
      ("{\"time\":1,", 11, "another key in double quotes, found the end of the text"),
      ("[1]", 1, "the line is no object"),
      ("{\"event\":\"heard\"}", 1, "'time' is missing"),
      ("{\"time\":-1,\"event\":\"heard\"}", 1, "'time' is no number from 0"),
      ("{\"time\":9e18,\"event\":\"heard\"}", 1, "'time' is no number from 0"),
      ("{\"time\":1}", 1, "'direction' is missing"),
      (
        "{\"time\":1,\"direction\":\"up\",\"topic\":\"t\",\"payload\":\"\"}", 1,
        "neither 'in' nor 'out'"
      ),
      ("{\"time\":1,\"direction\":\"in\",\"topic\":\"t\"}", 1, "neither 'event' nor 'payload'"),
      ("{\"time\":1,\"direction\":\"in\",\"payload\":\"\"}", 1, "'topic' is missing"),
      ("{\"time\":1,\"direction\":\"in\",\"topic\":2,\"payload\":\"\"}", 1, "'topic' is no text"),
      (
        "{\"time\":1,\"direction\":\"in\",\"topic\":\"t\",\"base64\":\"/w=\"}", 1,
        "'base64' is damaged"
      ),
      (
        "{\"time\":1,\"direction\":\"in\",\"topic\":\"t\",\"base64\":\"/x==\"}", 1,
        "'base64' is damaged"
      ),
      (
        "{\"time\":1,\"direction\":\"in\",\"topic\":\"t\",\"payload\":\"\",\"qos\":3}", 1,
        "'qos' is no"
      ),
      ("{\"time\":1,\"event\":\"dropped\",\"count\":-1}", 1, "'count' is no number"),
      ("{\"time\":1,\"event\":\"silent\",\"for\":9223372036854775807}", 1, "'for' is no number"),
      ("{\"time\":1,\"event\":7}", 1, "'event' is no text"),
    ])
  func refused(_ text: String, _ column: Int, _ reason: String) {
    do throws(RecordedLine.Fault) {
      let line = try RecordedLine(Array(text.utf8))
      Issue.record("\(line)")
    } catch {
      #expect(error.column == column)
      #expect(error.reason.contains(reason), "\(error.reason)")
    }
  }

  @Test("passes over members and events that a later program may write")
  func unknown() throws {
    let message = try RecordedLine(
      Array(
        #"{"time":1,"direction":"in","topic":"t","payload":"x","more":{"a":[1]},"qos":1}"#.utf8))
    #expect(
      message
        == RecordedLine(
          time: 1, .message(RecordedMessage(.incoming, topic: "t", payload: Array("x".utf8)))))
    let event = try RecordedLine(Array(#"{"time":1,"event":"eclipse","of":"the sun"}"#.utf8))
    #expect(event == RecordedLine(time: 1, .other("eclipse")))
  }

  @Test("masks what signs a URL, and says so")
  func masked() throws {
    let payload = #"{"url":"https://s3/x?X-Amz-Expires=300&X-Amz-Signature=abc123"}"#
    let line = RecordedLine(
      time: 1, .message(RecordedMessage(.incoming, topic: "t", payload: Array(payload.utf8))))
    #expect(!String(decoding: line.bytes, as: UTF8.self).contains("abc123"))
    guard case .message(let read) = try RecordedLine(line.bytes).content else {
      Issue.record("no message")
      return
    }
    #expect(read.isMasked)
    #expect(
      String(decoding: read.payload, as: UTF8.self)
        == payload.replacing("abc123", with: SignedURL.mask))
  }

  @Test("keeps any payload to the byte", arguments: UInt64(1)...20)
  func roundTrip(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      var payload: [UInt8] = []
      for _ in 0..<Int.random(in: 0...80, using: &random) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: payload.append(UInt8.random(in: .min ... .max, using: &random))
        case 1: payload += Array("\"\\\u{1B}\n\u{7F}{}".utf8)
        case 2:
          let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10_FFFF, using: &random)) ?? "é"
          payload += Array(String(Character(scalar)).utf8)
        default: payload += Array("plain".utf8)
        }
      }
      let line = RecordedLine(
        time: Int64.random(in: RecordedLine.times, using: &random),
        .message(RecordedMessage(.incoming, topic: "a/\(payload.count)", payload: payload)))
      try #require(try RecordedLine(line.bytes) == line, "seed \(seed): \(payload)")
    }
  }
}
