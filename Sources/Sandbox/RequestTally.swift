import Shadow

/// Counts what a sandbox was asked and what became of it.
package struct RequestTally: Sendable {
  private var accepted: [ShadowOperation: Int] = [:]
  private var rejected: [ShadowOperation: [Int: Int]] = [:]
  private var bytes = 0
  /// By their classic shadow's address, which compares names as topics are compared.
  private var things: Set<ShadowAddress> = []

  package init() {}

  /// Counts an answered request.
  package mutating func add(_ request: AnsweredRequest) {
    bytes += request.bytes
    switch request.outcome {
    case .accepted:
      accepted[request.operation, default: 0] += 1
      things.insert(ShadowAddress(thing: request.address.thing))
    case .rejected(let error):
      rejected[request.operation, default: [:]][error.code, default: 0] += 1
    }
  }

  /// All of it for people.
  ///
  /// - Parameter uptime: milliseconds for which the sandbox ran.
  /// - Returns: a sentence, and a table of the operations if there were any requests.
  package func lines(uptime: Int64) -> [String] {
    let rows = ShadowOperation.allCases.map { Row($0, accepted[$0] ?? 0, rejected[$0] ?? [:]) }
    let count = rows.reduce(0) { $0 + $1.accepted + $1.rejected }
    let time = Self.text(ofSeconds: uptime / 1000)
    guard count > 0 else { return ["The sandbox ran for \(time): no requests."] }
    let tenths = Int64(count) * 10_000 / max(1, uptime)
    let heading =
      "The sandbox ran for \(time): \(count) request\(count == 1 ? "" : "s") "
      + "(\(tenths / 10).\(tenths % 10) a second), \(bytes) B, "
      + "\(things.count) thing\(things.count == 1 ? "" : "s") touched."
    return [heading, Row.heading] + rows.map(\.text)
  }

  private struct Row {
    let operation: ShadowOperation
    let accepted: Int
    let codes: [Int: Int]

    init(_ operation: ShadowOperation, _ accepted: Int, _ codes: [Int: Int]) {
      self.operation = operation
      self.accepted = accepted
      self.codes = codes
    }

    var rejected: Int { codes.values.reduce(0, +) }

    static let heading = "          accepted  rejected"

    var text: String {
      let name = operation.rawValue
      let row =
        "  \(name)" + String(repeating: " ", count: 6 - name.count)
        + Self.right(accepted) + Self.right(rejected)
      guard !codes.isEmpty else { return row }
      let parts = codes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
      return "\(row)  (\(parts.joined(separator: ", ")))"
    }

    private static func right(_ number: Int) -> String {
      let digits = "\(number)"
      return String(repeating: " ", count: max(1, 10 - digits.count)) + digits
    }
  }

  /// For instance `4 s`, `2 m 10 s` or `3 h 5 m`.
  private static func text(ofSeconds seconds: Int64) -> String {
    switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) m \(seconds % 60) s"
    default: "\(seconds / 3600) h \(seconds / 60 % 60) m"
    }
  }
}
