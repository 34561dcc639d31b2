package import Shadow

/// Where each line of a recording stands and when it happened, so that any place can be gone to.
///
/// Lines are counted from 0 here, without the first one of the file; an entry takes 32 bytes.
package struct RecordingIndex: Sendable {
  private var offsets: [Int] = []
  private var lengths: [Int] = []
  /// Never going back: where the clock was set back, the order of the lines counts.
  private var times: [Int64] = []
  /// How many messages there are up to each line, itself included.
  private var messageCounts: [Int] = []
  /// Lines that tell how the connection stands.
  private var connections: [Int] = []
  /// For each shadow the lines that hold its whole document, or that it is gone.
  private var documents: [ShadowAddress: [Int]] = [:]
  /// The shadows that messages are about, in the order in which they come.
  package private(set) var addresses: [ShadowAddress] = []
  /// Shadows of which requests to update or delete were recorded.
  package private(set) var requested: Set<ShadowAddress> = []
  /// When the recording begins, in ms since 1970.
  package let start: Int64
  /// When the last line happened, in ms since 1970.
  package var end: Int64 { times.last ?? start }

  /// An empty one, of a recording that begins at a time in ms since 1970.
  package init(start: Int64) { self.start = start }

  package var count: Int { offsets.count }
  /// How many of the lines are messages.
  package var messages: Int { messageCounts.last ?? 0 }

  /// Adds the next line.
  ///
  /// - Parameters:
  ///   - line: what it says.
  ///   - offset: bytes of the file before it.
  ///   - length: its bytes, without the line feed.
  package mutating func append(_ line: RecordedLine, offset: Int, length: Int) {
    let number = count
    offsets.append(offset)
    lengths.append(length)
    times.append(max(end, line.time))
    var isMessage = false
    switch line.content {
    case .message(let message):
      isMessage = true
      if let (address, topic) = ShadowAddress.parse(topic: message.topic), !message.isRetained {
        note(address, topic, line: number)
      }
    case .connected, .lost: connections.append(number)
    case .silent, .heard, .unanswered, .dropped, .oversized, .end, .other: break
    }
    messageCounts.append(messages + (isMessage ? 1 : 0))
  }

  private mutating func note(_ address: ShadowAddress, _ topic: ShadowTopic, line: Int) {
    if documents[address] == nil {
      documents[address] = []
      addresses.append(address)
    }
    switch topic {
    case .accepted(.get), .documents, .accepted(.delete):
      documents[address, default: []].append(line)
    case .request(.update), .request(.delete): requested.insert(address)
    case .request(.get), .accepted(.update), .rejected, .delta: break
    }
  }

  /// Where a line stands in the file, in bytes, without its line feed.
  package func place(of line: Int) -> Range<Int> {
    offsets[line]..<offsets[line] + lengths[line]
  }

  /// When a line happened, in ms since 1970.
  package func time(of line: Int) -> Int64 { times[line] }

  /// How many messages come before a line.
  package func messages(before line: Int) -> Int { line > 0 ? messageCounts[line - 1] : 0 }

  /// The first line after a time: how many have happened by then.
  package func count(until time: Int64) -> Int {
    firstIndex(in: times.count) { times[$0] > time }
  }

  /// The first line from a line on that is a message, if there is one.
  package func message(from line: Int) -> Int? {
    let found = firstIndex(in: count) { messageCounts[$0] > messages(before: line) }
    return found < count ? found : nil
  }

  /// The lines to take in, in this order, to see what a place is like without reading all before it.
  ///
  /// - Parameters:
  ///   - line: the place: everything before it has happened.
  ///   - limit: lines right before it that are taken in.
  /// - Returns: for what lies further back how the connection stood and the last document of each
  ///   shadow, then the lines right before the place.
  package func lines(leadingTo line: Int, limit: Int) -> [Int] {
    let first = max(0, line - limit)
    func last(_ lines: [Int]) -> Int? {
      let place = firstIndex(in: lines.count) { lines[$0] >= first }
      return place > 0 ? lines[place - 1] : nil
    }
    let earlier = ([connections] + addresses.map { documents[$0] ?? [] }).compactMap(last)
    return Set(earlier).sorted() + Array(first..<line)
  }

  /// The first number of 0..<count that a condition holds for, which holds for all after it; else
  /// `count`.
  private func firstIndex(in count: Int, _ holds: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
