/// Plays a recording: tells which of its lines are to be taken in by when.
///
/// It reads none of them, and has no clock: `now` is ms of any clock that only goes forward.
package struct ReplayPlayer: Sendable {
  /// Lines before a place that are taken in to show what it is like, so that a jump takes no time.
  package static let lead = 2000

  /// What is to be taken in after a jump.
  package struct Jump: Hashable, Sendable {
    /// Whether everything that was taken in before is to be forgotten.
    package let isAnew: Bool
    /// The lines, in this order.
    package let lines: [Int]

    package init(isAnew: Bool, lines: [Int]) {
      self.isAnew = isAnew
      self.lines = lines
    }
  }

  package let index: RecordingIndex
  package private(set) var speed: ReplaySpeed
  package private(set) var isPaused = false
  /// The line that is taken in next; the number of lines at the end.
  package private(set) var next = 0
  /// The moment of the recording that was shown at `since`.
  private var moment: Int64
  private var since: Int64

  /// Begins at the start.
  package init(_ index: RecordingIndex, speed: ReplaySpeed, now: Int64) {
    self.index = index
    self.speed = speed
    (moment, since) = (index.start, now)
  }

  /// Begins only now, before anything was taken in.
  package mutating func restart(at now: Int64) { since = now }

  /// Whether all has been taken in.
  package var isAtEnd: Bool { next == index.count && moment >= index.end }

  /// The moment of the recording that is shown, in ms since 1970.
  package func time(at now: Int64) -> Int64 {
    guard !isPaused, case .times(let factor) = speed else { return moment }
    // Times of a recording end in the year 9999: no product of these overflows.
    let passed = Int64(min(Double(max(0, now - since)) * factor, 1e15))
    return min(moment + passed, max(moment, index.end))
  }

  /// When a moment of the recording comes, by the clock of `now`; nil while it never does.
  package func due(_ moment: Int64, at now: Int64) -> Int64? {
    guard !isPaused, !isAtEnd else { return nil }
    guard case .times(let factor) = speed else { return now }
    return since + Int64((Double(max(0, moment - self.moment)) / factor).rounded(.up))
  }

  /// When the next line is due; nil while none is.
  package func deadline(at now: Int64) -> Int64? {
    due(next < index.count ? index.time(of: next) : index.end, at: now)
  }

  /// The lines that are due by now, and counts them as taken in.
  ///
  /// - Parameters:
  ///   - now: of the clock.
  ///   - limit: of lines; more are due at once then.
  /// - Returns: the lines, in order.
  package mutating func take(at now: Int64, limit: Int) -> Range<Int> {
    guard !isPaused else { return next..<next }
    let time = time(at: now)
    let isDue = speed == .most ? index.count : index.count(until: time)
    let lines = next..<max(next, min(isDue, next + limit))
    next = lines.upperBound
    if speed == .most {
      moment = max(moment, next > 0 ? index.time(of: next - 1) : index.start)
      since = now
    } else if next == index.count, time >= index.end {
      (moment, since) = (max(moment, index.end), now)
    }
    return lines
  }

  // MARK: Keys

  /// Pauses, or goes on; at the end it begins again.
  package mutating func pause(at now: Int64) -> Jump? {
    if isAtEnd {
      isPaused = false
      return jump(to: 0, moment: index.start, at: now)
    }
    (moment, since) = (time(at: now), now)
    isPaused.toggle()
    return nil
  }

  /// Plays slower or faster.
  package mutating func step(speedUp: Bool, at now: Int64) {
    (moment, since) = (time(at: now), now)
    speed = speed.stepped(up: speedUp)
  }

  /// Goes to another moment.
  ///
  /// - Parameters:
  ///   - milliseconds: of the recording, backwards if negative.
  ///   - now: of the clock.
  /// - Returns: what is to be taken in.
  package mutating func seek(by milliseconds: Int64, at now: Int64) -> Jump {
    let target = min(max(time(at: now) + milliseconds, index.start), max(index.start, index.end))
    return jump(to: target == index.start ? 0 : index.count(until: target), moment: target, at: now)
  }

  /// Goes to the start.
  package mutating func toStart(at now: Int64) -> Jump { jump(to: 0, moment: index.start, at: now) }

  /// Goes to the end.
  package mutating func toEnd(at now: Int64) -> Jump {
    jump(to: index.count, moment: max(index.start, index.end), at: now)
  }

  /// Goes to the next message, and pauses there.
  package mutating func toNextMessage(at now: Int64) -> Jump {
    let message = index.message(from: next)
    let line = message.map { $0 + 1 } ?? index.count
    isPaused = true
    return jump(
      to: line, moment: max(time(at: now), line > 0 ? index.time(of: line - 1) : index.start),
      at: now)
  }

  private mutating func jump(to line: Int, moment: Int64, at now: Int64) -> Jump {
    let isNear = line >= next && line - next <= Self.lead
    let lines = isNear ? Array(next..<line) : index.lines(leadingTo: line, limit: Self.lead)
    next = line
    (self.moment, since) = (moment, now)
    return Jump(isAnew: !isNear, lines: lines)
  }
}
