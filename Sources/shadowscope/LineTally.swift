import JSON
import Shadow
import Thing

/// What became of the lines of an input, counted.
struct LineTally {
  typealias Result = RequestPipeline<CommandFailure>.Result

  /// The first line that failed, in words; nil if none did.
  private(set) var firstFailure: CommandFailure?
  /// Lines that have ended, with those that failed.
  private(set) var count = 0
  private(set) var failures = 0
  private var accepted = LineRanges()
  private var rejected = LineRanges()
  private var unknown = LineRanges()
  private var unsent = LineRanges()
  private var malformed = LineRanges()
  private var last = 0

  /// Takes the next line's result, in the order of the lines.
  mutating func take(_ result: Result) {
    count += 1
    last = result.line
    switch result.ending {
    case .faulty(let fault):
      malformed.add(result.line)
      fail(fault)
    case .settled(.accepted, _): accepted.add(result.line)
    case .settled(.rejected(let error, _), _):
      rejected.add(result.line)
      let refusal = ServiceRefusal(error)
      fail(
        CommandFailure(
          status: ExitStatus(rejection: error.code),
          what: "Line \(result.line) was rejected: \(error.code) \(error.message).",
          cause: "", remedy: refusal.remedy))
    case .settled(.unknown(let reason), _):
      unknown.add(result.line)
      fail(
        CommandFailure(
          status: .unknownOutcome,
          what: "It is not known whether line \(result.line) was applied.",
          cause: reason.capitalised.ended, remedy: ""))
    case .settled(.notSent(let reason), _):
      unsent.add(result.line)
      fail(
        CommandFailure(
          status: .unavailable, what: "Line \(result.line) was not sent.",
          cause: reason.capitalised.ended, remedy: ""))
    }
  }

  private mutating func fail(_ failure: CommandFailure) {
    failures += 1
    firstFailure = firstFailure ?? failure
  }

  /// All of it in a sentence or two.
  ///
  /// - Parameter isCut: whether the input goes on after the last of these lines.
  /// - Returns: for instance `Lines accepted: 1 to 11; rejected: 12; unknown: 13 to 15. What …`
  func words(isCut: Bool) -> String {
    let parts = [
      ("accepted", accepted), ("rejected", rejected), ("unknown", unknown), ("unsent", unsent),
      ("malformed", malformed),
    ].filter { $0.1.count > 0 }.map { "\($0.0): \($0.1.text)" }
    let told = parts.isEmpty ? [] : ["Lines \(parts.joined(separator: "; "))."]
    let rest =
      last == 0 ? "Nothing was sent." : "What comes after line \(last) was not sent."
    return (told + (isCut ? [rest] : [])).joined(separator: " ")
  }

  /// One line's result as it is written.
  static func json(of result: Result) -> JSONValue {
    var members: JSONObject = ["line": .number(JSONNumber(result.line))]
    func put(_ key: String, _ value: JSONValue?) {
      if let value { members.append(key: key, value: value) }
    }
    func integer(_ value: some BinaryInteger) -> JSONValue { .number(JSONNumber(value)) }
    switch result.ending {
    case .faulty(let fault):
      put("outcome", "malformed")
      put(
        "reason", .string([fault.what, fault.cause].filter { !$0.isEmpty }.joined(separator: " ")))
    case .settled(let outcome, let token):
      switch outcome {
      case .accepted(let version, let body, let milliseconds):
        put("outcome", body.isNull ? "acknowledged" : "accepted")
        put("version", version.map(integer))
        put("timestamp", body.object?["timestamp"])
        put("milliseconds", integer(milliseconds))
      case .rejected(let error, let milliseconds):
        put("outcome", "rejected")
        put("code", integer(error.code))
        put("message", .string(error.message))
        put("milliseconds", integer(milliseconds))
      case .unknown(let reason):
        put("outcome", "unknown")
        put("reason", .string(reason))
      case .notSent(let reason):
        put("outcome", "unsent")
        put("reason", .string(reason))
      }
      put("clientToken", .string(token.text))
    }
    return .object(members)
  }
}

extension String {
  /// With a full stop at its end.
  fileprivate var ended: String { hasSuffix(".") ? self : self + "." }
}
