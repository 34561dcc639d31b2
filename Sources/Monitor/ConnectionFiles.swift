/// Where the files are by which another program can connect as the thing.
package struct ConnectionFiles: Hashable, Sendable {
  /// The authority that the broker's certificate must be from; nil for the system's own.
  package let authority: String?
  package let certificate: String
  package let key: String
  /// Under which the broker lets the thing connect.
  package let clientID: String

  /// Paths as the person gave them; the key is named, never read.
  package init(authority: String?, certificate: String, key: String, clientID: String) {
    self.authority = authority
    self.certificate = certificate
    self.key = key
    self.clientID = clientID
  }

  /// The line for a shell that publishes with mosquitto's own program.
  ///
  /// - Parameters:
  ///   - payload: what is published.
  ///   - topic: where.
  ///   - endpoint: host and port.
  /// - Returns: one line, every word quoted that needs it.
  func line(publishing payload: String, on topic: String, to endpoint: String) -> String {
    let colon = endpoint.lastIndex(of: ":")
    let host = colon.map { endpoint[..<$0] } ?? Substring(endpoint)
    let port = colon.map { endpoint[$0...].dropFirst() } ?? "8883"
    let bare = host.filter { !"[]".contains($0) }
    let trust = authority.map { ["--cafile", $0] } ?? ["--tls-use-os-certs"]
    let words =
      ["mosquitto_pub", "-h", bare, "-p", String(port)] + trust
      + [
        "--cert", certificate, "--key", key, "-i", clientID, "-q", "1", "-t", topic, "-m", payload,
      ]
    return words.map(\.shellWord).joined(separator: " ")
  }
}

extension String {
  /// The text as one word for a POSIX shell.
  var shellWord: String {
    let plain = "_-./:=+,@%"
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
          || plain.unicodeScalars.contains($0)
      }
    guard !isPlain else { return self }
    return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
