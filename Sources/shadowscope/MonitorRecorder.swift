import Monitor
import Recordings
import Shadow
import Thing

/// The recording that a person makes with a key of the monitor.
struct MonitorRecorder {
  /// Seconds that an ending waits for the disk.
  private static let patience = 2.0

  private var queue: RecordingQueue?
  private var path = ""
  private var told = OngoingRecording(path: "")
  private let mailbox: Mailbox<Happening>

  init(mailbox: Mailbox<Happening>) { self.mailbox = mailbox }

  /// Begins a recording in the working folder.
  ///
  /// - Parameters:
  ///   - model: what is looked at.
  ///   - report: how the connection is that is up; nil while none is.
  ///   - now: ms since 1970.
  /// - Returns: what became of it.
  mutating func start(_ model: Model, _ report: LinkReport?, at now: Int64) -> Message {
    let header = RecordingHeader(
      thing: model.thing, shadows: model.shadows.map(\.address.shadow), endpoint: model.endpoint,
      start: now)
    let name = header.fileName(utcOffsetSeconds: LocalTime.utcOffsetSeconds)
    do throws(RecordingFileFault) {
      let file = try RecordingFile(name, header: header)
      let mailbox = mailbox
      let begun = RecordingQueue(file) { mailbox.post(.recordingFailed($0)) }
      if let report, let line = RecordedLine(.connection(.online(report)), at: now) {
        begun.write(line)
      }
      queue = begun
    } catch {
      return .recording(.failed("Nothing is recorded: \(error.words)"))
    }
    path = name
    told = OngoingRecording(path: name)
    return .recording(.going(told))
  }

  /// Records an event of the session; `time` in ms since 1970.
  func take(_ event: ThingEvent, at time: Int64) {
    guard let queue, let line = RecordedLine(event, at: time) else { return }
    queue.write(line)
  }

  /// Records that so many messages were lost before they could be.
  func noteDropped(_ count: Int, at now: Int64) {
    queue?.write(RecordedLine(time: now, .dropped(count)))
  }

  /// What has become of it since this was asked last.
  mutating func news() -> Message? {
    guard let queue else { return nil }
    let (messages, bytes) = queue.progress
    let now = OngoingRecording(path: path, messages: messages, bytes: bytes)
    guard now != told else { return nil }
    told = now
    return .recording(.going(now))
  }

  /// Takes in that the file can be written no further.
  mutating func fail(_ fault: RecordingFileFault) -> Message? {
    guard queue != nil else { return nil }
    queue = nil
    return .recording(
      .failed("The recording ends here, and is whole up to here: \(fault.words)"))
  }

  /// Ends it as the screen goes, and tells on standard error where it is.
  mutating func endWithProgram() {
    switch end(at: Clock.wallMilliseconds) {
    case .recording(.ended(let whole))?:
      StandardStreams.tell("shadowscope: recorded \(whole.messages) messages to \(whole.path)")
    case .recording(.failed(let words))?: StandardStreams.tell("shadowscope: \(words)")
    default: break
    }
  }

  /// Ends it, if there is one.
  mutating func end(at now: Int64) -> Message? {
    guard let ending = queue else { return nil }
    guard ending.finish(at: now, seconds: Self.patience) else {
      queue = nil
      return .recording(
        .failed("The disk does not take the end of the recording \(path): it may be cut off."))
    }
    queue = nil
    let (messages, bytes) = ending.progress
    return .recording(
      .ended(OngoingRecording(path: path, messages: messages, bytes: bytes)))
  }
}

extension RecordingHeader {
  /// A name for the file, for instance `lamp-20240501-120431.ndjson`.
  func fileName(utcOffsetSeconds: Int) -> String {
    let time = CalendarTime(start, utcOffsetSeconds: utcOffsetSeconds)
    let plain = thing.unicodeScalars.map { scalar in
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || scalar == "_" ? String(scalar) : "-"
    }
    // A thing's name can be longer than what a file's may be.
    return plain.prefix(128).joined()
      + "-\(time.date)-\(time.clock)"
      .replacing(":", with: "") + ".ndjson"
  }
}

extension RecordingFileFault {
  /// For people: the file, why, and what to do.
  var words: String { "\(path): \(reason). \(remedy)" }
}
