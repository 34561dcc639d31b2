import JSON
import Shadow

/// One record of a state file, a line: `LENGTH CHECKSUM JSON`.
///
/// The length is that of the JSON in bytes, decimal; the checksum its CRC-32, eight hexadecimal
/// digits. Compact JSON holds no line feed, so that the files can be read with any tool.
enum RecordLine {
  /// Appends a record, which is compact JSON.
  static func append(_ json: [UInt8], to lines: inout [UInt8]) {
    let sum = String(Checksum.crc32(json), radix: 16)
    lines += "\(json.count) \(String(repeating: "0", count: 8 - sum.count))\(sum) ".utf8
    lines += json
    lines.append(lineFeed)
  }

  /// What stands at a place in a file.
  enum Reading {
    case record(JSONValue, end: Int)
    case end
    /// The write of the last record was cut short: by a crash of the program, of which a shorter
    /// file is left, or of the machine, of which blocks of zeros may be left.
    case torn
    case damaged(reason: String)
  }

  /// Reads the record that begins at an offset.
  static func read(_ file: [UInt8], at start: Int) -> Reading {
    guard start < file.count else { return .end }
    let rest = file[start...]
    let lineEnd = rest.firstIndex(of: lineFeed)
    let isUnwritten = { (line: ArraySlice<UInt8>) in
      line.endIndex == file.count && hasUnwrittenSector(line)
    }
    guard let head = head(of: rest) else {
      let isCut = lineEnd == nil && rest.count < mostHeadBytes
      let line = lineEnd.map { file[start...$0] } ?? rest
      return isCut || isUnwritten(line)
        ? .torn : .damaged(reason: "it does not begin with a length and a checksum")
    }
    let (end, overflows) = head.body.addingReportingOverflow(head.length)
    guard !overflows, end < file.count else {
      return lineEnd == nil ? .torn : .damaged(reason: "its length does not fit")
    }
    let json = file[head.body..<end]
    guard file[end] == lineFeed, Checksum.crc32(json) == head.sum else {
      return isUnwritten(file[start...end])
        ? .torn : .damaged(reason: "its checksum does not fit")
    }
    do throws(JSONSyntaxError) {
      return .record(try JSONParser.parse(json), end: end + 1)
    } catch {
      return .damaged(reason: "it is not JSON: \(error.message)")
    }
  }

  // MARK: -

  /// Whether a sector of the disk, as far as the line lies in it, was never written.
  ///
  /// Nothing that we write holds a zero byte.
  private static func hasUnwrittenSector(_ line: ArraySlice<UInt8>) -> Bool {
    var start = line.startIndex
    while start < line.endIndex {
      let end = min((start / sector + 1) * sector, line.endIndex)
      if line[start..<end].allSatisfy({ $0 == 0 }) { return true }
      start = end
    }
    return false
  }

  /// Bytes that a disk writes as a whole.
  private static let sector = 512
  private static let lineFeed = UInt8(ascii: "\n")
  /// Nineteen digits, a blank, eight digits, a blank.
  private static let mostHeadBytes = 29

  /// Length and checksum, and where the JSON begins.
  private static func head(
    of line: ArraySlice<UInt8>
  ) -> (length: Int, sum: UInt32, body: Int)? {
    let words = line.prefix(mostHeadBytes).split(
      separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, words[1].count == 8,
      let length = Int(String(decoding: words[0], as: UTF8.self)), length >= 0,
      let sum = UInt32(String(decoding: words[1], as: UTF8.self), radix: 16)
    else { return nil }
    return (length, sum, words[2].startIndex)
  }
}
