import ArgumentParser
import Shadow

/// A span of time on the command line, such as `90s` or `1h30m`.
struct DurationArgument: ExpressibleByArgument, Hashable {
  /// 0 or more.
  let milliseconds: Int64

  init(milliseconds: Int64) { self.milliseconds = milliseconds }

  init?(argument: String) {
    guard let milliseconds = DurationText.milliseconds(of: argument) else { return nil }
    self.milliseconds = milliseconds
  }

  var defaultValueDescription: String { DurationText.text(of: milliseconds) }
}
