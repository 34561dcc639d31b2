import Glibc
import JSON
import Recordings
import Shadow
import Thing

/// A file that a shadow's document is read from: a snapshot, what `get` printed, or a recording.
struct DocumentFile {
  /// As typed; `-` for standard input, which is no recording.
  let path: String
  /// Which moment of a recording counts; nil for its end.
  var moment: RecordingMoment?
  /// Which thing's and which shadow's, where a recording has several.
  var thing: String?
  var shadow: String?

  private var name: String { InputText.name(of: path) }

  /// Reads it; what is damaged in a recording is told on standard error.
  ///
  /// - Returns: the document, whose it is if the file says so, and whether that is a recording, in
  ///   which a moment has a meaning.
  /// - Throws: `CommandFailure` if it cannot be read or is something else.
  func read() throws(CommandFailure) -> (saved: SavedShadow, isRecording: Bool) {
    if let recording = try recording() { return (try document(in: recording), true) }
    return (try savedShadow(), false)
  }

  /// Insists on a recording where a moment of one is named.
  ///
  /// - Parameters:
  ///   - moment: nil where none is.
  ///   - isRecording: whether there is one.
  /// - Throws: `CommandFailure` if there is none.
  static func check(_ moment: RecordingMoment?, isRecording: Bool) throws(CommandFailure) {
    guard moment != nil, !isRecording else { return }
    throw CommandFailure(
      status: .usage, what: "--at names a moment of a recording, and there is none here.",
      cause: "", remedy: "Leave it away.")
  }

  private func savedShadow() throws(CommandFailure) -> SavedShadow {
    let bytes = try InputText.read(path)
    let json: JSONValue
    do throws(JSONSyntaxError) { json = try JSONParser.parse(bytes) } catch {
      throw CommandFailure(
        status: .badData, what: "\(name) is no well-formed JSON.", cause: error.message,
        remedy: "Wanted is a snapshot, a recording, or what `shadowscope get` prints.",
        excerpt: error.excerpt(of: bytes).split(separator: "\n").map(String.init))
    }
    do throws(UnexpectedShape) { return try SavedShadow(json: json) } catch {
      throw CommandFailure(
        status: .badData, what: "\(name) holds no shadow: \(error.reason).", cause: "",
        remedy: "Wanted is a snapshot, a recording, or the whole document as `shadowscope get` "
          + "prints it.")
    }
  }

  // MARK: Recordings

  /// Lines right before the moment that are read again; of those before them only whole documents.
  private static let lead = 2000

  private func recording() throws(CommandFailure) -> RecordingReader? {
    let file = Environment.expanding(path)
    var status = stat()
    // A pipe can be read once only.
    guard path != "-", stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    do throws(RecordingReader.Fault) { return try RecordingReader(file) } catch {
      switch error {
      case .refused(.foreign), .refused(.empty), .file: return nil
      case .refused(let refusal):
        throw CommandFailure(
          status: .badData, what: "\(name) cannot be read as a recording.", cause: refusal.words,
          remedy: refusal.remedy)
      }
    }
  }

  private func document(in recording: RecordingReader) throws(CommandFailure) -> SavedShadow {
    let (header, index) = (recording.header, recording.index)
    if let damage = recording.damage {
      StandardStreams.tell("warning: \(name): \(damage.words) What comes before it counts.")
    }
    let address = address(header, index)
    let time = moment?.time(from: header.start)
    var held = HeldShadow()
    var known: Int64?
    let place = time.map { index.count(until: $0) } ?? index.count
    for number in index.lines(leadingTo: place, limit: Self.lead) {
      guard let line = recording.line(number), case .message(let message) = line.content,
        !message.isRetained,
        let parsed = ShadowMessage(topic: message.topic, payload: message.payload),
        parsed.address == address
      else { continue }
      if held.take(parsed, at: line.time, asked: nil) { known = line.time }
    }
    guard let document = held.document, let known else {
      let when = time.map { "by \(CalendarTime($0).iso)" } ?? "at its end"
      throw CommandFailure(
        status: .noShadow, what: "\(name) holds no document of \(address.label) \(when).",
        cause: "It was begun at \(CalendarTime(header.start).iso).",
        remedy: moment == nil ? "Name the shadow with --shadow." : "Name a later moment with --at.")
    }
    return SavedShadow(
      document, address: address, endpoint: header.endpoint, time: CalendarTime(known).iso)
  }

  /// The shadow that is meant: the one of the options if it was recorded, else the first.
  private func address(_ header: RecordingHeader, _ index: RecordingIndex) -> ShadowAddress {
    let name = shadow ?? header.shadows.first ?? nil
    if let thing {
      let wished = ShadowAddress(thing: thing, shadow: name)
      if index.addresses.contains(wished) { return wished }
    }
    return ShadowAddress(thing: header.thing, shadow: name)
  }
}
