import Canvas
import Glibc
import Monitor
import Shadow

/// Puts messages into a stream's output, harmless where a terminal shows them.
struct StreamWriter {
  let shape: StreamOptions.Format
  private let text = SpanText(hasColours: StandardStreams.showsColours)
  private let isTerminal = isatty(STDOUT_FILENO) == 1

  init(_ shape: StreamOptions.Format) { self.shape = shape }

  /// The very bytes; on a terminal what acts on it is escaped.
  func putRaw(_ message: StreamedMessage, to output: StreamOutput) {
    output.append { bytes in
      guard isTerminal else { return MessageLines.appendRaw(message, to: &bytes) }
      let payload = String(decoding: message.payload, as: UTF8.self)
      bytes.append(contentsOf: SafeText.escaped("\(message.topic) \(payload)").utf8)
      bytes.append(0x0A)
    }
  }

  func put(_ lines: [[Span]], to output: StreamOutput) {
    output.append { bytes in
      for line in lines { text.append(line, to: &bytes) }
    }
  }

  /// Tells that messages are missing, where that can be told among them, and else on standard error.
  func put(
    dropped count: Int, time: Int64, _ lines: inout MessageLines, _ readable: StreamLines,
    to output: StreamOutput
  ) {
    if shape != .lines {
      StandardStreams.tell(
        count == 1
          ? "1 message was left out: the reader is slow."
          : "\(count) messages were left out: the reader is slow.")
    }
    switch shape {
    case .raw: break
    case .json: output.append { lines.append(dropped: count, time: time, to: &$0) }
    case .lines: put([readable.line(dropped: count, time: time)], to: output)
    }
  }
}
