import ArgumentParser
import Monitor
import Shadow
import Thing

/// A moment of a recording on the command line: so long after its start, or a time.
enum RecordingMoment: ExpressibleByArgument, Hashable {
  /// Ms after the start.
  case after(Int64)
  /// Ms since 1970.
  case at(Int64)

  init?(argument: String) {
    if let milliseconds = DurationText.milliseconds(of: argument) {
      self = .after(milliseconds)
      return
    }
    let time = ObservationTime(
      argument, at: Clock.wallMilliseconds, utcOffsetSeconds: LocalTime.utcOffsetSeconds)
    guard case .moment(let moment) = time else { return nil }
    self = .at(moment)
  }

  /// Ms since 1970, in a recording that starts at a time in ms since 1970.
  func time(from start: Int64) -> Int64 {
    switch self {
    case .after(let milliseconds): start.addingReportingOverflow(milliseconds).partialValue
    case .at(let time): time
    }
  }
}
