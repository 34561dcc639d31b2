import Monitor
import Sandbox
import Shadow

extension MICRequest {
  /// One line for people; names and messages in it are outside text.
  var line: String {
    let clock = timeOfDay(time, utcOffsetSeconds: LocalTime.utcOffsetSeconds)
    return "\(clock) \(thing) \(topic.rawValue) \(outcome) \(bytes) B"
  }
}

extension AnsweredJobRequest {
  /// One line for people; names and messages in it are outside text.
  var line: String {
    let clock = timeOfDay(time, utcOffsetSeconds: LocalTime.utcOffsetSeconds)
    return "\(clock) \(thing) \(request) \(outcome) \(bytes) B"
  }
}
