import Recordings
import Thing

/// Prints what a session tells, and records besides all that reaches it, whatever is printed.
struct RecordingPrinter<Inner: StreamRun.Printer>: StreamRun.Printer {
  private var printer: Inner
  private let recording: RecordingOutput?
  /// Whether the recording goes no further.
  private var isBroken = false
  /// Why, until it is told.
  private var untold: CommandFailure?

  /// - Parameters:
  ///   - printer: what prints.
  ///   - recording: where it is recorded; nil for nowhere.
  init(_ printer: Inner, _ recording: RecordingOutput?) {
    self.printer = printer
    self.recording = recording
  }

  mutating func take(
    _ event: ThingEvent, at time: Int64, to output: StreamOutput
  ) throws(CommandFailure) -> Bool {
    if let line = RecordedLine(event, at: time) { record(line) }
    if let fault = untold {
      untold = nil
      throw fault
    }
    return try printer.take(event, at: time, to: output)
  }

  mutating func take(dropped count: Int, at time: Int64, to output: StreamOutput) {
    // A disk that is full is told with the next message, or at the end.
    record(RecordedLine(time: time, .dropped(count)))
    printer.take(dropped: count, at: time, to: output)
  }

  /// Ends the recording in good order, however the command ends.
  func end() {
    if let untold { _ = StandardStreams.report(untold) }
    guard let recording, recording.hasBegun, !isBroken else { return }
    do throws(CommandFailure) {
      try recording.end()
      StandardStreams.tell("recorded \(recording.summary)")
    } catch {
      _ = StandardStreams.report(error)
    }
  }

  private mutating func record(_ line: RecordedLine) {
    guard let recording, !isBroken else { return }
    do throws(CommandFailure) { try recording.write(line) } catch {
      (isBroken, untold) = (true, error)
    }
  }
}
