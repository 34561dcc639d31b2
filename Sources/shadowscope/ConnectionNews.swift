import Monitor
import Thing

/// What a command without a screen tells of its connection: each loss once, however many attempts
/// fail for the same reason, and the return.
struct ConnectionNews {
  /// The line for a shell that checks the connection step by step.
  let checks: String
  private var hasConnected = false
  /// ms since 1970 at which the connection was lost; nil while it is up or never was.
  private var lostSince: Int64?
  /// Why, as it was told last.
  private var toldLoss: String?
  private var toldFilters: Set<String> = []

  init(checks: String) { self.checks = checks }

  /// Takes where the connection stands.
  ///
  /// - Parameters:
  ///   - status: as the session told it.
  ///   - now: ms since 1970.
  /// - Returns: words for standard error; nil if there is nothing new to be told.
  /// - Throws: `CommandFailure` if there never was a connection, or none is tried for any more.
  mutating func take(
    _ status: Thing.ConnectionStatus, at now: Int64
  ) throws(CommandFailure) -> String? {
    switch status {
    case .step, .secured: return nil
    case .silent(let milliseconds):
      return "Nothing has come from the broker for \(milliseconds / 1000) s."
    case .heard: return "The broker is heard again."
    case .online(let report):
      defer { (hasConnected, lostSince, toldLoss) = (true, nil, nil) }
      let comeback = lostSince.map { "Connected again after \(seconds(now - $0))." }
      let refusal = take(notPermitted: report.refusedFilters + report.leftOutFilters)
      let words = [comeback, refusal].compactMap(\.self)
      return words.isEmpty ? nil : words.joined(separator: "\n")
    case .lost(let failure, let pause):
      guard hasConnected, pause != nil else { throw CommandFailure(failure).checked(by: checks) }
      lostSince = lostSince ?? now
      let loss = [failure.what, failure.cause].filter { !$0.isEmpty }.joined(separator: " ")
      guard loss != toldLoss else { return nil }
      defer { toldLoss = loss }
      return toldLoss == nil
        ? "Connection lost: \(loss) Trying again." : "Still no connection: \(loss)"
    }
  }

  /// Takes filters that do not work.
  ///
  /// - Returns: words for standard error; nil if they were told before.
  mutating func take(notPermitted filters: [String]) -> String? {
    let new = filters.filter { toldFilters.insert($0).inserted }
    guard !new.isEmpty else { return nil }
    return
      "warning: The broker does not permit \(new.joined(separator: ", ")); what comes there is "
      + "missed."
  }

  private func seconds(_ milliseconds: Int64) -> String {
    milliseconds < 10_000
      ? "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" : "\(milliseconds / 1000) s"
  }
}
