import JSON
import Recordings
import Shadow
import Testing

@Suite("Reading a recording")
struct RecordingScanTests {
  static let header = RecordingHeader(
    thing: "lamp", shadows: [nil, "config"], endpoint: "localhost:8883", start: 1000)

  /// A recording of messages a second apart.
  static func recording(_ count: Int, isEnded: Bool = true) -> [UInt8] {
    var bytes = header.line
    for number in 0..<count {
      let payload = "{\"version\":\(number),\"text\":\"é\"}"
      bytes +=
        RecordedLine(
          time: 1000 + Int64(number) * 1000,
          .message(
            RecordedMessage(
              .incoming, topic: "$aws/things/lamp/shadow/update/accepted",
              payload: Array(payload.utf8)))
        ).bytes
    }
    if isEnded {
      bytes += RecordedLine(time: 1000 + Int64(count) * 1000, .end(messages: count)).bytes
    }
    return bytes
  }

  static func scan(_ bytes: [UInt8], pieces: Int = .max) throws(RecordingRefusal) -> RecordingScan {
    var scan = RecordingScan()
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(pieces))
      rest = rest.dropFirst(piece.count)
      guard try scan.take(piece) else { break }
    }
    try scan.finish()
    return scan
  }

  @Test("finds every line, in whatever pieces the bytes come", arguments: [1, 7, 100, Int.max])
  func whole(_ pieces: Int) throws {
    let bytes = Self.recording(5)
    let scan = try Self.scan(bytes, pieces: pieces)
    #expect(scan.header == Self.header)
    #expect(scan.damage == nil && scan.isEnded)
    #expect(scan.index.count == 6 && scan.index.messages == 5)
    #expect(scan.index.end == 6000)
    let line = try RecordedLine(Array(bytes[scan.index.place(of: 3)]))
    #expect(line.time == 4000)
  }

  @Test("takes a last line without a line feed, and blank lines")
  func loose() throws {
    var bytes = Self.recording(2, isEnded: false)
    bytes += Array("\n\r\n".utf8) + RecordedLine(time: 9000, .heard).bytes.dropLast()
    let scan = try Self.scan(bytes)
    #expect(scan.damage == nil && !scan.isEnded)
    #expect(scan.index.count == 3 && scan.index.end == 9000)
  }

  @Test("reads a recording that was cut off up to the cut, and names the line")
  func cut() throws {
    let bytes = Self.recording(5, isEnded: false)
    let scan = try Self.scan(bytes.dropLast(10))
    #expect(scan.index.count == 4 && !scan.isEnded)
    #expect(scan.damage?.line == 6)
    #expect(scan.damage?.offset == bytes.count - 10)
    #expect(scan.damage?.words.contains("the file is cut off in the middle of the line") == true)
  }

  @Test("reads up to a damaged line, and names line, column and byte")
  func damaged() throws {
    var bytes = Self.recording(5)
    let lines = bytes.split(separator: 0x0A)
    let place = lines[3].startIndex + 3
    bytes[place] = 0x00
    let scan = try Self.scan(bytes)
    #expect(scan.index.count == 2)
    let damage = try #require(scan.damage)
    #expect((damage.line, damage.column, damage.offset) == (4, 4, place))
  }

  @Test("reads nothing behind the damage, even what would be whole again")
  func behind() throws {
    let bytes =
      Self.recording(2, isEnded: false) + Array("oops\n".utf8)
      + RecordedLine(time: 9000, .heard).bytes
    let scan = try Self.scan(bytes)
    #expect(scan.index.count == 2 && scan.damage?.line == 4)
  }

  @Test("stops at a line that never ends")
  func endless() throws {
    var scan = RecordingScan()
    _ = try scan.take(Self.recording(1, isEnded: false))
    var wanted = true
    for _ in 0..<10 where wanted {
      wanted = try scan.take([UInt8](repeating: 0x20, count: 1 << 20))
    }
    #expect(!wanted && scan.damage?.line == 3)
  }

  static let refusals: [(String, RecordingRefusal)] = [
    ("", .empty), ("\n\n", .empty), ("hello\n", .foreign), ("{}\n", .foreign),
    ("{\"format\":\"mp3\",\"version\":1}\n", .foreign),
    (
      "{\"format\":\"shadowscope-recording\",\"version\":2,\"thing\":\"lamp\",\"start\":1}\n",
      .newer(2)
    ),
    (
      "{\"format\":\"shadowscope-recording\",\"thing\":\"lamp\",\"start\":1}\n",
      .header("'version' is no number from 1 on")
    ),
    (
      "{\"format\":\"shadowscope-recording\",\"version\":1,\"start\":1}\n",
      .header("'thing' is no name")
    ),
    (
      "{\"format\":\"shadowscope-recording\",\"version\":1,\"thing\":\"lamp\",\"shadows\":[1],\"start\":1}\n",
      .header("'shadows' holds something else than names and null")
    ),
    (
      "{\"format\":\"shadowscope-recording\",\"version\":1,\"thing\":\"lamp\"}\n",
      .header("'start' is no time in milliseconds since 1970")
    ),
  ]

  @Test("refuses what is no recording, with words", arguments: refusals)
  func refused(_ text: String, _ refusal: RecordingRefusal) {
    #expect(throws: refusal) { try Self.scan(Array(text.utf8)) }
    #expect(!refusal.words.isEmpty && !refusal.remedy.isEmpty)
  }

  @Test("takes members of the first line that it does not know")
  func laterHeader() throws {
    let scan = try Self.scan(
      Array(
        #"{"format":"shadowscope-recording","version":1,"thing":"lamp","start":5,"by":"me"}"#.utf8))
    #expect(
      scan.header == RecordingHeader(thing: "lamp", shadows: [nil], endpoint: nil, start: 5))
    #expect(scan.index.end == 5)
  }

  @Test("never crashes on damage, and reads every line before it", arguments: UInt64(1)...20)
  func mutated(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let whole = Self.recording(8)
    let first = Self.header.line.count
    var damaged = 0
    for _ in 0..<100 {
      var bytes = whole
      let place = Int.random(in: first..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      case 1: bytes.removeSubrange(place...)
      case 2: bytes.remove(at: place)
      default: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
      }
      let scan = try Self.scan(bytes, pieces: Int.random(in: 1...200, using: &random))
      let before =
        whole[..<place].split(separator: 0x0A, omittingEmptySubsequences: false).count - 2
      try #require(scan.index.count >= before, "seed \(seed), place \(place)")
      for line in 0..<scan.index.count {
        _ = try RecordedLine(Array(bytes[scan.index.place(of: line)]))
      }
      if let damage = scan.damage {
        damaged += 1
        try #require((0...bytes.count).contains(damage.offset), "seed \(seed), place \(place)")
      }
    }
    #expect(damaged > 20, "seed \(seed)")
  }
}
