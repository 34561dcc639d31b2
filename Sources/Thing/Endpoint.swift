import Glibc

/// Where the broker is: a name or an address, and a port.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// The port of MQTT over TLS, taken when none is given.
  package static let defaultPort: UInt16 = 8883
  /// The port on which AWS IoT wants ALPN to tell MQTT from HTTPS (device-shadow spec 12).
  package static let applicationProtocolPort: UInt16 = 443

  /// A host name, or an IPv4 or IPv6 address without brackets.
  package let host: String
  /// 1...65535.
  package let port: UInt16

  /// Takes a host that is known to be one; for what a person typed see `init(parsing:)`.
  package init(host: String, port: UInt16 = defaultPort) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST[:PORT]` as a person typed or pasted it.
  ///
  /// IPv6 addresses stand alone or, with a port, in brackets. White space around is dropped.
  ///
  /// - Throws: `EndpointError` saying what is wrong and how it should look.
  package init(parsing text: String) throws(EndpointError) {
    let text = text.trimmed
    guard !text.isEmpty else { throw .empty }
    if let scheme = text.firstRange(of: "://") {
      throw .scheme(
        String(text[..<scheme.lowerBound]), suggestion: text[scheme.upperBound...].untilPath)
    }
    guard !text.contains("/") else { throw .path(suggestion: text[...].untilPath) }
    let (host, port) = try Self.split(text)
    self.host = host
    self.port = try port.map(Self.port(from:)) ?? Self.defaultPort
    guard !isAddress else { return }
    if let fault = Self.fault(inName: host) { throw fault }
  }

  /// `HOST:PORT`, with brackets where the host is an IPv6 address.
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether the host is a numeric address rather than a name.
  package var isAddress: Bool {
    var address = in6_addr()
    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
  }

  /// Whether the host is this very machine: `localhost`, or an address that leads nowhere else.
  package var isLoopback: Bool {
    if host.lowercased() == "localhost" { return true }
    var four = in_addr()
    if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
    return host == "::1"
  }

  /// What should be known about this endpoint before it is used.
  package var advice: [Advice] {
    let labels = host.lowercased().split(separator: ".")
    // ACCOUNT-ats.iot.REGION.amazonaws.com, with .cn behind it in China.
    guard
      labels.count >= 5, labels[1] == "iot", labels.contains("amazonaws"),
      !labels[0].hasSuffix("-ats")
    else { return [] }
    let suggestion = ([labels[0] + "-ats"] + labels.dropFirst()).joined(separator: ".")
    return [
      Advice(
        what: "“\(host)” is the old form of an AWS IoT endpoint, without “-ats”; "
          + "Amazon's root certificates do not vouch for it.",
        remedy: "Use \(suggestion) instead.")
    ]
  }

  private static func split(
    _ text: String
  ) throws(EndpointError) -> (host: String, port: Substring?) {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw .host(text) }
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw .host(text) }
      let host = String(text[text.index(after: text.startIndex)..<end])
      guard Endpoint(host: host).isAddress, host.contains(":") else { throw .host(text) }
      return (host, rest.isEmpty ? nil : rest.dropFirst())
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return (text, nil)
    case 2: return (String(parts[0]), parts[1])
    default:
      guard Endpoint(host: text).isAddress else { throw .host(text) }
      return (text, nil)
    }
  }

  private static func port(from text: Substring) throws(EndpointError) -> UInt16 {
    guard
      !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let port = UInt16(text), port > 0
    else { throw .port(String(text)) }
    return port
  }

  private static func fault(inName host: String) -> EndpointError? {
    guard !host.isEmpty else { return .noHost }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    // One dot at the end is how a name says that it is complete.
    let named = labels.last == "" ? labels.dropLast() : labels[...]
    let isName =
      host.utf8.count <= 253
      && named.allSatisfy { label in
        (1...63).contains(label.utf8.count)
          && label.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
              UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
              true
            default: false
            }
          }
      }
    return isName && !named.isEmpty ? nil : .host(host)
  }
}

extension Substring {
  /// What stands before the first slash.
  fileprivate var untilPath: String { String(prefix { $0 != "/" }) }
}

extension String {
  fileprivate var trimmed: String {
    let isSpace = { (character: Character) in character.isWhitespace }
    let head = drop(while: isSpace)
    guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(head[...last])
  }
}
