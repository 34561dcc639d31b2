package import JSON
import Monitor
import Shadow

/// Observations of the past as a file has them, made into messages for MIC: one a moment, in the
/// order of time.
///
/// No public page of MIC shows a form for several moments in one message (mic-thing-api L12).
package struct ObservationFile: Sendable {
  /// How a file is written.
  package enum Form: Hashable, Sendable {
    /// A JSON object a line.
    case lines
    /// A table.
    case table

    /// By the name's ending, or else by what is there: lines of JSON begin with `{`.
    package init(of name: String, _ bytes: [UInt8]) {
      let ending = name.split(separator: ".", omittingEmptySubsequences: false).last?.lowercased()
      switch ending {
      case "csv": self = .table
      case "ndjson", "jsonl": self = .lines
      default:
        let blank: [UInt8] = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
        self = bytes.first { !blank.contains($0) } == UInt8(ascii: "{") ? .lines : .table
      }
    }
  }

  /// One message.
  package struct Message: Hashable, Sendable {
    /// Ms since 1970.
    package let moment: Int64
    /// Where it is in the file, from 1; several where lines that follow each other have one moment.
    package let lines: [Int]
    /// The exact bytes.
    package let payload: [UInt8]
  }

  /// Bytes of a file that is read.
  package static let longest = 16 << 20

  /// In the order of time; one at least.
  package private(set) var messages: [Message] = []
  /// Lines that say something.
  package private(set) var lineCount = 0
  /// Each once, in the order in which they come first.
  package private(set) var resources: [JSONPath] = []
  /// Times without a zone, which were taken for local ones.
  package private(set) var localTimes = 0
  /// What the person should know, without a capital.
  package private(set) var warnings: [String] = []

  private var known: Set<JSONPath> = []
  private var large: [Int] = []
  private var refusable: [Int] = []

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - bytes: of the file.
  ///   - form: how it is written.
  ///   - rule: how it is to be read.
  /// - Throws: all that is wrong with it.
  package init(
    _ bytes: [UInt8], _ form: Form, _ rule: ObservationRule
  ) throws(ObservationFaults) {
    var faults = ObservationFaults()
    var observations: [Observation] = []
    var silent = 0
    let moments = MomentText(rule: rule)
    switch form {
    case .lines:
      ObservationLines(moments: moments).read(
        bytes, { observations.append($0) }, noting: { faults.add($0) })
    case .table:
      silent = ObservationTable(moments: moments).read(
        bytes, { observations.append($0) }, noting: { faults.add($0) })
    }
    lineCount = observations.count
    localTimes = observations.count(where: \.isLocal)
    if rule.sorts {
      // By line where the moment is the same: `sort` promises nothing about these.
      observations.sort { ($0.moment, $0.line) < ($1.moment, $1.line) }
    } else if let fault = Self.disorder(in: observations) {
      faults.add(fault)
    }
    join(observations, &faults)
    if faults.count == 0, messages.isEmpty {
      faults.add(ObservationFault(line: 1, words: "there is no observation in the file"))
    }
    guard faults.count == 0 else { throw faults }
    warn(silent: silent)
  }

  private static func disorder(in observations: [Observation]) -> ObservationFault? {
    for (before, after) in zip(observations, observations.dropFirst())
    where after.moment < before.moment {
      return ObservationFault(
        line: after.line,
        words: "its moment, \(CalendarTime(after.moment).iso), is before that of line "
          + "\(before.line), \(CalendarTime(before.moment).iso): sort the file, or add --sort")
    }
    return nil
  }

  /// Makes one message of what follows each other with the same moment.
  private mutating func join(
    _ observations: [Observation], _ faults: inout ObservationFaults
  ) {
    var rest = observations[...]
    while var first = rest.popFirst() {
      var lines = [first.line]
      while let next = rest.first, next.moment == first.moment {
        rest.removeFirst()
        if let clash = first.reported.join(next.reported) {
          faults.add(
            ObservationFault(
              line: next.line,
              words: "it says otherwise of \(clash.display) than line \(lines[lines.count - 1]) "
                + "at the same moment: one message is sent for each moment"))
        }
        lines.append(next.line)
      }
      add(first, lines, &faults)
    }
  }

  private mutating func add(
    _ observation: Observation, _ lines: [Int], _ faults: inout ObservationFaults
  ) {
    let request = UpdateRequest(
      reported: .merge(observation.reported), clientToken: observation.clientToken,
      timestampMilliseconds: observation.moment)
    let payload = request.json.compactBytes
    guard payload.count <= ShadowLimits.greatestPayload else {
      return faults.add(
        ObservationFault(
          line: observation.line,
          words: "it makes a message of \(payload.count) bytes, and the broker takes "
            + "\(ShadowLimits.greatestPayload)"))
    }
    let limits = ShadowLimits()
    if JSONValue.object(observation.reported).compactBytes.count > limits.size {
      large.append(observation.line)
    }
    if (try? UpdateRequest(payload: payload, limits: limits)) == nil {
      refusable.append(observation.line)
    }
    observation.reported.visitLeaves { path in
      if known.insert(path).inserted { resources.append(path) }
    }
    messages.append(Message(moment: observation.moment, lines: lines, payload: payload))
  }

  private mutating func warn(silent: Int) {
    let limits = ShadowLimits()
    func tell(_ lines: [Int], _ what: String) {
      guard let first = lines.first else { return }
      let subject = lines.count == 1 ? "line \(first)" : "\(lines.count) lines, from \(first) on,"
      warnings.append("\(subject) \(what), and whether MIC keeps such an observation is not known")
    }
    let has = large.count == 1 ? "has" : "have"
    tell(large, "\(has) more values than the \(limits.size) bytes that a shadow takes")
    let verb = refusable.count == 1 ? "is" : "are"
    tell(refusable, "\(verb) nested deeper than the \(limits.depth) levels of a shadow")
    if silent > 0 {
      warnings.append("\(silent) row\(silent == 1 ? " has" : "s have") no value and no message")
    }
  }
}
