import Glibc
import Recordings
import Shadow
import Thing

/// A recording that a command without a screen makes, with its failures in the command's words.
final class RecordingOutput {
  private enum Place {
    case file(RecordingFile)
    case stream(StreamOutput)
  }

  private let place: Place
  /// Messages and bytes of a stream so far.
  private var streamed = (messages: 0, bytes: 0)

  /// Opens a file, or standard output, and writes the first line.
  ///
  /// - Parameters:
  ///   - path: as typed, `-` for standard output; nil for a name after thing and time.
  ///   - isReplacing: whether a file that is there may be written over.
  ///   - header: the first line.
  /// - Throws: `CommandFailure`.
  init(
    _ path: String?, isReplacing: Bool = false, header: RecordingHeader
  ) throws(CommandFailure) {
    do throws(RecordingFileFault) {
      if path == "-" {
        let stream = StreamOutput()
        place = .stream(stream)
        put(header.line, to: stream)
      } else {
        let name = path ?? header.fileName(utcOffsetSeconds: LocalTime.utcOffsetSeconds)
        place = .file(
          try RecordingFile(
            Environment.expanding(name), isReplacing: isReplacing, header: header))
      }
    } catch {
      throw CommandFailure(notWritten: error, recorded: 0)
    }
  }

  /// For people.
  var name: String {
    guard case .file(let file) = place else { return "standard output" }
    return file.path
  }
  /// Messages so far.
  var messages: Int {
    guard case .file(let file) = place else { return streamed.messages }
    return file.messages
  }
  /// Whether anything was written.
  var hasBegun: Bool { size > 0 }
  /// Where it goes if that is standard output: a reader that is slow is waited for with everything
  /// else.
  var stream: StreamOutput? {
    guard case .stream(let stream) = place else { return nil }
    return stream
  }
  /// Bytes so far.
  private var size: Int {
    guard case .file(let file) = place else { return streamed.bytes }
    return file.size
  }
  /// For people: `42 messages, 12345 bytes, to lamp.ndjson`.
  var summary: String {
    "\(messages) message\(messages == 1 ? "" : "s"), \(size) bytes, to \(name)"
  }

  /// Writes a line at once; to a stream with the next ``flush()`` at the latest.
  ///
  /// - Throws: `CommandFailure`.
  func write(_ line: RecordedLine) throws(CommandFailure) {
    guard case .file(let file) = place else {
      guard let stream else { return }
      put(line.bytes, to: stream)
      if case .message = line.content { streamed.messages += 1 }
      if stream.isFull { try flush() }
      return
    }
    do throws(RecordingFileFault) { try file.write(line) } catch {
      throw CommandFailure(notWritten: error, recorded: messages)
    }
  }

  /// Hands a stream what its reader takes at once.
  ///
  /// - Throws: `CommandFailure`.
  func flush() throws(CommandFailure) {
    do throws(CommandFailure) { try stream?.flush() } catch {
      guard error.status != .closedPipe else { throw error }
      throw CommandFailure(
        status: .cannotCreate, what: error.what, cause: error.cause, remedy: error.remedy)
    }
  }

  /// Writes the last line.
  ///
  /// - Throws: `CommandFailure`.
  func end() throws(CommandFailure) {
    guard case .file(let file) = place else {
      try write(RecordedLine(time: Clock.wallMilliseconds, .end(messages: messages)))
      return try flush()
    }
    do throws(RecordingFileFault) { try file.end(at: Clock.wallMilliseconds) } catch {
      throw CommandFailure(notWritten: error, recorded: messages)
    }
  }

  private func put(_ line: [UInt8], to stream: StreamOutput) {
    stream.append { $0 += line }
    streamed.bytes += line.count
  }
}

extension CommandFailure {
  /// A recording that cannot be made, or goes no further.
  fileprivate init(notWritten fault: RecordingFileFault, recorded messages: Int) {
    let kept =
      messages == 0
      ? "" : " \(messages) message\(messages == 1 ? " was" : "s were") recorded before."
    self.init(
      status: .cannotCreate,
      what: "The recording cannot be written to \(fault.path): \(fault.reason).",
      cause: kept.trimmingPrefix(" ").description, remedy: fault.remedy)
  }
}

extension RecordingHeader {
  /// Of a recording that begins with a connection of a command's own.
  ///
  /// - Parameters:
  ///   - thing: what is connected as.
  ///   - addresses: the shadows that are open at the start.
  ///   - start: in ms since 1970.
  init(of thing: OpenThing, shadows addresses: [ShadowAddress], start: Int64) {
    self.init(
      thing: thing.address.thing, shadows: addresses.map(\.shadow),
      endpoint: thing.configuration.endpoint.description, start: start)
  }
}
