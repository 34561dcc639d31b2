/// What curl is to transfer, as the configuration that it reads on its standard input: a signed URL
/// must stand in no argument, which everyone on the machine can read.
struct CurlRequest: Hashable {
  enum Direction: Hashable {
    /// The file, as curl is to open it.
    case upload(String)
    /// To curl's standard output.
    case download
  }

  /// How the line of figures begins that curl ends with.
  static let mark = "@shadowscope"
  /// Seconds without a byte after which a transfer counts as broken off.
  static let patience = 30

  let url: String
  let direction: Direction
  /// The file of the authority that vouches for the host; nil for the system's.
  let authority: String?
  let showsProgress: Bool

  /// Whether the host is this machine.
  var isLoopback: Bool { Self.isLoopback(url) }

  /// Whether a URL's host is this machine.
  static func isLoopback(_ url: String) -> Bool {
    guard let start = url.firstRange(of: "://")?.upperBound else { return false }
    let place = url[start...].prefix { !"/?#".contains($0) }
    let host = place.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    if host.hasPrefix("[") { return host.hasPrefix("[::1]") }
    let name = host.prefix { $0 != ":" }.lowercased()
    return name == "localhost" || name == "127.0.0.1"
  }

  /// The configuration; it is a secret.
  var configuration: String {
    var lines = [
      "url = \(Self.quoted(url))",
      // The URL and the name of a file stand for themselves.
      "globoff",
      // No other scheme, and no other place that somebody names: what signs the URL is in it.
      "proto = \"=https\"", "no-location",
      "connect-timeout = 15", "speed-limit = 1", "speed-time = \(Self.patience)",
      "write-out = \"%{stderr}\\n\(Self.mark) %{http_code} %{size_upload} %{size_download}\\n\"",
      "show-error",
      showsProgress ? "progress-bar" : "silent",
    ]
    if let authority { lines.append("cacert = \(Self.quoted(authority))") }
    if isLoopback { lines.append("noproxy = \"*\"") }
    if case .upload(let path) = direction { lines.append("upload-file = \(Self.quoted(path))") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// A text in quotes, as curl's configuration has it.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0B}": result += "\\v"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
