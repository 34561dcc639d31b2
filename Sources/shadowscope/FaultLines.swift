import Monitor
import Sandbox
import Shadow

// What a running sandbox tells of its faults; topics and names in it are outside text.

extension FaultEvent {
  var line: String {
    let clock = timeOfDay(time, utcOffsetSeconds: LocalTime.utcOffsetSeconds)
    return "\(clock) fault \(id), \(rule): \(topic)"
  }
}

extension ConnectionCut {
  var line: String {
    if let failure { return "The connection of \(thing) could not be cut: \(failure)." }
    return switch count {
    case 0: "No connection of \(thing) to cut: nobody is there with its certificate."
    case 1: "Cut the connection of \(thing)."
    default: "Cut \(count) connections of \(thing)."
    }
  }
}
