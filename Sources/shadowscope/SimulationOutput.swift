import Canvas
import Glibc
import JSON
import Shadow
import Thing

/// Tells what a simulated device does, a line each.
final class SimulationOutput {
  enum Format {
    /// For people, in columns.
    case lines
    case json
    case none
  }

  /// What it tells.
  enum Occasion {
    case reported(JSONObject, version: Int64?)
    case obeyed(JSONPath, wanted: JSONValue, given: JSONValue, version: Int64?)
    case refused(JSONPath, wanted: JSONValue, reason: String)
    case rejected(JSONObject, ShadowError, isTriedAgain: Bool)
  }

  private let format: Format
  private let output = StreamOutput()
  /// Lines that the reader had no room for.
  private var leftOut = 0

  init(format: Format) { self.format = format }

  /// Writes a line, unless the reader is so slow that the device would have to wait for it.
  ///
  /// - Throws: `CommandFailure` when nobody reads any more.
  func write(_ occasion: Occasion) throws(CommandFailure) {
    if format == .none {
      if case .rejected(_, let error, _) = occasion {
        StandardStreams.tell("The service rejected a report: \(error.code) \(error.message)")
      }
      return
    }
    let now = Clock.wallMilliseconds
    let line =
      format == .json
      ? occasion.json(at: now).compact(escaping: .invisible) : occasion.line(at: now)
    try output.flush()
    guard !output.isBehind else {
      leftOut += 1
      return
    }
    tellLeftOut()
    output.append { bytes in
      bytes += line.utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    try output.flush()
  }

  /// Writes what the reader still takes, and tells what it missed.
  func end() {
    // A reader that is gone misses nothing.
    try? output.flush()
    if output.isBehind { leftOut += 1 }
    tellLeftOut()
  }

  /// Tells how many lines were left out since it was told last.
  private func tellLeftOut() {
    guard leftOut > 0 else { return }
    let lines = leftOut == 1 ? "1 line was" : "\(leftOut) lines were"
    StandardStreams.tell("\(lines) left out of standard output: its reader is slow.")
    leftOut = 0
  }
}

extension SimulationOutput.Occasion {
  /// `12:04:50.736  obeyed    v138  {"mode":"eco"}`, free of anything that a terminal would act on.
  fileprivate func line(at now: Int64) -> String {
    let (name, version, state, words) = parts
    let clock = CalendarTime(now, utcOffsetSeconds: LocalTime.utcOffsetSeconds).exactClock
    let padded = name + String(repeating: " ", count: max(0, 8 - name.utf8.count))
    let number = version.map { "v\($0)" } ?? "-"
    let column = number + String(repeating: " ", count: max(0, 5 - number.utf8.count))
    return "\(clock)  \(padded)  \(column)  \(state.compact(escaping: .invisible))"
      + (words.isEmpty ? "" : "  " + SafeText.escaped(words))
  }

  private var parts: (name: String, version: Int64?, state: JSONValue, words: String) {
    switch self {
    case .reported(let changes, let version): ("reported", version, .object(changes), "")
    case .obeyed(let path, let wanted, let given, let version):
      (
        "obeyed", version, Self.state(path, given),
        given == wanted ? "" : "wanted \(wanted.compact(escaping: .invisible))"
      )
    case .refused(let path, let wanted, let reason):
      ("refused", nil, Self.state(path, wanted), reason)
    case .rejected(let changes, let error, let isTriedAgain):
      (
        "rejected", nil, .object(changes),
        "\(error.code) \(error.message)" + (isTriedAgain ? " (trying again)" : "")
      )
    }
  }

  fileprivate func json(at now: Int64) -> JSONValue {
    let (name, version, state, _) = parts
    var line: JSONObject = ["time": .string(CalendarTime(now).iso), "event": .string(name)]
    if let version { line.append(key: "version", value: .number(JSONNumber(version))) }
    line.append(key: "state", value: state)
    switch self {
    case .reported: break
    case .obeyed(let path, let wanted, _, _):
      line.append(key: "wanted", value: Self.state(path, wanted))
    case .refused(_, _, let reason): line.append(key: "reason", value: .string(reason))
    case .rejected(_, let error, let isTriedAgain):
      line.append(key: "code", value: .number(JSONNumber(error.code)))
      line.append(key: "message", value: .string(error.message))
      line.append(key: "again", value: .bool(isTriedAgain))
    }
    return .object(line)
  }

  private static func state(_ path: JSONPath, _ value: JSONValue) -> JSONValue {
    JSONValue.object(JSONObject()).setting(value, at: path)
  }
}
