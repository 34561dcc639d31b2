/// Reads a recording once from its start, piece by piece, up to its end or its first damage.
package struct RecordingScan: Sendable {
  /// Bytes that a line can have: a payload of AWS's 128 KB whose every byte is escaped, and more.
  package static let longestLine = 4 << 20

  /// The first line; nil until it has been read.
  package private(set) var header: RecordingHeader?
  /// What was read up to the damage.
  package private(set) var index = RecordingIndex(start: 0)
  package private(set) var damage: RecordingDamage?
  /// Whether the recording was ended in good order; else it was cut off, or is still going on.
  package private(set) var isEnded = false

  /// The start of a line whose end has not come yet.
  private var unfinished: [UInt8] = []
  /// Bytes of the file before that.
  private var offset = 0
  /// Lines of the file that have been read.
  private var lines = 0

  package init() {}

  /// Takes the next bytes of the file.
  ///
  /// - Returns: whether more are wanted: not after damage.
  /// - Throws: `RecordingRefusal` if the first line is not that of a recording.
  package mutating func take(_ bytes: [UInt8]) throws(RecordingRefusal) -> Bool {
    var start = 0
    while damage == nil, let end = bytes[start...].firstIndex(of: 0x0A) {
      if unfinished.isEmpty {
        try read(bytes[start..<end])
      } else {
        unfinished += bytes[start..<end]
        let line = unfinished
        unfinished = []
        try read(line[...])
      }
      start = end + 1
    }
    guard damage == nil else { return false }
    unfinished += bytes[start...]
    if unfinished.count > Self.longestLine {
      if header == nil { throw .foreign }
      damage = RecordingDamage(
        line: lines + 1, column: 1, offset: offset,
        reason: "the line has more than \(Self.longestLine >> 20) MB")
    }
    return damage == nil
  }

  /// The file is over.
  ///
  /// - Throws: `RecordingRefusal` if there was no first line.
  package mutating func finish() throws(RecordingRefusal) {
    if damage == nil, !unfinished.isEmpty {
      let line = unfinished
      unfinished = []
      try read(line[...], isCut: true)
    }
    guard header != nil else { throw .empty }
  }

  private mutating func read(
    _ line: ArraySlice<UInt8>, isCut: Bool = false
  ) throws(RecordingRefusal) {
    defer {
      lines += 1
      offset += line.count + 1
    }
    // Left by an editor.
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
    guard header != nil else {
      let first = try RecordingHeader(line: line)
      header = first
      index = RecordingIndex(start: first.start)
      return
    }
    do throws(RecordedLine.Fault) {
      let content = try RecordedLine(line)
      if case .end = content.content { isEnded = true } else { isEnded = false }
      index.append(content, offset: offset, length: line.count)
    } catch {
      let isAtEnd = isCut && error.offset >= line.count
      damage = RecordingDamage(
        line: lines + 1, column: error.column, offset: offset + error.offset,
        reason: isAtEnd ? "the file is cut off in the middle of the line" : error.reason)
    }
  }
}

/// Where a recording stops being readable.
package struct RecordingDamage: Error, Hashable, Sendable {
  /// The line of the file, from 1.
  package let line: Int
  /// In code points, from 1.
  package let column: Int
  /// Bytes of the file before it.
  package let offset: Int
  /// What is wrong there, in words without a full stop.
  package let reason: String

  package init(line: Int, column: Int, offset: Int, reason: String) {
    self.line = line
    self.column = column
    self.offset = offset
    self.reason = reason
  }

  /// For people, one sentence.
  ///
  /// For instance `Line 118 is damaged at column 7 (byte 20341): 'topic' is missing.`
  package var words: String {
    "Line \(line) is damaged at column \(column) (byte \(offset)): \(reason)."
  }
}
