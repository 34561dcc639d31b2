import COpenSSL
import Glibc
package import ShadowService

extension URLSigner {
  /// What is to become of a request with a URL that may be one of ours.
  package enum Verdict: Hashable, Sendable {
    case granted(FileGrant)
    /// Nothing signs it.
    case unsigned
    /// What signs it was made for another method, path, time or by somebody else.
    case wrongSignature
    /// It was good until then, seconds since 1970.
    case expired(at: Int64)
    /// It is good only from then on, seconds since 1970.
    case early(from: Int64)
  }

  /// Seconds by which a URL may be of the future, as S3 has it.
  private static let forbearance: Int64 = 900

  /// Judges a request.
  ///
  /// The signature comes first: nothing is read of what somebody else has written.
  ///
  /// - Parameters:
  ///   - operation: what the request's method stands for.
  ///   - target: path and query as they came, not decoded.
  ///   - now: seconds since 1970.
  /// - Returns: what it permits, or why not.
  package func verdict(
    on operation: FileGrant.Operation, target: String, at now: Int64
  ) -> Verdict {
    guard let mark = target.firstRange(of: Self.signatureMark) else { return .unsigned }
    let signed = target[..<mark.lowerBound]
    let expected = signature(of: "\(operation.method)\n\(origin)\(signed)")
    guard isSame(expected, target[mark.upperBound...]) else { return .wrongSignature }
    let parts = signed.split(separator: "?", omittingEmptySubsequences: false)
    guard parts.count == 2, let (thing, key) = Self.names(in: parts[0]),
      let (start, lifetime) = Self.times(in: parts[1]),
      let grant = FileGrant(thing: thing, key: key, operation: operation, issuedAt: start)
    else { return .wrongSignature }
    if start > now + Self.forbearance { return .early(from: start) }
    guard now <= start + lifetime else { return .expired(at: start + lifetime) }
    return .granted(grant)
  }

  /// Thing and key of `/things/THING/KEY`.
  private static func names(in path: Substring) -> (thing: String, key: String)? {
    let levels = path.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard levels.count == 4, levels[0].isEmpty, levels[1] == "things",
      let thing = percentDecoded(levels[2]), let key = percentDecoded(levels[3])
    else { return nil }
    return (thing, key)
  }

  /// Both in seconds, the first since 1970.
  private static func times(in query: Substring) -> (start: Int64, lifetime: Int64)? {
    let values = query.split(separator: "&", omittingEmptySubsequences: false)
    guard values.count == 2, values[0].hasPrefix("X-Amz-Date="),
      values[1].hasPrefix("X-Amz-Expires="),
      let start = seconds(ofCompactDate: values[0].dropFirst("X-Amz-Date=".count)),
      let lifetime = Int64(values[1].dropFirst("X-Amz-Expires=".count)),
      (1...604_800).contains(lifetime)
    else { return nil }
    return (start, lifetime)
  }
}

/// Whether two texts are the same, in a time that tells nothing about where they differ.
private func isSame(_ expected: String, _ given: Substring) -> Bool {
  guard !expected.isEmpty, expected.utf8.count == given.utf8.count else { return false }
  return zip(expected.utf8, given.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
}

/// What a path in per cent encoding means; nil if it is malformed or no UTF-8.
private func percentDecoded(_ text: Substring) -> String? {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "%") else {
      bytes.append(byte)
      continue
    }
    let digits = rest.prefix(2)
    guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    else { return nil }
    bytes.append(value)
    rest = rest.dropFirst(2)
  }
  return String(validating: bytes, as: UTF8.self)
}

/// Seconds since 1970 of `20231114T221320Z`; nil for any other form.
private func seconds(ofCompactDate text: Substring) -> Int64? {
  let bytes = Array(text.utf8)
  guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else {
    return nil
  }
  func number(_ range: Range<Int>) -> CInt? {
    let digits = bytes[range]
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return CInt(String(decoding: digits, as: UTF8.self))
  }
  guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
    let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15)
  else { return nil }
  var parts = tm()
  (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
  (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
  return Int64(timegm(&parts))
}
