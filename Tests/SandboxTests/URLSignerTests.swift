import Sandbox
import Thing
import Testing

@Suite("Signed URLs")
struct URLSignerTests {
  private let signer: URLSigner

  init() {
    var secret = Array("not much of a secret".utf8)
    signer = URLSigner(secret: SecretBytes(wiping: &secret))
  }

  // The signature is what `openssl dgst -sha256 -hmac` makes of the method, a line break and the rest.
  @Test("are signed with HMAC-SHA256")
  func signature() {
    #expect(
      signer.url("GET", key: "logs/a.txt", of: "lamp1", from: 1_700_000_000, for: 300)
        == "https://files.sandbox.invalid/things/lamp1/logs/a.txt?X-Amz-Date=20231114T221320Z"
        + "&X-Amz-Expires=300&X-Amz-Signature="
        + "e82efc65946c5d85e14434a66d7ae1b83986c5d1ba401e142dd984e5eb8a8238"
    )
  }

  @Test("are other ones for another operation, file, thing, time or secret")
  func differences() {
    var generator = SystemRandomNumberGenerator()
    let other = URLSigner(using: &generator)
    let urls = [
      signer.url("GET", key: "a", of: "lamp1", from: 0, for: 300),
      signer.url("PUT", key: "a", of: "lamp1", from: 0, for: 300),
      signer.url("GET", key: "b", of: "lamp1", from: 0, for: 300),
      signer.url("GET", key: "a", of: "lamp2", from: 0, for: 300),
      signer.url("GET", key: "a", of: "lamp1", from: 1, for: 300),
      other.url("GET", key: "a", of: "lamp1", from: 0, for: 300),
    ]
    let signatures = urls.map { String($0.suffix(64)) }
    #expect(Set(signatures).count == urls.count)
    #expect(signatures.allSatisfy { $0.allSatisfy(\.isHexDigit) })
  }

  @Test("escape what a path cannot hold")
  func escaping() {
    let url = signer.url("GET", key: "a b/ä?&#%", of: "x:y", from: 0, for: 300)
    #expect(
      url.hasPrefix(
        "https://files.sandbox.invalid/things/x%3Ay/a%20b/%C3%A4%3F%26%23%25?X-Amz-Date=1970"))
  }
}
