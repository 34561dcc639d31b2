import COpenSSL
import Glibc
package import Thing

/// Signs URLs that permit one operation on one file for five minutes (mic-thing-api 1.7).
///
/// They look like S3's. Whoever serves the files checks the signature with the same secret:
///
///     https://HOST/things/THING/KEY?X-Amz-Date=…&X-Amz-Expires=300&X-Amz-Signature=HEX
///
/// `HEX` is the HMAC-SHA256 of the method, a line break, and the URL up to the signature's `&`.
package struct URLSigner: Sendable {
  /// Where nothing serves files: a host whose name never resolves (RFC 6761), so that no request ends
  /// up with a stranger.
  package static let nowhere = "https://files.sandbox.invalid"

  /// What begins every URL: scheme, host and port.
  package let origin: String
  private let secret: SecretBytes

  package init(secret: SecretBytes, origin: String = nowhere) {
    self.secret = secret
    self.origin = origin
  }

  /// Takes a fresh secret, which lives as long as the signer.
  package init(using generator: inout some RandomNumberGenerator) {
    var bytes = Self.freshSecret(using: &generator)
    self.init(secret: SecretBytes(wiping: &bytes))
  }

  /// Bytes that make a secret.
  static func freshSecret(using generator: inout some RandomNumberGenerator) -> [UInt8] {
    (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// The parameter that stands last.
  static let signatureMark = "&X-Amz-Signature="

  /// Makes a URL.
  ///
  /// - Parameters:
  ///   - method: the HTTP method that it permits.
  ///   - key: the file, relative to the thing.
  ///   - thing: whose file it is.
  ///   - start: seconds since 1970 from which it is good.
  ///   - lifetime: seconds for which it is good.
  /// - Returns: the URL; whoever has it may do what it permits, so it belongs into no log.
  package func url(
    _ method: String, key: String, of thing: String, from start: Int64, for lifetime: Int64
  ) -> String {
    let path = "/things/\(percentEncoded(thing))/\(percentEncoded(key))"
    let url =
      "\(origin)\(path)?X-Amz-Date=\(compactDate(start))"
      + "&X-Amz-Expires=\(lifetime)"
    return "\(url)\(Self.signatureMark)\(signature(of: "\(method)\n\(url)"))"
  }

  /// What signs a text; empty, and good for nothing, if the machine has no memory left.
  func signature(of text: String) -> String {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    let message = Array(text.utf8)
    secret.withUnsafeBytes { key in
      _ = HMAC(
        EVP_sha256(), key.baseAddress, CInt(key.count), message, message.count, &digest, &count)
    }
    return hexadecimal(digest.prefix(Int(count)))
  }
}

/// As RFC 3986 writes a path: everything but unreserved characters and `/` as `%XX`.
func percentEncoded(_ text: String) -> String {
  let bytes = text.utf8.flatMap { byte -> [UInt8] in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
      [byte]
    default: Array("%\(hexadecimal([byte]).uppercased())".utf8)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// Seconds since 1970 as `20231114T221320Z`.
private func compactDate(_ seconds: Int64) -> String {
  var seconds = time_t(seconds)
  var parts = tm()
  gmtime_r(&seconds, &parts)
  let two = { (number: CInt) in number < 10 ? "0\(number)" : "\(number)" }
  return "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
    + "T\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))Z"
}
