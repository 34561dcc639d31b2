import Glibc
import Recordings
import Shadow
import Thing

/// A recording that a command without a screen makes, with its failures in the command's words.
final class RecordingOutput {
  private let file: RecordingFile

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
        file = try RecordingFile(to: STDOUT_FILENO, header: header)
      } else {
        let name = path ?? header.fileName(utcOffsetSeconds: LocalTime.utcOffsetSeconds)
        file = try RecordingFile(
          Environment.expanding(name), isReplacing: isReplacing, header: header)
      }
    } catch {
      throw CommandFailure(notWritten: error, recorded: 0)
    }
  }

  /// For people.
  var name: String { file.path == "-" ? "standard output" : file.path }
  /// Messages so far.
  var messages: Int { file.messages }
  /// Whether anything was written.
  var hasBegun: Bool { file.hasBegun }
  /// For people: `42 messages, 12345 bytes, to lamp.ndjson`.
  var summary: String {
    "\(messages) message\(messages == 1 ? "" : "s"), \(file.size) bytes, to \(name)"
  }

  /// Writes a line at once.
  ///
  /// - Throws: `CommandFailure`.
  func write(_ line: RecordedLine) throws(CommandFailure) {
    do throws(RecordingFileFault) { try file.write(line) } catch {
      throw CommandFailure(notWritten: error, recorded: messages)
    }
  }

  /// Writes the last line.
  ///
  /// - Throws: `CommandFailure`.
  func end() throws(CommandFailure) {
    do throws(RecordingFileFault) { try file.end(at: Clock.wallMilliseconds) } catch {
      throw CommandFailure(notWritten: error, recorded: messages)
    }
  }
}

extension CommandFailure {
  /// A recording that cannot be made, or goes no further.
  fileprivate init(notWritten fault: RecordingFileFault, recorded messages: Int) {
    if fault.path == "-", fault.code == EPIPE {
      self.init(status: .closedPipe, what: "", cause: "", remedy: "")
      return
    }
    let place = fault.path == "-" ? "standard output" : fault.path
    let kept =
      messages == 0
      ? "" : " \(messages) message\(messages == 1 ? " was" : "s were") recorded before."
    self.init(
      status: .cannotCreate, what: "The recording cannot be written to \(place): \(fault.reason).",
      cause: kept.trimmingPrefix(" ").description, remedy: fault.remedy)
  }
}
