import Testing
@testable import shadowscope

@Suite("An endpoint as it is typed")
struct TypedEndpointTests {
  private static let host = "abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com"

  @Test("is taken as it is where nothing speaks against it", arguments: [host, "localhost:40123"])
  func good(_ text: String) { #expect(TypedEndpoint(text) == .good(text)) }

  @Test(
    "leads to what was likely meant",
    arguments: [
      ("https://\(host)/", host), ("\(host)/mqtt", host), ("mqtts://\(host):443", "\(host):443"),
      ("\(host):mqtt", host), ("abcdefghijklmn.iot.eu-west-1.amazonaws.com", host),
      ("https://abcdefghijklmn.iot.eu-west-1.amazonaws.com/", host), ("abcdefghijklmn", host),
      ("ABCDEFGHIJKLM1-ats:443", "ABCDEFGHIJKLM1-ats.iot.eu-west-1.amazonaws.com:443"),
    ])
  func meant(_ text: String, _ host: String) {
    switch TypedEndpoint(text) {
    case .good: Issue.record("\(text) is taken as it is")
    case .doubtful(_, let meant, let why): #expect(meant == host && !why.isEmpty)
    case .bad(_, let meant, let why): #expect(meant == host && !why.isEmpty)
    }
  }

  @Test(
    "is refused with what is missing where nothing can be guessed",
    arguments: [
      ("8883", "the host is missing"), (":8883", "no host"),
      ("https://demo.telenorconnexion.com/", "where App Board is"), ("a b", "not a host name"),
      ("https://", "starts with"), ("", "No endpoint"),
    ])
  func bad(_ text: String, _ words: String) {
    guard case .bad(_, nil, let why) = TypedEndpoint(text) else {
      Issue.record("\(TypedEndpoint(text))")
      return
    }
    #expect(why.contains(words), "\(why)")
  }
}
