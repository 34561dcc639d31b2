import JSON

/// Which clients are connected to the broker, as its log tells; client ids are outside text.
///
/// An end that the log tells in words unknown here leaves a client in the register. That does no
/// harm: nobody is thrown out by taking over an id that nobody has.
struct ClientRegister: Sendable {
  struct Client: Hashable, Sendable {
    let id: String
    /// The name in its certificate.
    let user: String
    /// Whether the broker forgets it when it goes.
    let isClean: Bool
  }

  private var clients: [ScalarKey: Client] = [:]

  /// The clients with this name in their certificate, in the order of their ids.
  func clients(of user: String) -> [Client] {
    clients.values.filter { $0.user.hasSameScalars(as: user) }.sorted { $0.id < $1.id }
  }

  /// Takes a line of the broker's log.
  mutating func note(_ line: String) {
    let line = Array(line.utf8)[...]
    if let client = Self.connected(in: line) {
      clients[ScalarKey(client.id)] = client
    } else if let id = ended(in: line) {
      clients[id] = nil
    }
  }

  /// Reads the line of a new client: `… connected from ADDRESS as ID (p2, c1, k60, u'USER')`.
  ///
  /// From its end, since an id may hold anything that the rest of the line does; a user cannot: it
  /// is a name in a certificate that the sandbox has signed.
  private static func connected(in line: ArraySlice<UInt8>) -> Client? {
    let (start, end) = (Array("New client connected from ".utf8), Array("').".utf8))
    guard line.starts(with: start), line.suffix(end.count).elementsEqual(end) else { return nil }
    let words = line.dropFirst(start.count).dropLast(end.count)
    guard let name = words.firstRange(of: Array(" as ".utf8)),
      let user = words.ranges(of: Array(", u'".utf8)).last,
      let facts = words[..<user.lowerBound].ranges(of: Array(" (p".utf8)).last,
      name.upperBound <= facts.lowerBound
    else { return nil }
    let isClean = words[facts.upperBound..<user.lowerBound].firstRange(of: Array(", c1,".utf8))
    return Client(
      id: String(decoding: words[name.upperBound..<facts.lowerBound], as: UTF8.self),
      user: String(decoding: words[user.upperBound...], as: UTF8.self), isClean: isClean != nil)
  }

  /// Reads the line of an end, `Client ID disconnected` and the like, for the longest known id.
  private func ended(in line: ArraySlice<UInt8>) -> ScalarKey? {
    let start = Array("Client ".utf8)
    guard line.starts(with: start) else { return nil }
    let words = line.dropFirst(start.count)
    for space in words.indices.reversed() where words[space] == UInt8(ascii: " ") {
      let id = ScalarKey(String(decoding: words[..<space], as: UTF8.self))
      guard clients[id] != nil else { continue }
      // Who takes an id over has it from then on; the line that says so comes next.
      return words[space...].starts(with: Array(" already ".utf8)) ? nil : id
    }
    return nil
  }
}
