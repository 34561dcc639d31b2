import Shadow

/// Where the files are by which another program can connect as the thing.
package struct ConnectionFiles: Hashable, Sendable {
  /// A file for another program.
  package enum File: Hashable, Sendable {
    /// By its path, as the person gave it.
    case onDisk(String)
    /// By its name in the zip at a path: it is nowhere on the disk, nor should it be.
    case inZip(String, name: String)

    /// A word for a shell that stands for the file; for one in a zip it takes bash, zsh or ksh.
    fileprivate var shellWord: String {
      switch self {
      case .onDisk(let path): return path.shellWord
      case .inZip(let path, let name):
        // What unzip would take for a pattern.
        let literal = name.map { "*?[".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "<(unzip -p \(path.shellWord) \(literal.shellWord))"
      }
    }
  }

  /// The authority that the broker's certificate must be from; nil for the system's own.
  package let authority: File?
  package let certificate: File
  package let key: File
  /// Under which the broker lets the thing connect.
  package internal(set) var clientID: String

  /// The key is named, never read.
  package init(authority: File?, certificate: File, key: File, clientID: String) {
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
    let trust = authority.map { ["--cafile", $0.shellWord] } ?? ["--tls-use-os-certs"]
    let words =
      ["mosquitto_pub", "-h", String(bare).shellWord, "-p", String(port).shellWord] + trust
      + ["--cert", certificate.shellWord, "--key", key.shellWord]
      + ["-i", clientID, "-q", "1", "-t", topic, "-m", payload].map(\.shellWord)
    return words.joined(separator: " ")
  }
}
