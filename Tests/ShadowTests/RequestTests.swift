import JSON
import Shadow
import Testing

@Suite("A request")
struct RequestTests {
  let address = ShadowAddress(thing: "lamp1")
  let token = ClientToken("9c1e")

  @Test("to update is compact, its members in a fixed order (3.1)")
  func update() {
    let publication = UpdateRequest(reported: .merge(["temperature": 22]), clientToken: token)
      .publication(to: address)
    #expect(publication.topic == "$aws/things/lamp1/shadow/update")
    #expect(publication.text == #"{"state":{"reported":{"temperature":22}},"clientToken":"9c1e"}"#)
  }

  @Test("to update may carry a version and MIC's time in milliseconds (3.1, mic-thing-api 1.4)")
  func members() {
    let request = UpdateRequest(
      desired: .merge(["a": nil]), reported: .merge(["b": [1]]), clientToken: token, version: 7,
      timestampMilliseconds: 1_700_000_000_123)
    #expect(
      request.json.compact
        == #"{"state":{"desired":{"a":null},"reported":{"b":[1]}},"version":7,"#
        + #""timestamp":1700000000123,"clientToken":"9c1e"}"#)
  }

  @Test("to update removes a section with null (3.1)")
  func remove() {
    let request = UpdateRequest(desired: .remove, reported: .merge(["a": 1]))
    #expect(request.json.compact == #"{"state":{"desired":null,"reported":{"a":1}}}"#)
    #expect(request[.desired] == .remove)
    #expect(request[.reported] == .merge(["a": 1]))
    #expect(UpdateRequest(desired: .remove)[.reported] == nil)
  }

  @Test("to get or delete is empty without a token (3.2, 3.3)")
  func empty() {
    #expect(GetRequest().publication(to: address).text == "")
    #expect(DeleteRequest().publication(to: address).text == "")
  }

  @Test("to get or delete a named shadow carries its token (3.2, 3.3)")
  func tokenOnly() {
    let address = ShadowAddress(thing: "lamp1", shadow: "config")
    let get = GetRequest(clientToken: token).publication(to: address)
    #expect(get.topic == "$aws/things/lamp1/shadow/name/config/get")
    #expect(get.text == #"{"clientToken":"9c1e"}"#)
    let delete = DeleteRequest(clientToken: token).publication(to: address)
    #expect(delete.topic == "$aws/things/lamp1/shadow/name/config/delete")
    #expect(delete.text == #"{"clientToken":"9c1e"}"#)
  }
}

@Suite("A client token")
struct ClientTokenTests {
  @Test(
    "has at most 64 bytes of UTF-8 (3.1, 15)",
    arguments: ["", String(repeating: "x", count: 64), String(repeating: "é", count: 32)])
  func fits(_ text: String) {
    #expect(ClientToken(text)?.text == text)
  }

  @Test(
    "of 65 bytes is none, also when it has fewer characters (3.1, 15)",
    arguments: [String(repeating: "x", count: 65), String(repeating: "é", count: 32) + "x"])
  func tooLong(_ text: String) {
    #expect(ClientToken(text) == nil)
  }

  @Test("is made of eight hexadecimal digits from the randomness passed in (14.5)")
  func make() {
    var counting = Counting()
    #expect(ClientToken.make(using: &counting).text == "00000001")
    #expect(ClientToken.make(using: &counting).text == "00000002")
  }

  private struct Counting: RandomNumberGenerator {
    var count: UInt64 = 0
    mutating func next() -> UInt64 {
      count += 1
      return count
    }
  }
}
