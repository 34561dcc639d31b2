/// Which client ids a broker takes (device-shadow spec 10.4).
package enum ClientIDRule {
  /// Bytes that an id may have.
  package static let limit = 128

  /// What is wrong with a client id, for people; nil if brokers take it.
  package static func fault(in id: String) -> String? {
    if id.isEmpty { return "A client id cannot be empty" }
    if id.utf8.count > limit { return "A client id has at most \(limit) bytes" }
    if id.hasPrefix("$") { return "A client id cannot start with $" }
    if id.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "A client id cannot hold control characters"
    }
    return nil
  }
}
