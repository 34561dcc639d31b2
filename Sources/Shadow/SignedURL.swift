/// Signed URLs, as MIC's invoke service answers them (mic-thing-api 1.7), and signed forms: whoever has
/// one can read or write the file until it expires, so what signs it is a secret.
package enum SignedURL {
  /// What stands where a secret was.
  package static let mask = "***"

  /// Names of parameters that sign, for S3 and CloudFront, in lower case.
  private static let ownNames = [
    "x-amz-signature", "x-amz-credential", "x-amz-security-token", "awsaccesskeyid", "key-pair-id",
  ].map { Array($0.utf8) }

  /// More of them, which as keys of JSON may be anyone's.
  private static let names = ownNames + ["signature", "policy"].map { Array($0.utf8) }

  /// Puts a mask in the place of all that signs a URL, wherever it stands in a text.
  ///
  /// The URL may be in JSON, be it escaped once or twice (`\/`, `\u0026`), and in per cent encoding,
  /// once or oftener. The fields of a form that S3 takes by POST are masked as members of JSON, escaped
  /// or not: `policy` and `signature` only beside a name that is no one else's.
  ///
  /// - Parameter bytes: a payload.
  /// - Returns: the payload with its secrets masked; nil if it holds none.
  package static func masking(_ bytes: [UInt8]) -> [UInt8]? {
    bytes.withUnsafeBufferPointer { bytes in
      var masked = MaskedBytes(bytes)
      var place = 0
      var keys: [[UInt8]]?
      while let start = mark(in: bytes, from: place) {
        place = start
        let secret: Range<Int>?
        if bytes[start - 1] == UInt8(ascii: "\"") {
          if keys == nil { keys = hasForm(bytes, from: start) ? names : [] }
          secret = member(in: bytes, at: start, of: keys ?? [])
        } else {
          secret = parameter(in: bytes, at: start)
        }
        guard let secret else { continue }
        place = secret.upperBound
        masked.mask(secret)
      }
      return masked.result
    }
  }

  /// Masks as `masking` does, and the whole query of each URL in which that finds nothing.
  ///
  /// - Parameter bytes: a payload that is known to hold signed URLs, in whichever scheme.
  /// - Returns: the payload with its secrets masked.
  package static func maskingQueries(_ bytes: [UInt8]) -> [UInt8] {
    let bytes = masking(bytes) ?? bytes
    return bytes.withUnsafeBufferPointer { bytes in
      var masked = MaskedBytes(bytes)
      var place = 0
      while let query = query(in: bytes, from: place) {
        place = query.upperBound
        let isMasked = query.contains { matches(bytes, $0, mask.utf8) }
        if !isMasked, !query.isEmpty { masked.mask(query) }
      }
      return masked.result ?? Array(bytes)
    }
  }

  // MARK: Parameters of URLs

  /// The end of the next sign that may begin a name: `?`, `&`, `;`, one of them encoded, or `"`.
  private static func mark(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var place = start
    while place < bytes.count {
      defer { place += 1 }
      switch bytes[place] {
      case UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: "\""):
        return place + 1
      case UInt8(ascii: "%"):
        if let (end, _) = encoded(["26", "3f"], bytes, at: place) { return end }
      case UInt8(ascii: "u") where matches(bytes, place + 1, ["0026", "003f"]): return place + 5
      default: break
      }
    }
    return nil
  }

  /// The value of a parameter that signs, if one stands here.
  private static func parameter(
    in bytes: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> Range<Int>? {
    guard let name = names.first(where: { matches(bytes, start, $0) }) else { return nil }
    var begin = start + name.count
    guard begin < bytes.count else { return nil }
    var depth = 0
    if bytes[begin] == UInt8(ascii: "=") {
      begin += 1
    } else if let (end, times) = encoded(["3d"], bytes, at: begin) {
      (begin, depth) = (end, times)
    } else {
      while begin < bytes.count, bytes[begin] == UInt8(ascii: "\\") { begin += 1 }
      guard matches(bytes, begin, ["u003d"]) else { return nil }
      begin += 5
    }
    let end = end(of: begin, in: bytes, depth: depth)
    return begin < end ? begin..<end : nil
  }

  /// Where a value ends that is encoded so many times.
  private static func end(
    of start: Int, in bytes: UnsafeBufferPointer<UInt8>, depth: Int
  ) -> Int {
    var place = start
    while place < bytes.count {
      switch bytes[place] {
      case 0...0x20, 0x7F, UInt8(ascii: "&"), UInt8(ascii: "\""), UInt8(ascii: "'"),
        UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "#"):
        return place
      case UInt8(ascii: "%") where encoded(["26", "23"], bytes, at: place)?.times == depth:
        return place
      case UInt8(ascii: "\\"):
        let next = afterBackslashes(bytes, place)
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

  /// A sign in per cent encoding, of which the per cent sign may be encoded itself.
  ///
  /// - Parameters:
  ///   - codes: the signs' numbers.
  ///   - bytes: what it stands in.
  ///   - start: where there is a per cent sign if it is one.
  /// - Returns: its end, and how many times it was encoded; nil if none of them stands here.
  private static func encoded(
    _ codes: [StaticString], _ bytes: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> (end: Int, times: Int)? {
    guard start < bytes.count, bytes[start] == UInt8(ascii: "%") else { return nil }
    var (place, times) = (start + 1, 1)
    while matches(bytes, place, ["25"]) { (place, times) = (place + 2, times + 1) }
    return matches(bytes, place, codes) ? (place + 2, times) : nil
  }

  // MARK: Fields of forms

  /// Whether a name that is no one else's is a key from here on.
  private static func hasForm(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    (start..<bytes.count).contains {
      bytes[$0 - 1] == UInt8(ascii: "\"") && member(in: bytes, at: $0, of: ownNames) != nil
    }
  }

  /// The text of a member of JSON that signs, if its name stands here, right behind a quote.
  private static func member(
    in bytes: UnsafeBufferPointer<UInt8>, at start: Int, of names: [[UInt8]]
  ) -> Range<Int>? {
    guard let name = names.first(where: { matches(bytes, start, $0) }) else { return nil }
    // JSON in a text of JSON has one backslash before each quote, and once more inside three.
    let escapes = backslashes(bytes, before: start - 1)
    func afterQuote(_ place: Int) -> Int? {
      let quote = place + escapes
      guard quote < bytes.count, bytes[quote] == UInt8(ascii: "\""),
        afterBackslashes(bytes, place) == quote
      else { return nil }
      return quote + 1
    }
    guard let keyEnd = afterQuote(start + name.count) else { return nil }
    let colon = afterBlanks(bytes, keyEnd)
    guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":"),
      let begin = afterQuote(afterBlanks(bytes, colon + 1))
    else { return nil }
    var end = begin
    while end < bytes.count {
      if bytes[end] == UInt8(ascii: "\""),
        backslashes(bytes, before: end, from: begin) % (2 * escapes + 2) == escapes
      {
        end -= escapes
        break
      }
      end += 1
    }
    return begin < end ? begin..<end : nil
  }

  private static func backslashes(
    _ bytes: UnsafeBufferPointer<UInt8>, before end: Int, from start: Int = 0
  ) -> Int {
    bytes[start..<end].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
  }

  private static func afterBackslashes(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> Int {
    var place = start
    while place < bytes.count, bytes[place] == UInt8(ascii: "\\") { place += 1 }
    return place
  }

  private static func afterBlanks(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var place = start
    while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    return place
  }

  // MARK: Whole queries

  /// What follows the next `?` in a URL.
  private static func query(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Range<Int>? {
    var place = start
    while place < bytes.count {
      guard bytes[place] == UInt8(ascii: ":") else {
        place += 1
        continue
      }
      let first = afterBackslashes(bytes, place + 1)
      let second = afterBackslashes(bytes, first + 1)
      guard matches(bytes, first, ["/"]), matches(bytes, second, ["/"]) else {
        place += 1
        continue
      }
      place = second + 1
      var begin: Int?
      while let next = afterCharacter(of: bytes, at: place) {
        if begin == nil, isQuestionMark(bytes, place) { begin = next }
        place = next
      }
      if let begin { return begin..<place }
    }
    return nil
  }

  private static func isQuestionMark(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
    bytes[place] == UInt8(ascii: "?")
      || matches(bytes, afterBackslashes(bytes, place), ["u003f"])
  }

  /// The end of a URL's next character, which JSON may have escaped; nil at the URL's end.
  private static func afterCharacter(
    of bytes: UnsafeBufferPointer<UInt8>, at place: Int
  ) -> Int? {
    guard place < bytes.count else { return nil }
    switch bytes[place] {
    case 0...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"),
      UInt8(ascii: "<"), UInt8(ascii: ">"):
      return nil
    case UInt8(ascii: "\\"):
      let next = afterBackslashes(bytes, place)
      if matches(bytes, next, ["/"]) { return next + 1 }
      let ends: [StaticString] = ["u0020", "u0022", "u0027", "u003c", "u003e", "u0060"]
      guard matches(bytes, next, ["u00"]), !matches(bytes, next, ends) else { return nil }
      return min(next + 5, bytes.count)
    default: return place + 1
    }
  }

  // MARK: -

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

/// Bytes of which some are masked, first to last.
private struct MaskedBytes {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var masked: [UInt8] = []
  private var kept = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func mask(_ secret: Range<Int>) {
    guard !bytes[secret].elementsEqual(SignedURL.mask.utf8) else { return }
    masked += bytes[kept..<secret.lowerBound]
    masked += SignedURL.mask.utf8
    kept = secret.upperBound
  }

  /// What has become of them; nil if nothing was masked.
  var result: [UInt8]? { kept > 0 ? masked + bytes[kept...] : nil }
}
