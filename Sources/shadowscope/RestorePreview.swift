import JSON
import Shadow

/// What a restoration would do, in words; names and values in it are outside text.
struct RestorePreview {
  let plan: RestorePlan
  /// The shadow as it is; nil if there is none.
  let current: ShadowDocument?
  let saved: SavedShadow
  /// The file's.
  let name: String
  let address: ShadowAddress
  /// Where it goes, `host:port`.
  let endpoint: String
  /// Whether the bytes are shown elsewhere.
  let leavesOutBytes: Bool

  private static let limits = ShadowLimits()

  /// That the shadow is as it should be.
  var nothingToDo: String {
    let version = current.map { " (version \($0.version))" } ?? ""
    let what = plan.shortfalls.isEmpty ? "is as in \(name)" : "is as much as can be as in \(name)"
    return "\(address.label) \(what) already\(version). Nothing was sent."
  }

  /// What cannot be brought about.
  var shortfalls: [String] {
    plan.shortfalls.map { shortfall in
      let place = "\(shortfall.section.rawValue) \(shortfall.path.pointer)"
      return switch shortfall.reason {
      case .null: "\(place) is null in \(name), which no shadow holds: it will not be there."
      case .nullInArray:
        "\(place) is an array with null in \(name), which the service refuses: it stays as it is."
      }
    }
  }

  /// What would be sent, and what comes of it.
  func lines(of publication: Publication) -> [String] {
    heading + differences + [""] + request(publication) + consequences
  }

  private var heading: [String] {
    let from = saved.endpoint.flatMap { $0 == endpoint ? nil : ", taken from \($0)" } ?? ""
    return ["Puts \(address.label) at \(endpoint) back to \(name) (\(saved.words)\(from)):"]
  }

  private var differences: [String] {
    DifferenceLines(
      difference: StateDifference(from: current ?? ShadowDocument(version: 0), to: plan.outcome)
    ).lines.map { "  \($0)" }
  }

  private func request(_ publication: Publication) -> [String] {
    let lock =
      plan.version.map { "only while the version is \($0)" }
      ?? "locked to no version, since there is no shadow yet"
    let what = "The update, \(publication.payload.count) bytes on \(publication.topic), \(lock)"
    return leavesOutBytes
      ? ["\(what)."] : ["\(what):", "  \(String(decoding: publication.payload, as: UTF8.self))"]
  }

  private var consequences: [String] {
    var lines: [String] = []
    if let refusal = plan.refusal(within: Self.limits) {
      lines.append(
        "warning: The service refuses that (\(refusal.code) \(refusal.message)) unless its limits "
          + "were raised.")
    }
    lines.append("Afterwards it takes \(plan.outcome.size) of \(Self.limits.size) bytes.")
    if plan.reported != nil {
      lines.append("It writes reported: it speaks in the device's place, and changes no device.")
    }
    if let delta = plan.outcome.delta {
      lines.append(
        "The device is told the delta, and may act on it: \(JSONValue.object(delta).compact)")
    }
    return lines
  }
}
