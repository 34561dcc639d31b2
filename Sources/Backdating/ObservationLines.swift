import JSON
import Monitor
import Shadow

/// Observations from lines of JSON.
///
/// A line is a whole message, `{"state":{"reported":{…}},"timestamp":MOMENT}`, or, without such a
/// `state`, a `timestamp` beside the resources themselves. What could be meant as either is refused.
struct ObservationLines {
  let moments: MomentText

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - bytes: lines that end in LF or CR LF; empty ones count, and say nothing.
  ///   - take: told each line's observation, in their order.
  ///   - note: told each fault, in the order of the lines.
  func read(
    _ bytes: [UInt8], _ take: (Observation) -> Void, noting note: (ObservationFault) -> Void
  ) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    var rest = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    var number = 0
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest.dropFirst(line.count + 1)
      number += 1
      guard line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
      do throws(Unreadable) {
        take(try observation(line, number))
      } catch {
        note(ObservationFault(line: number, words: error.words))
      }
    }
  }

  private func observation(
    _ text: ArraySlice<UInt8>, _ line: Int
  ) throws(Unreadable) -> Observation {
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONParser.parse(text) } catch {
      throw Unreadable(
        "malformed JSON in column \(error.column): expected \(error.expected), found "
          + "\(error.found)")
    }
    guard var members = value.object else { throw Unreadable("it is no object") }
    if let key = members.duplicateKeys.first {
      throw Unreadable("it has the key “\(key)” twice in one object")
    }
    let time: String
    switch members["timestamp"] {
    case .number(let number): time = number.lexeme
    case .string(let text): time = text
    case nil:
      throw Unreadable("it has no “timestamp”, without which MIC takes the time of arrival")
    default: throw Unreadable("it has a “timestamp” that is neither a number nor a text")
    }
    members["timestamp"] = nil
    let (reported, token) = try content(members)
    let moment = try moments.moment(time)
    return Observation(
      line: line, moment: moment.milliseconds, isLocal: moment.isLocal, reported: reported,
      clientToken: token)
  }

  /// What is reported by a line without its time.
  private func content(
    _ members: JSONObject
  ) throws(Unreadable) -> (JSONObject, ClientToken?) {
    let body: UpdateBody
    do throws(UpdateBody.Fault) { body = try UpdateBody(.object(members)) } catch {
      switch error {
      case .malformed(let error, _): throw Unreadable(error.message)
      case .refused(let reason): throw Unreadable("it \(reason)")
      case .ambiguous(let reason):
        throw Unreadable(
          "it \(reason): a message is {\"state\":{\"reported\":{…}},\"timestamp\":…}, and else "
            + "there is no object named “state”")
      }
    }
    switch body {
    case .section(let resources):
      guard !resources.isEmpty else { throw Unreadable("it has no resource beside its time") }
      if let key = ["reported", "desired"].first(where: { resources[$0]?.object != nil }) {
        throw Unreadable(
          "it has “\(key)” without a “state” around it, which could be a message or a resource")
      }
      return (resources, nil)
    case .request(let request):
      if let reason = request.noObservation { throw Unreadable("it \(reason)") }
      guard case .merge(let reported) = request[.reported], !reported.isEmpty else {
        throw Unreadable("it reports nothing")
      }
      return (reported, request.clientToken)
    }
  }
}
