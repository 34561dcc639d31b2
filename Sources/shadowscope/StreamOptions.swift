import ArgumentParser
import Glibc

/// How a command that prints messages as they come does so, and when it ends.
struct StreamOptions: ParsableArguments {
  /// What a message becomes.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    /// An object of JSON a line (NDJSON).
    case json
    /// Lines for people.
    case lines
    /// Topic, space, payload, as they came.
    case raw
  }

  @Option(
    help: ArgumentHelp(
      "json for an object of JSON a line, lines for people. Lines on a terminal, JSON elsewhere, "
        + "unless given.", valueName: "json|lines"))
  var format: Format?

  @Flag(help: "Print topic, space and payload as they came, as `mosquitto_sub -v` does.")
  var raw = false

  @Option(
    help: ArgumentHelp(
      "End after so many messages that came and were printed.", valueName: "number"))
  var count: Int?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "End after this time, such as 90s or 5m. With --count, the status is 124 if there were fewer.",
      valueName: "duration"), transform: DurationArgument.read)
  var duration: DurationArgument?

  func validate() throws {
    if raw, let format, format != .raw {
      throw ValidationError("Give only one of --raw and --format.")
    }
    if let count, count < 1 { throw ValidationError("--count wants 1 or more.") }
  }

  /// What a message becomes, with standard output as it is.
  var shape: Format {
    if raw { return .raw }
    return format ?? (isatty(STDOUT_FILENO) == 1 ? .lines : .json)
  }
}
