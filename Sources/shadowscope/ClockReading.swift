import JSON
import Shadow

/// How this machine's clock stands to the platform's, by one question and its answer.
struct ClockReading {
  /// The platform's time, in ms since 1970.
  let time: Int64
  /// Ms that this machine's clock is ahead, below 0 behind, give or take half the round trip.
  let skew: Int64
  let roundTrip: Int64

  /// Supposes that the answer was made half-way; nil if it tells no time.
  init?(_ reply: InvokeRun.Reply) {
    guard let time = reply.answer.time else { return nil }
    let roundTrip = max(0, reply.arrivedAt - reply.sentAt)
    let (skew, overflow) = (reply.sentAt + roundTrip / 2).subtractingReportingOverflow(time)
    guard !overflow, skew != .min else { return nil }
    (self.time, self.skew, self.roundTrip) = (time, skew, roundTrip)
  }

  /// Ms by which the skew may be wrong.
  private var uncertainty: Int64 { (roundTrip + 1) / 2 }

  /// For machines; the names are part of the contract with scripts.
  var json: JSONValue {
    [
      "time": .string(CalendarTime(time).iso), "timeEpoch": .number(JSONNumber(time)),
      "clockSkewMs": .number(JSONNumber(skew)),
      "uncertaintyMs": .number(JSONNumber(uncertainty)),
      "roundTripMs": .number(JSONNumber(roundTrip)),
    ]
  }

  /// One sentence for people.
  var words: String {
    guard abs(skew) > uncertainty else {
      return "This machine's clock agrees with the platform's, to \(uncertainty) ms."
    }
    let side = skew > 0 ? "ahead of" : "behind"
    return "This machine's clock is \(abs(skew)) ms \(side) the platform's, give or take "
      + "\(uncertainty) ms."
  }
}
