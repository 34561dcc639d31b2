import Recordings
import Shadow
import Testing

@Suite("Playing a recording")
struct ReplayPlayerTests {
  /// Lines at the times given, in ms after the start; documents where the number is even.
  static func index(_ times: [Int64]) -> RecordingIndex {
    var index = RecordingIndex(start: 100_000)
    for (number, time) in times.enumerated() {
      let topic: ShadowTopic = number.isMultiple(of: 2) ? .documents : .accepted(.update)
      let message = RecordedMessage(
        .incoming, topic: ShadowAddress(thing: "lamp").topic(topic), payload: [])
      index.append(
        RecordedLine(time: 100_000 + time, .message(message)), offset: number * 10, length: 9)
    }
    return index
  }

  static let steady = index((0..<100).map { $0 * 1000 })

  @Test(
    "takes lines in when they are due, by the speed",
    arguments: [("1", 0..<6), ("4", 0..<21), ("0.5", 0..<3), ("max", 0..<50)])
  func pace(_ speed: String, _ lines: Range<Int>) throws {
    var player = ReplayPlayer(Self.steady, speed: try #require(ReplaySpeed(speed)), now: 0)
    #expect(player.take(at: 5000, limit: 50) == lines)
    #expect(player.take(at: 5000, limit: 0).isEmpty)
  }

  @Test("says when the next line is due", arguments: [("1", 500), ("2", 250), ("0.25", 2000)])
  func deadline(_ speed: String, _ due: Int64) throws {
    var player = ReplayPlayer(Self.steady, speed: try #require(ReplaySpeed(speed)), now: 0)
    _ = player.seek(by: 2500, at: 0)
    #expect(player.deadline(at: 0) == due)
  }

  @Test("stands still while it is paused, and goes on from there")
  func pause() {
    var player = ReplayPlayer(Self.steady, speed: .times(1), now: 0)
    _ = player.take(at: 5500, limit: 100)
    #expect(player.pause(at: 5500) == nil)
    #expect(player.isPaused && player.deadline(at: 9000) == nil)
    #expect(player.time(at: 60_000) == 105_500)
    #expect(player.take(at: 60_000, limit: 100).isEmpty)
    #expect(player.pause(at: 60_000) == nil)
    #expect(player.take(at: 61_000, limit: 100) == 6..<7)
  }

  @Test("goes forwards by what lies between, and backwards anew")
  func seek() {
    var player = ReplayPlayer(Self.steady, speed: .times(1), now: 0)
    #expect(player.seek(by: 10_000, at: 0) == .init(isAnew: false, lines: Array(0..<11)))
    #expect(player.seek(by: -5000, at: 0) == .init(isAnew: true, lines: Array(0..<6)))
    #expect(player.time(at: 0) == 105_000)
    #expect(player.seek(by: -60_000, at: 0) == .init(isAnew: true, lines: []))
    #expect(player.time(at: 0) == 100_000)
    #expect(player.toEnd(at: 0) == .init(isAnew: false, lines: Array(0..<100)))
    #expect(player.isAtEnd && player.time(at: 9000) == 199_000)
  }

  @Test("begins again when it is told to go on at its end")
  func again() {
    var player = ReplayPlayer(Self.steady, speed: .most, now: 0)
    _ = player.take(at: 0, limit: 1000)
    #expect(player.isAtEnd && player.deadline(at: 0) == nil)
    #expect(player.pause(at: 0) == .init(isAnew: true, lines: []))
    #expect(!player.isPaused && player.next == 0)
  }

  @Test("steps to the next message and stops there")
  func step() {
    var player = ReplayPlayer(Self.steady, speed: .times(1), now: 0)
    #expect(player.toNextMessage(at: 0) == .init(isAnew: false, lines: [0]))
    #expect(player.toNextMessage(at: 9000) == .init(isAnew: false, lines: [1]))
    #expect(player.isPaused && player.time(at: 9000) == 101_000)
  }

  @Test("changes its speed without a jump")
  func speed() {
    var player = ReplayPlayer(Self.steady, speed: .times(1), now: 0)
    player.step(speedUp: true, at: 4000)
    #expect(player.speed == .times(2) && player.time(at: 4000) == 104_000)
    #expect(player.time(at: 5000) == 106_000)
    player.step(speedUp: false, at: 5000)
    player.step(speedUp: false, at: 5000)
    #expect(player.speed == .times(0.5) && player.time(at: 7000) == 107_000)
  }

  @Test("takes in no more than is needed to show a place far away")
  func far() {
    let index = Self.index((0..<10_000).map { $0 * 10 })
    var player = ReplayPlayer(index, speed: .times(1), now: 0)
    let jump = player.toEnd(at: 0)
    // The last whole document before, then what led there.
    #expect(jump.isAnew && jump.lines.first == 7998)
    #expect(Array(jump.lines.dropFirst()) == Array(8000..<10_000))
  }

  @Test("lets the order of lines count where the clock was set back")
  func setBack() {
    let index = Self.index([0, 5000, 2000, 3000, 8000])
    #expect((0..<5).map { index.time(of: $0) - 100_000 } == [0, 5000, 5000, 5000, 8000])
    #expect(index.count(until: 104_999) == 1 && index.count(until: 105_000) == 4)
  }

  @Test(
    "reads a speed",
    arguments: [
      ("1", "×1"), ("0.5", "×0.5"), ("100", "×100"), ("max", "max"), ("0", nil), ("-1", nil),
      ("1e2", nil), ("fast", nil), ("", nil), ("100000", nil), ("nan", nil),
    ] as [(String, String?)])
  func speeds(_ text: String, _ shown: String?) {
    #expect(ReplaySpeed(text)?.text == shown)
  }

  @Test("steps through all speeds and stays at both ends")
  func steps() {
    var speed = ReplaySpeed.times(1)
    for _ in 0..<20 { speed = speed.stepped(up: true) }
    #expect(speed == .most && speed.stepped(up: false) == .times(128))
    for _ in 0..<20 { speed = speed.stepped(up: false) }
    #expect(speed == .times(0.1))
  }
}
