import Canvas

extension Model {
  /// Opens the checks of the connection and has them taken, unless that is under way.
  mutating func checkConnection() -> [Effect] {
    reply = nil
    overlay = .checks(TextReader(isFolding: true))
    guard !checkup.isRunning else {
      layChecksOut()
      return []
    }
    checkup = Checkup(isRunning: true)
    layChecksOut()
    return [.checkConnection]
  }

  /// Takes further results.
  mutating func take(_ checks: [Check], isComplete: Bool) {
    checkup.checks += checks
    checkup.isRunning = !isComplete
    layChecksOut()
  }

  /// Lays the checks out for the screen as it is now.
  mutating func layChecksOut() {
    guard case .checks(var reader)? = overlay else { return }
    reader.replace(with: checkLines(checkup, clientID: ownClientID, columns: size.columns))
    overlay = .checks(reader)
  }

  /// The id under which a checkup connects; nil where it does not connect, or that is not known.
  private var ownClientID: String? {
    connection.isUp || connection.isTakenOver ? nil : files?.clientID
  }

  /// Whether checking would tell a person what they want to know now.
  var isWorthChecking: Bool { connection.outage != nil }
}
