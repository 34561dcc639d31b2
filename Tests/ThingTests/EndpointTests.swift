import Testing
import Thing

@Suite("An endpoint")
struct EndpointTests {
  @Test(
    "is read as host and port, 8883 unless given",
    arguments: [
      ("broker.example", "broker.example", 8883),
      ("broker.example:443", "broker.example", 443),
      ("  abc-ats.iot.eu-west-1.amazonaws.com\n", "abc-ats.iot.eu-west-1.amazonaws.com", 8883),
      ("localhost:1", "localhost", 1),
      ("127.0.0.1:65535", "127.0.0.1", 65535),
      ("::1", "::1", 8883),
      ("[::1]", "::1", 8883),
      ("[::1]:1884", "::1", 1884),
      ("my_host.", "my_host.", 8883),
    ] as [(String, String, UInt16)])
  func reading(_ text: String, _ host: String, _ port: UInt16) throws {
    #expect(try Endpoint(parsing: text) == Endpoint(host: host, port: port))
  }

  @Test(
    "is known to be this very machine, or not",
    arguments: [
      ("localhost", true), ("LocalHost", true), ("127.0.0.1", true), ("127.9.8.7", true),
      ("::1", true), ("128.0.0.1", false), ("10.0.0.127", false), ("::2", false),
      ("localhost.example", false), ("127.0.0.1.example", false),
    ])
  func loopback(_ host: String, isLoopback: Bool) {
    #expect(Endpoint(host: host).isLoopback == isLoopback)
  }

  @Test(
    "that is none is refused with what is wrong",
    arguments: [
      ("", .empty), (" \t", .empty), (":8883", .noHost),
      ("mqtts://broker.example:8883/", .scheme("mqtts", suggestion: "broker.example:8883")),
      ("https://", .scheme("https", suggestion: "")),
      ("broker.example/mqtt", .path(suggestion: "broker.example")),
      ("broker.example:", .port("")), ("broker.example:0", .port("0")),
      ("broker.example:65536", .port("65536")), ("broker.example:88x", .port("88x")),
      ("broker.example:+1", .port("+1")), ("broker.example:８", .port("８")),
      ("a b", .host("a b")), ("me@broker.example", .host("me@broker.example")),
      ("a..b", .host("a..b")), (".", .host(".")), ("a:1:2", .host("a:1:2")),
      ("[broker.example]:1", .host("[broker.example]:1")), ("[::1", .host("[::1")),
      ("[::1]x", .host("[::1]x")), ("brøker.example", .host("brøker.example")),
    ] as [(String, EndpointError)])
  func refusal(_ text: String, _ error: EndpointError) {
    #expect(throws: error) { try Endpoint(parsing: text) }
  }

  @Test("pasted as a URL is corrected in the remedy")
  func suggestion() {
    let error = EndpointError.scheme("mqtts", suggestion: "broker.example")
    #expect(error.what == "The endpoint starts with “mqtts://”.")
    #expect(error.remedy == "Use broker.example instead.")
  }

  @Test(
    "of AWS without -ats comes with advice",
    arguments: [
      ("abc.iot.eu-west-1.amazonaws.com", "Use abc-ats.iot.eu-west-1.amazonaws.com instead."),
      ("abc-ats.iot.eu-west-1.amazonaws.com", nil),
      ("iot.example", nil), ("localhost", nil),
    ])
  func legacy(_ host: String, _ remedy: String?) {
    #expect(Endpoint(host: host).advice.first?.remedy == remedy)
  }

  @Test("is written with brackets where it has to be")
  func writing() {
    #expect("\(Endpoint(host: "::1", port: 1))" == "[::1]:1")
    #expect("\(Endpoint(host: "a.b"))" == "a.b:8883")
  }
}
