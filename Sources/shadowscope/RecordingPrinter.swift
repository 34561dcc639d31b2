import Recordings
import Thing

/// Prints what a session tells, and records all of it besides, whatever is printed.
struct RecordingPrinter<Inner: StreamRun.Printer>: StreamRun.Printer {
  private var printer: Inner
  private let recording: RecordingOutput?

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
    if let recording, let line = RecordedLine(event, at: time) { try recording.write(line) }
    return try printer.take(event, at: time, to: output)
  }

  mutating func take(dropped count: Int, at time: Int64, to output: StreamOutput) {
    // A disk that is full is told with the next message.
    try? recording?.write(RecordedLine(time: time, .dropped(count)))
    printer.take(dropped: count, at: time, to: output)
  }

  /// Ends the recording in good order, however the command ends.
  func end() {
    guard let recording, recording.hasBegun else { return }
    do throws(CommandFailure) {
      try recording.end()
      StandardStreams.tell("recorded \(recording.summary)")
    } catch {
      _ = StandardStreams.report(error)
    }
  }
}
