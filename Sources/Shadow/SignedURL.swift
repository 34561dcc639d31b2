/// Signed URLs, as MIC's invoke service answers them (mic-thing-api 1.7): whoever has one can read or
/// write the file until it expires, so what signs it is a secret.
package enum SignedURL {
  /// What stands where a secret was.
  package static let mask = "***"

  /// The names of query parameters that sign, for S3 and CloudFront, in lower case.
  private static let names = [
    "x-amz-signature", "x-amz-credential", "x-amz-security-token", "awsaccesskeyid", "signature",
    "key-pair-id", "policy",
  ].map { Array($0.utf8) }

  /// Puts a mask in the place of all that signs a URL, wherever it stands in a text.
  ///
  /// The URL may be in JSON, be it escaped once or twice (`\/`, `\u0026`), and in per cent encoding.
  ///
  /// - Parameter bytes: a payload.
  /// - Returns: the payload with its secrets masked; nil if it holds none.
  package static func masking(_ bytes: [UInt8]) -> [UInt8]? {
    var masked: [UInt8] = []
    var kept = 0
    bytes.withUnsafeBufferPointer { bytes in
      var place = 0
      while let start = separator(in: bytes, from: place) {
        place = start
        guard let secret = secret(in: bytes, at: start) else { continue }
        place = secret.upperBound
        guard !bytes[secret].elementsEqual(mask.utf8) else { continue }
        masked += bytes[kept..<secret.lowerBound]
        masked += mask.utf8
        kept = secret.upperBound
      }
    }
    guard kept > 0 else { return nil }
    return masked + bytes[kept...]
  }

  /// The end of the next sign that begins a parameter: `?`, `&`, `;`, or one of them encoded.
  private static func separator(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var place = start
    while place < bytes.count {
      defer { place += 1 }
      switch bytes[place] {
      case UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: ";"): return place + 1
      case UInt8(ascii: "%") where matches(bytes, place + 1, ["26", "3f"]): return place + 3
      case UInt8(ascii: "u") where matches(bytes, place + 1, ["0026", "003f"]): return place + 5
      default: break
      }
    }
    return nil
  }

  /// The value of a parameter that signs, if one stands here.
  private static func secret(
    in bytes: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> Range<Int>? {
    guard let name = names.first(where: { matches(bytes, start, $0) }) else { return nil }
    var begin = start + name.count
    guard begin < bytes.count else { return nil }
    var isEncoded = false
    if bytes[begin] == UInt8(ascii: "=") {
      begin += 1
    } else if bytes[begin] == UInt8(ascii: "%"), matches(bytes, begin + 1, ["3d"]) {
      begin += 3
      isEncoded = true
    } else {
      while begin < bytes.count, bytes[begin] == UInt8(ascii: "\\") { begin += 1 }
      guard matches(bytes, begin, ["u003d"]) else { return nil }
      begin += 5
    }
    let end = end(of: begin, in: bytes, isEncoded: isEncoded)
    return begin < end ? begin..<end : nil
  }

  private static func end(
    of start: Int, in bytes: UnsafeBufferPointer<UInt8>, isEncoded: Bool
  ) -> Int {
    var place = start
    while place < bytes.count {
      switch bytes[place] {
      case 0...0x20, 0x7F, UInt8(ascii: "&"), UInt8(ascii: "\""), UInt8(ascii: "'"),
        UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "#"):
        return place
      case UInt8(ascii: "%") where isEncoded && matches(bytes, place + 1, ["26", "23"]):
        return place
      case UInt8(ascii: "\\"):
        var next = place
        while next < bytes.count, bytes[next] == UInt8(ascii: "\\") { next += 1 }
        // Only what stands for a character of the value goes on with it.
        if matches(bytes, next, ["/"]) {
          place = next + 1
        } else if matches(bytes, next, ["u002f", "u002b", "u003d"]) {
          place = next + 5
        } else {
          return place
        }
      default: place += 1
      }
    }
    return place
  }

  private static func matches(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ texts: [StaticString]
  ) -> Bool {
    texts.contains { text in
      let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
      return matches(bytes, start, wanted)
    }
  }

  /// Whether a text in lower case stands here, in whichever case.
  private static func matches(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ text: some Collection<UInt8>
  ) -> Bool {
    guard start + text.count <= bytes.count else { return false }
    return zip(bytes[start...], text).allSatisfy { byte, wanted in
      byte == wanted || ((0x41...0x5A).contains(byte) && byte | 0x20 == wanted)
    }
  }
}
