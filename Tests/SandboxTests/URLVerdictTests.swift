import Sandbox
import ShadowService
import Testing
import Thing

@Suite("What a request with a signed URL may do")
struct URLVerdictTests {
  private static let start: Int64 = 1_700_000_000
  private let signer: URLSigner

  init() {
    var secret = Array("not much of a secret".utf8)
    signer = URLSigner(secret: SecretBytes(wiping: &secret), origin: "https://localhost:1")
  }

  private func target(
    _ method: String = "GET", key: String = "a b/ä", thing: String = "lamp1"
  ) -> String {
    String(
      signer.url(method, key: key, of: thing, from: Self.start, for: 300)
        .dropFirst("https://localhost:1".count))
  }

  private func verdict(_ target: String, _ seconds: Int64 = 0) -> URLSigner.Verdict {
    signer.verdict(on: .get, target: target, at: Self.start + seconds)
  }

  @Test(
    "is what was signed, from the first to the last second",
    arguments: ["a", "a b/ä", "?&#%", "x/y/z", "-"], [0, 1, 300, -900])
  func granted(_ key: String, _ seconds: Int64) throws {
    let grant = try #require(
      FileGrant(thing: "x:y", key: key, operation: .get, issuedAt: Self.start))
    #expect(verdict(target(key: key, thing: "x:y"), seconds) == .granted(grant))
  }

  @Test("is nothing once the time is over, or long before it begins")
  func time() {
    #expect(verdict(target(), 301) == .expired(at: Self.start + 300))
    #expect(verdict(target(), 86_400) == .expired(at: Self.start + 300))
    #expect(verdict(target(), -901) == .early(from: Self.start))
  }

  @Test(
    "is nothing for another method, path, time or signature",
    arguments: [
      ("lamp1", "lamp2"), ("X-Amz-Expires=300", "X-Amz-Expires=900"),
      ("20231114T2213", "20231115T2213"), ("a%20b", "a%20c"), ("/things/", "/things/../"),
      ("&X-Amz-Signature=", "&X-Amz-Signature=0"),
      ("&X-Amz-Signature=", "&a=b&X-Amz-Signature="),
    ])
  func forged(_ part: String, _ other: String) throws {
    let good = target()
    let place = try #require(good.firstRange(of: part))
    let bad = good[..<place.lowerBound] + other + good[place.upperBound...]
    // Also when it is too late: nothing is told about what somebody else has written.
    for seconds: Int64 in [0, 1000] {
      #expect(verdict(String(bad), seconds) == .wrongSignature)
    }
    #expect(verdict(target("PUT")) == .wrongSignature)
    #expect(verdict(String(good.dropLast())) == .wrongSignature)
    #expect(verdict(good + "&a=b") == .wrongSignature)
  }

  @Test("is nothing without a signature", arguments: ["", "/", "/things/lamp1/a", "/?a=b", "?"])
  func unsigned(_ target: String) { #expect(verdict(target) == .unsigned) }

  @Test(
    "is nothing for a file that is not the thing's", arguments: ["../lamp2/a", "a//b", "", "."])
  func elsewhere(_ key: String) { #expect(verdict(target(key: key)) == .wrongSignature) }

  @Test("is nothing for whoever has another secret, or another host")
  func others() {
    var secret = Array("another".utf8)
    let other = URLSigner(secret: SecretBytes(wiping: &secret), origin: signer.origin)
    #expect(other.verdict(on: .get, target: target(), at: Self.start) == .wrongSignature)
    secret = Array("not much of a secret".utf8)
    let elsewhere = URLSigner(secret: SecretBytes(wiping: &secret), origin: "https://localhost:2")
    #expect(elsewhere.verdict(on: .get, target: target(), at: Self.start) == .wrongSignature)
  }
}
