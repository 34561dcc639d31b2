import JSON
import Recordings
import Shadow
import Testing

@Suite("What a recording asks of a service")
struct RecordedRequestsTests {
  static let lamp = ShadowAddress(thing: "lamp")

  static func line(
    _ topic: ShadowTopic, _ payload: String, of address: ShadowAddress = lamp,
    _ direction: RecordedMessage.Direction = .incoming
  ) -> RecordedLine {
    RecordedLine(
      time: 1000,
      .message(
        RecordedMessage(direction, topic: address.topic(topic), payload: Array(payload.utf8))))
  }

  /// The topics and payloads that a recording asks with, as thing "other".
  static func asked(_ lines: [RecordedLine]) -> [String] {
    var index = RecordingIndex(start: 0)
    for line in lines { index.append(line, offset: 0, length: 0) }
    var requests = RecordedRequests(index, of: "lamp", as: "other", seed: 1)
    return lines.flatMap { requests.requests(for: $0) }.map { request in
      let topic = request.publication.topic.replacing("$aws/things/other", with: "")
      var payload = String(decoding: request.publication.payload, as: UTF8.self)
      if let token = request.token {
        payload = payload.replacing("\"\(token.text)\"", with: "TOKEN")
      }
      return "\(topic) \(payload)"
    }
  }

  @Test("is the first document and the requests, not what was answered")
  func requests() {
    let asked = Self.asked([
      Self.line(.request(.get), "", .outgoing),
      Self.line(.accepted(.get), #"{"state":{"reported":{"a":1}},"version":7}"#),
      Self.line(.request(.update), #"{"state":{"reported":{"a":2}},"clientToken":"t1"}"#),
      Self.line(.request(.get), "", .outgoing),
      Self.line(.accepted(.update), #"{"state":{"reported":{"a":2}},"version":8}"#),
      Self.line(
        .documents,
        #"{"previous":{"state":{"reported":{"a":1}},"version":7},"#
          + #""current":{"state":{"reported":{"a":2}},"version":8}}"#),
      Self.line(.request(.delete), ""),
    ])
    #expect(
      asked == [
        #"/shadow/update {"state":{"reported":{"a":1}},"clientToken":TOKEN}"#,
        #"/shadow/update {"state":{"reported":{"a":2}},"clientToken":TOKEN}"#,
        #"/shadow/get {"clientToken":TOKEN}"#,
        #"/shadow/delete {"clientToken":TOKEN}"#,
      ])
  }

  @Test("takes a request once that went out and was handed back")
  func echo() {
    let body = #"{"state":{"desired":{"a":2}},"clientToken":"t1"}"#
    let asked = Self.asked([
      Self.line(.request(.update), body, .outgoing), Self.line(.request(.update), body),
      Self.line(.request(.update), body),
    ])
    #expect(asked.count == 2)
  }

  @Test("leaves out the version that a request insisted on")
  func version() {
    let asked = Self.asked([
      Self.line(.request(.update), #"{"state":{"desired":{"a":2}},"version":7,"clientToken":"t"}"#)
    ])
    #expect(asked == [#"/shadow/update {"state":{"desired":{"a":2}},"clientToken":TOKEN}"#])
  }

  @Test("is found by comparing documents where no request was recorded")
  func derived() {
    let asked = Self.asked([
      Self.line(.accepted(.get), #"{"state":{"reported":{"a":1,"b":{"c":1,"d":2}}},"version":7}"#),
      Self.line(
        .documents,
        #"{"previous":{"state":{"reported":{"a":1,"b":{"c":1,"d":2}}},"version":7},"current":"#
          + #"{"state":{"reported":{"a":1.0,"b":{"c":3}},"desired":{"a":2}},"version":8}}"#),
      Self.line(.accepted(.get), #"{"state":{"reported":{"a":1,"b":{"c":3}}},"version":8}"#),
      Self.line(.accepted(.get), #"{"state":{"reported":{"a":1,"b":{"c":3}}},"version":9}"#),
      Self.line(.accepted(.delete), #"{"version":9}"#),
      Self.line(
        .documents, #"{"previous":null,"current":{"state":{"reported":{"z":1}},"version":10}}"#),
    ])
    #expect(
      asked == [
        #"/shadow/update {"state":{"reported":{"a":1,"b":{"c":1,"d":2}}},"clientToken":TOKEN}"#,
        #"/shadow/update {"state":{"desired":{"a":2},"reported":{"b":{"c":3,"d":null}}},"#
          + #""clientToken":TOKEN}"#,
        #"/shadow/update {"state":{"desired":null},"clientToken":TOKEN}"#,
        #"/shadow/delete {"clientToken":TOKEN}"#,
        #"/shadow/update {"state":{"reported":{"z":1}},"clientToken":TOKEN}"#,
      ])
  }

  @Test("goes to the shadows of the other thing and its networked things, and nowhere else")
  func addresses() {
    let body = #"{"state":{"reported":{"a":2}},"clientToken":"t1"}"#
    let asked = Self.asked(
      [
        ShadowAddress(thing: "lamp", shadow: "config"), ShadowAddress(thing: "lamp__dimmer"),
        ShadowAddress(thing: "stranger"),
      ].map { Self.line(.request(.update), body, of: $0) })
    #expect(
      asked.map { $0.prefix { $0 != " " } } == [
        "/shadow/name/config/update", "__dimmer/shadow/update",
      ])
  }

  @Test("sends on what is no JSON as it is, without a token")
  func malformed() {
    #expect(Self.asked([Self.line(.request(.update), "{oops")]) == ["/shadow/update {oops"])
  }
}
