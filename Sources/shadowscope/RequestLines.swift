import Canvas
import Monitor
import Sandbox
import Shadow

/// One line a request, in columns that grow with what stands in them.
///
///     12:04:50.736  lamp1  -      update  accepted      v137     66 B
///     12:04:51.012  lamp1  night  update  rejected 409  -       120 B  Version conflict
struct RequestLines {
  /// Wider names push the rest of their own line only.
  private static let widest = 32

  private var thingWidth = 8
  private var shadowWidth = 5

  /// The line, free of anything that a terminal would act on.
  ///
  /// - Parameters:
  ///   - request: names and messages in it are outside text.
  ///   - offset: seconds that the clock on the wall is ahead of UTC.
  /// - Returns: the line, without a line feed.
  mutating func line(for request: AnsweredRequest, utcOffsetSeconds offset: Int) -> String {
    let thing = SafeText.escaped(request.address.thing)
    // No shadow has this name: the rules for names want a letter or a digit.
    let shadow = request.address.shadow.map { SafeText.escaped($0) } ?? "-"
    thingWidth = min(Self.widest, max(thingWidth, TextWidth.columns(thing)))
    shadowWidth = min(Self.widest, max(shadowWidth, TextWidth.columns(shadow)))
    let (outcome, message) =
      switch request.outcome {
      case .accepted: ("accepted", "")
      case .rejected(let error):
        ("rejected \(error.code)", "  " + SafeText.escaped(error.message))
      }
    let bytes = "\(request.bytes)"
    return [
      timeOfDay(request.time, utcOffsetSeconds: offset), Self.pad(thing, thingWidth),
      Self.pad(shadow, shadowWidth), Self.pad(request.operation.rawValue, 6),
      Self.pad(outcome, 12), Self.pad(request.version.map { "v\($0)" } ?? "-", 5),
      String(repeating: " ", count: max(0, 5 - bytes.count)) + "\(bytes) B\(message)",
    ].joined(separator: "  ")
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - TextWidth.columns(text)))
  }
}
