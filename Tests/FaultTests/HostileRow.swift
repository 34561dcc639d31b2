import Shadow
import TestSupport
import Testing

/// Something that no broker should send.
struct HostileRow: Sendable, CustomTestStringConvertible {
  let name: String
  /// Whether the connection survives it; nil where either will do.
  let survives: Bool?
  /// What must stand on the screen, in the log or elsewhere, afterwards.
  var shows: [String] = []
  let send: @Sendable (PeerConnection) throws -> Void

  var testDescription: String { name }
}

extension HostileRow {
  static let all = payloads + topics + documents + answers + packets

  private static func payload(
    _ name: String, on topic: ShadowTopic = .documents, shows: [String] = [], _ text: String
  ) -> HostileRow {
    HostileRow(name: name, survives: true, shows: shows) { try $0.publish(text, to: topic) }
  }

  private static func bytes(_ name: String, _ payload: [UInt8]) -> HostileRow {
    HostileRow(name: name, survives: true) { client in
      try client.send(
        MQTTPacket.publish(
          payload, to: Array(HostileBroker.address.topic(.documents).utf8)))
    }
  }

  private static func raw(_ name: String, survives: Bool?, _ packet: [UInt8]) -> HostileRow {
    HostileRow(name: name, survives: survives) { try $0.send(packet) }
  }

  private static func message(
    _ name: String, to topic: String, _ payload: String = "{}", flags: UInt8 = 0,
    survives: Bool? = true
  ) -> HostileRow {
    raw(name, survives: survives, MQTTPacket.publish(payload, to: topic, flags: flags))
  }

  // MARK: What is in a message

  private static let payloads = [
    payload("no JSON", "garbage"),
    payload("nothing at all", ""),
    bytes("bytes that are no UTF-8", [0xFF, 0xFE, 0xC0, 0xAF, 0x80]),
    bytes(
      "UTF-8 that is longer than it must be", Array("{\"a\":\"".utf8) + [0xC0, 0xAF, 0x22, 0x7D]),
    bytes("a byte order mark and a half of a character", [0xEF, 0xBB, 0xBF, 0x7B, 0xE2, 0x82]),
    bytes("zero bytes", [UInt8](repeating: 0, count: 4096)),
    payload("arrays that nest 100,000 times", String(repeating: "[", count: 100_000)),
    payload(
      "objects that nest 100,000 times",
      String(repeating: #"{"a":"#, count: 100_000) + "1" + String(repeating: "}", count: 100_000)),
    payload(
      "a state that nests 100,000 times",
      #"{"current":{"version":6,"state":{"reported":"# + String(repeating: "[", count: 100_000)
        + String(repeating: "]", count: 100_000) + "}}}"),
    payload(
      "numbers that no machine holds",
      #"{"current":{"version":6,"state":{"reported":{"a":1e999999999,"b":-1E-999999999,"c":"#
        + String(repeating: "9", count: 10_000) + "}}}}"),
    payload("a version that no machine holds", #"{"current":{"version":1e400,"state":{}}}"#),
    payload(
      "a version of twenty digits",
      #"{"current":{"version":99999999999999999999,"state":{"reported":{"a":1}}}}"#),
    payload("a version below zero", #"{"current":{"version":-7,"state":{"reported":{"a":1}}}}"#),
    payload("a text for a version", #"{"current":{"version":"7","state":{"reported":{"a":1}}}}"#),
    payload(
      "128 KB of one text",
      #"{"current":{"version":6,"state":{"reported":{"a":""#
        + String(repeating: "x", count: 131_072)
        + #""}}}}"#),
    payload(
      "ten thousand members, all of one name",
      #"{"current":{"version":6,"state":{"reported":{"#
        + Array(repeating: #""a":1"#, count: 10_000).joined(separator: ",") + "}}}}"),
    payload(
      "escape sequences in names and values", shows: ["␛[2J"],
      #"{"current":{"version":6,"state":{"reported":{"\u001b[2J":"\u001b]0;title\u0007"}}}}"#),
    bytes(
      "raw escape sequences", Array("\u{1B}[2J\u{1B}]52;c;aGk=\u{7}\u{9B}31m\u{202E}".utf8)),
    payload("a time for a hundred thousand years", #"{"current":{"version":6},"timestamp":9e15}"#),
  ]

  private static let topics = [
    message("a topic of another thing", to: "$aws/things/lamp2/shadow/update/documents"),
    message("a topic of the system", to: "$SYS/broker/uptime", "12"),
    message("a topic of nothing but slashes", to: "////////"),
    message("a topic of 60,000 characters", to: String(repeating: "t", count: 60_000)),
    message(
      "a topic with right-to-left and invisible characters",
      to: "$aws/things/lamp1\u{202E}\u{200B}/shadow/get/accepted"),
    message("an empty topic", to: "", survives: nil),
    message("a topic with a wild card", to: "$aws/things/lamp1/shadow/#", survives: nil),
    message("a topic with a zero byte", to: "a\u{0}b", survives: false),
    message("a topic with an escape sequence", to: "a\u{1B}[2Jb", survives: false),
    raw(
      "a topic that is no UTF-8", survives: false,
      MQTTPacket.publish([0x7B, 0x7D], to: [0xFF, 0xFE, 0x80])),
  ]

  // MARK: Documents

  private static let documents = [
    HostileRow(name: "a version and then an older one", survives: true) { client in
      try client.publish(HostileBroker.documents(version: 7, temperature: 29), to: .documents)
      try client.publish(HostileBroker.documents(version: 6, temperature: 28), to: .documents)
    },
    HostileRow(name: "the same document a hundred times", survives: true) { client in
      for _ in 1...100 {
        try client.publish(HostileBroker.documents(version: 6, temperature: 22), to: .documents)
      }
    },
    message(
      "a retained document of long ago", to: HostileBroker.address.topic(.documents),
      HostileBroker.documents(version: 1, temperature: 1), flags: 1),
    message(
      "retained rubbish", to: HostileBroker.address.topic(.accepted(.get)), "rubbish", flags: 1),
    payload("a document in which all is of the wrong kind", #"{"current":[],"previous":7}"#),
    payload(
      "metadata that fits nothing",
      #"{"current":{"version":6,"state":{"reported":{"a":1}},"metadata":[1,{"b":"c"}]}}"#),
    payload("a delta of no version", on: .delta, #"{"state":{"temperature":99}}"#),
  ]

  // MARK: Answers

  private static let answers = [
    payload(
      "an answer to nobody's get", on: .accepted(.get),
      HostileBroker.answer(version: 6, temperature: 22, token: "nobody")),
    payload(
      "an acceptance of nobody's update, without metadata", on: .accepted(.update),
      #"{"state":{"reported":{"temperature":23}},"version":6,"clientToken":"nobody"}"#),
    payload("an acceptance of nothing", on: .accepted(.update), "{}"),
    payload("an acceptance that is an array", on: .accepted(.get), "[1,2]"),
    payload(
      "a rejection of nobody's request, with escape sequences", on: .rejected(.update),
      shows: ["␛]0;owned"],
      #"{"code":400,"message":"\u001b]0;owned\u0007\u001b[31m","clientToken":"nobody"}"#),
    payload(
      "a rejection with a code that no machine holds", on: .rejected(.get),
      #"{"code":1e99,"message":"x"}"#),
    payload("a rejection without a word", on: .rejected(.update), #"{"code":429}"#),
    payload(
      "the word that the shadow is gone, of an old version", on: .accepted(.delete),
      #"{"version":2}"#),
  ]

  // MARK: Packets

  private static let packets = [
    raw("a second CONNACK", survives: nil, [0x20, 2, 0, 0]),
    raw("a CONNACK that refuses afterwards", survives: nil, [0x20, 2, 0, 5]),
    raw("a CONNACK of eight bytes", survives: nil, [0x20, 8, 1, 2, 3, 4, 5, 6, 7, 8]),
    raw("a SUBACK with too many codes", survives: nil, [0x90, 7, 0, 1, 1, 1, 1, 1, 1]),
    raw("a SUBACK without a code", survives: nil, [0x90, 2, 0, 1]),
    raw("a SUBACK for a packet that was never sent", survives: nil, [0x90, 3, 0x77, 0x77, 1]),
    raw("a SUBACK for packet 0", survives: false, [0x90, 3, 0, 0, 1]),
    raw("a PUBACK for what was never sent", survives: true, [0x40, 2, 0x77, 0x77]),
    raw("an UNSUBACK for what was never asked", survives: true, [0xB0, 2, 0x77, 0x77]),
    raw("a PUBREC for what was never sent", survives: nil, [0x50, 2, 0x77, 0x77]),
    raw("a PUBREL for what never came", survives: nil, [0x62, 2, 0x77, 0x77]),
    raw("an answer to a ping that was never sent", survives: true, [0xD0, 0]),
    raw("a ping", survives: nil, [0xC0, 0]),
    raw("a CONNECT", survives: nil, [0x10, 2, 0, 0]),
    raw("a packet of kind 0", survives: false, [0x00, 2, 0, 0]),
    raw("a packet of kind 15", survives: nil, [0xF0, 0]),
    raw("a length of five bytes", survives: false, [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
    raw("a message with quality of service 3", survives: false, [0x36, 5, 0, 1, 0x74, 0, 1]),
    raw("a message with packet id 0", survives: false, [0x32, 5, 0, 1, 0x74, 0, 0]),
    raw("a topic that is longer than its packet", survives: false, [0x30, 3, 0xFF, 0xFF, 0x74]),
    raw("an empty message", survives: nil, [0x30, 0]),
    HostileRow(name: "a message twice, the second a duplicate", survives: true) { client in
      let topic = HostileBroker.address.topic(.documents)
      let payload = HostileBroker.documents(version: 6, temperature: 22)
      try client.send(MQTTPacket.publish(payload, to: topic, flags: 2, identifier: 9))
      try client.send(MQTTPacket.publish(payload, to: topic, flags: 10, identifier: 9))
    },
  ]
}
