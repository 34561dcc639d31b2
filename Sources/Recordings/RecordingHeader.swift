import JSON

/// The first line of a recording: what it is, and of which thing.
package struct RecordingHeader: Hashable, Sendable {
  /// What the `format` of the first line says.
  package static let format = "shadowscope-recording"
  /// The version of the format that is written, and the newest that is read.
  package static let version: Int64 = 1

  /// The thing's name.
  package var thing: String
  /// The shadows that were open at the start, nil for the classic one; further ones may follow.
  package var shadows: [String?]
  /// Host and port of the broker; nil where that is not told.
  package var endpoint: String?
  /// When it was begun, in ms since 1970.
  package var start: Int64

  package init(thing: String, shadows: [String?], endpoint: String?, start: Int64) {
    self.thing = thing
    self.shadows = shadows
    self.endpoint = endpoint
    self.start = start
  }

  /// The line, with its line feed.
  package var line: [UInt8] {
    var object: JSONObject = [
      "format": .string(Self.format), "version": .number(JSONNumber(Self.version)),
      "thing": .string(thing),
      "shadows": .array(shadows.map { $0.map(JSONValue.string) ?? .null }),
    ]
    if let endpoint { object.append(key: "endpoint", value: .string(endpoint)) }
    object.append(key: "start", value: .number(JSONNumber(start)))
    return recordedBytes(object)
  }

  /// Reads a first line.
  ///
  /// - Parameter bytes: the line, with or without its line feed.
  /// - Throws: `RecordingRefusal`.
  package init(line bytes: some Collection<UInt8>) throws(RecordingRefusal) {
    guard let members = (try? JSONParser.parse(bytes))?.object else { throw .foreign }
    guard members["format"]?.string?.hasSameScalars(as: Self.format) == true else { throw .foreign }
    guard let version = members["version"]?.integer, version > 0 else {
      throw .header("'version' is no number from 1 on")
    }
    guard version <= Self.version else { throw .newer(version) }
    guard let thing = members["thing"]?.string, !thing.isEmpty else {
      throw .header("'thing' is no name")
    }
    var shadows: [String?] = []
    for shadow in members["shadows"]?.array ?? [.null] {
      switch shadow {
      case .null: shadows.append(nil)
      case .string(let name): shadows.append(name)
      default: throw .header("'shadows' holds something else than names and null")
      }
    }
    guard let start = members["start"]?.integer, RecordedLine.times.contains(start) else {
      throw .header("'start' is no time in milliseconds since 1970")
    }
    self.init(
      thing: thing, shadows: shadows.isEmpty ? [nil] : shadows,
      endpoint: members["endpoint"]?.string, start: start)
  }
}

/// Why a file is not read as a recording at all.
package enum RecordingRefusal: Error, Hashable, Sendable {
  /// There is nothing in it.
  case empty
  /// It is something else.
  case foreign
  /// It was written by a later program, in this version of the format.
  case newer(Int64)
  /// Its first line lacks something, in words.
  case header(String)

  /// What is wrong, one sentence.
  package var words: String {
    switch self {
    case .empty: "The file is empty."
    case .foreign:
      "The file is no recording: its first line does not say “format”: "
        + "“\(RecordingHeader.format)”."
    case .newer(let version):
      "The recording is of version \(version) of the format, and this program reads "
        + "version \(RecordingHeader.version)."
    case .header(let reason): "The first line of the recording is damaged: \(reason)."
    }
  }

  /// What to do, one sentence; empty if there is nothing to say.
  package var remedy: String {
    switch self {
    case .empty, .foreign: "Name a file that `shadowscope record`, or w in the monitor, has made."
    case .newer: "A newer shadowscope reads it."
    case .header: "Mend the line by hand: the README describes the format."
    }
  }
}
