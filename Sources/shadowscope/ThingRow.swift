import Canvas
import JSON
import Shadow
import Thing

/// A thing of a batch, as `things` tells it.
struct ThingRow {
  /// How its certificate stands; the raw values are part of the contract with scripts (README).
  enum State: String {
    case valid, expiring, expired
    case notYetValid = "not-yet-valid"
    /// Nobody can connect as it.
    case broken

    /// What it is shown as.
    var role: Role {
      switch self {
      case .valid: .stateConnected
      case .expiring, .notYetValid: .meterWarn
      case .expired, .broken: .stateOffline
      }
    }
  }

  let name: String
  let state: State
  /// Why it is broken.
  let reason: String?
  private let place: String
  private let certificate: CertificateFacts?

  /// - Parameters:
  ///   - entry: as it was read.
  ///   - now: seconds since 1970.
  ///   - notice: seconds before its end from which a certificate is about to expire.
  init(_ entry: BatchEntry, at now: Int64, notice: Int64) {
    name = entry.folder.thingName
    place = entry.folder.words
    certificate = entry.certificate
    reason = entry.fault?.what
    switch entry.certificate?.validity(at: now) {
    case nil: state = .broken
    case .some where entry.fault != nil: state = .broken
    case .notYet: state = .notYetValid
    case .expired: state = .expired
    case .valid: state = (entry.certificate?.notAfter ?? 0) - now <= notice ? .expiring : .valid
    }
  }

  /// For machines; null for what is not known.
  var json: JSONValue {
    func text(_ seconds: Int64?) -> JSONValue {
      seconds.map { .string(CalendarTime($0 * 1000).iso) } ?? .null
    }
    return [
      "thing": .string(name), "state": .string(state.rawValue),
      "notBefore": text(certificate?.notBefore), "notAfter": text(certificate?.notAfter),
      "fingerprint": certificate.map { .string($0.fingerprint) } ?? .null,
      "path": .string(place), "reason": reason.map(JSONValue.string) ?? .null,
    ]
  }

  // MARK: The table

  /// The heads of ``cells``.
  static let heads = ["THING", "STATE", "VALID FROM", "VALID UNTIL", "SHA-256 FINGERPRINT"]

  /// What stands in the columns, harmless; dates are those of UTC.
  var cells: [String] {
    func date(_ seconds: Int64?) -> String { seconds.map { CalendarTime($0 * 1000).date } ?? "-" }
    return [
      name, state.rawValue, date(certificate?.notBefore), date(certificate?.notAfter),
      reason ?? certificate?.fingerprint ?? "-",
    ].map { SafeText.escaped($0) }
  }
}

/// Rows in columns that are as wide as what stands in them.
struct ThingTable {
  let rows: [ThingRow]
  /// Columns of the terminal; nil where no line is cut.
  let width: Int?
  /// Puts a text into the colours of a role.
  let style: (String, Role) -> String

  private static let gap = "  "

  var lines: [String] {
    let cells = rows.map(\.cells)
    let widths = ThingRow.heads.indices.dropLast().map { column in
      ([ThingRow.heads] + cells).map { TextWidth.columns($0[column]) }.max() ?? 0
    }
    let head = line(ThingRow.heads, widths, .textDim, .textDim)
    return [head] + zip(rows, cells).map { line($1, widths, .text, $0.state.role) }
  }

  private func line(_ cells: [String], _ widths: [Int], _ role: Role, _ state: Role) -> String {
    let before = zip(cells, widths).enumerated().map { column, cell in
      style(TextWidth.fitted(cell.0, width: cell.1), column == 1 ? state : role)
    }
    let used = widths.reduce(0) { $0 + $1 + Self.gap.count }
    let last = cells.last ?? ""
    // The last column is cut to what is left, unless that is next to nothing.
    let room = max(8, (width ?? .max) - used)
    let shown =
      TextWidth.columns(last, limit: room) > room ? TextWidth.fitted(last, width: room) : last
    return (before + [style(shown, .textDim)]).joined(separator: Self.gap)
  }
}
