import ArgumentParser
import Shadow

/// A span of time on the command line, such as `90s` or `1h30m`.
struct DurationArgument: Hashable, CustomStringConvertible {
  /// 0 or more.
  let milliseconds: Int64

  init(milliseconds: Int64) { self.milliseconds = milliseconds }

  var description: String { DurationText.text(of: milliseconds) }

  /// Reads what is typed.
  ///
  /// - Throws: `ValidationError` that says what would be a span of time.
  static func read(_ text: String) throws -> DurationArgument {
    guard let milliseconds = DurationText.milliseconds(of: text) else {
      throw ValidationError(
        "Wanted is \(DurationText.wanted), with a unit and ten years at most.")
    }
    return DurationArgument(milliseconds: milliseconds)
  }
}
