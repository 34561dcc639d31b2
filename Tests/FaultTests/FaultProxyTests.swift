import TestSupport
import Testing

@Suite("The fault proxy")
struct FaultProxyTests {
  /// A server that sends back what it gets, and the proxy in front of it.
  private final class Echo {
    private let peer: ScriptedPeer
    let proxy: FaultProxy

    init() throws {
      peer = try ScriptedPeer { client, _ in
        while true { try client.send(client.readPlain()) }
      }
      proxy = try FaultProxy(to: peer.port)
    }
  }

  private let echo: Echo
  private var proxy: FaultProxy { echo.proxy }

  init() throws { echo = try Echo() }

  /// Sends a text and reads until the end, or until that much has come.
  private static func exchange(_ text: String, _ port: Int, seconds: Int = 5) throws -> String {
    let client = try PlainClient(to: port, seconds: seconds)
    client.send(text)
    return client.read(text.utf8.count)
  }

  @Test("hands on what it gets, both ways")
  func passing() throws {
    #expect(try Self.exchange("hello", proxy.port) == "hello")
    #expect(proxy.accepted == 1)
  }

  @Test("cuts after so many bytes", arguments: Cut.allCases)
  func cutting(_ cut: Cut) throws {
    proxy.plan(.cut(after: 3, cut), .toClient)
    #expect(try Self.exchange("hello", proxy.port) == "hel")
    proxy.heal()
    #expect(try Self.exchange("hello", proxy.port) == "hello")
  }

  @Test("holds everything back and lets it go again")
  func holding() throws {
    let client = try PlainClient(to: proxy.port, seconds: 5)
    client.send("a")
    #expect(client.read(1) == "a")
    proxy.hold()
    client.send("b")
    #expect(client.isSilent(milliseconds: 200))
    proxy.heal()
    #expect(client.read(1) == "b")
  }

  @Test("turns one bit, and puts garbage between records")
  func damaging() throws {
    proxy.plan(.flip(after: 1), .toBroker)
    #expect(try Self.exchange("aaa", proxy.port) == "aqa")
    proxy.heal()
    let client = try PlainClient(to: proxy.port, seconds: 5)
    // A whole record of two bytes, and the head of the next one.
    client.send("\u{17}\u{3}\u{3}\u{0}\u{2}ab\u{17}")
    #expect(client.read(8).utf8.count == 8)
    proxy.apply(.garbage(Array("xyz".utf8)), .toClient)
    client.send("\u{3}\u{3}\u{0}\u{1}c\u{17}")
    #expect(client.read(9) == "\u{3}\u{3}\u{0}\u{1}cxyz\u{17}")
  }

  @Test("cuts in the middle of a record")
  func middle() throws {
    proxy.plan(.cutInRecord(.end), .toClient)
    let record = "\u{17}\u{3}\u{3}\u{0}\u{4}abcd"
    #expect(try Self.exchange(record, proxy.port) == "\u{17}\u{3}\u{3}\u{0}\u{4}")
  }

  @Test("refuses, keeps silent, and sends others elsewhere")
  func welcoming() throws {
    proxy.welcome(.refuse)
    #expect(throws: (any Error).self) { try PlainClient(to: proxy.port, seconds: 5) }
    proxy.welcome(.silence)
    let client = try PlainClient(to: proxy.port, seconds: 5)
    client.send("a")
    #expect(client.isSilent(milliseconds: 100))
    proxy.heal()
    let other = try ScriptedPeer { client, _ in
      try client.readPlain()
      try client.send(Array("other".utf8))
    }
    proxy.redirect(to: other.port)
    #expect(try Self.exchange("hello", proxy.port) == "other")
  }

  @Test("keeps a pause between bytes, and delays them")
  func slowness() throws {
    proxy.plan(.slow(millisecondsPerByte: 50), .toBroker)
    let start = ContinuousClock.now
    #expect(try Self.exchange("abcd", proxy.port) == "abcd")
    #expect(ContinuousClock.now - start >= .milliseconds(199))
    proxy.plan(.delay(milliseconds: 200), .toBroker)
    let second = ContinuousClock.now
    #expect(try Self.exchange("abcd", proxy.port) == "abcd")
    // The clock of the proxy counts whole milliseconds.
    #expect(ContinuousClock.now - second >= .milliseconds(199))
  }
}
