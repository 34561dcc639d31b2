/// The way that bytes take through a ``FaultProxy``.
package enum Way: Int, CaseIterable, Sendable { case toBroker, toClient }

/// How a connection ends.
package enum Cut: CaseIterable, Hashable, Sendable {
  /// In good order, by FIN.
  case end
  /// By RST.
  case reset
}

/// What a ``FaultProxy`` does to the bytes that go one way.
package enum Fault: Hashable, Sendable {
  /// Hands them on as they come.
  case pass
  /// Ends the connection, both ways, once so many more bytes have been handed on.
  case cut(after: Int, Cut)
  /// Ends it in the middle of the next TLS record, and so in the middle of the packets in it.
  case cutInRecord(Cut)
  /// Hands nothing on, and keeps both sockets open.
  case hold
  /// Hands them on this much later.
  case delay(milliseconds: Int64)
  /// Hands on one byte at a time, with this pause in between.
  case slow(millisecondsPerByte: Int64)
  /// Puts bytes of its own between two TLS records, once.
  case garbage([UInt8])
  /// Turns one bit of the byte that comes after so many others, once.
  case flip(after: Int)
}

/// What a ``FaultProxy`` does to whoever connects.
package enum Welcome: Hashable, Sendable {
  /// Connects it to the broker.
  case pass
  /// Takes the connection and never says a word.
  case silence
  /// Takes the connection and ends it at once.
  case cut(Cut)
  /// Does not listen, so that the system refuses.
  case refuse
}

/// The bytes of one way, from where they were read to where they are written, with the fault that
/// they meet; it has no socket and no clock.
struct Flow {
  /// The fault from now on.
  var fault = Fault.pass {
    didSet {
      if fault == .pass { release() }
      quota =
        switch fault {
        case .cut(let count, _), .flip(let count): count
        default: nil
        }
    }
  }
  /// To be written as soon as the other socket takes it.
  private(set) var ready: [UInt8] = []
  /// To be written later: the time in ms, and the bytes.
  private var later: [(due: Int64, bytes: [UInt8])] = []
  private var latest: Int64 = 0
  /// How many more bytes pass before the fault happens.
  private var quota: Int?
  private var records = RecordWatch()

  /// Bytes that wait here: beyond this many, no more are read.
  private static let limit = 1 << 18

  var wantsMore: Bool { fault != .hold && ready.count + later.count < Self.limit }
  /// Nothing waits to be written any more.
  var isEmpty: Bool { ready.isEmpty && later.isEmpty }
  /// When more becomes ready, in ms.
  var due: Int64? { later.first?.due }

  /// Takes in what was read.
  ///
  /// - Returns: how the connection has to end once ``ready`` is written; nil while it goes on.
  mutating func take(_ bytes: [UInt8], at now: Int64) -> Cut? {
    switch fault {
    case .pass, .hold: pass(bytes[...])
    case .cut(_, let cut):
      let count = min(quota ?? 0, bytes.count)
      pass(bytes[..<count])
      quota = (quota ?? 0) - count
      return quota == 0 ? cut : nil
    case .cutInRecord(let cut):
      guard let place = records.middle(in: bytes) else {
        pass(bytes[...])
        return nil
      }
      pass(bytes[..<place])
      return cut
    case .delay(let milliseconds): wait(bytes, until: now + milliseconds)
    case .slow(let pause):
      for byte in bytes { wait([byte], until: max(now, latest) + pause) }
    case .garbage(let garbage):
      guard let place = records.boundary(in: bytes) else {
        pass(bytes[...])
        return nil
      }
      pass(bytes[..<place])
      ready += garbage
      fault = .pass
      pass(bytes[place...])
    case .flip:
      guard let place = quota, place < bytes.count else {
        quota = quota.map { $0 - bytes.count }
        pass(bytes[...])
        return nil
      }
      var bytes = bytes
      bytes[place] ^= 0x10
      fault = .pass
      pass(bytes[...])
    }
    return nil
  }

  /// What the fault does before anything more is read.
  ///
  /// - Returns: how the connection has to end now; nil if it does not.
  mutating func begin() -> Cut? {
    switch fault {
    case .cut(0, let cut): return cut
    case .garbage(let garbage) where records.isAtBoundary:
      ready += garbage
      fault = .pass
      return nil
    default: return nil
    }
  }

  /// What is due becomes ready.
  mutating func passTime(to now: Int64) {
    let count = later.prefix { $0.due <= now }.count
    for (_, bytes) in later.prefix(count) { ready += bytes }
    later.removeFirst(count)
  }

  /// So many bytes of ``ready`` were written.
  mutating func written(_ count: Int) { ready.removeFirst(count) }

  private mutating func pass(_ bytes: ArraySlice<UInt8>) {
    records.follow(bytes)
    ready += bytes
  }

  private mutating func wait(_ bytes: [UInt8], until due: Int64) {
    records.follow(bytes[...])
    latest = due
    later.append((due, bytes))
  }

  private mutating func release() {
    for (_, bytes) in later { ready += bytes }
    later = []
    latest = 0
  }
}

/// Where TLS records begin in a stream: a kind, two bytes of version, two of length (RFC 8446, 5.1).
struct RecordWatch {
  private var header: [UInt8] = []
  /// Bytes of the record that are still to come.
  private var left = 0

  var isAtBoundary: Bool { left == 0 && header.isEmpty }

  mutating func follow(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes { follow(byte) }
  }

  /// The first place among coming bytes at which a record begins; nil for none.
  func boundary(in bytes: [UInt8]) -> Int? {
    var watch = self
    for (place, byte) in bytes.enumerated() {
      if watch.isAtBoundary { return place }
      watch.follow(byte)
    }
    return nil
  }

  /// A place among coming bytes that lies in the middle of a record; nil for none.
  func middle(in bytes: [UInt8]) -> Int? {
    var watch = self
    for (place, byte) in bytes.enumerated() {
      if watch.header.isEmpty, watch.left > 1 { return place }
      watch.follow(byte)
    }
    return nil
  }

  private mutating func follow(_ byte: UInt8) {
    guard left == 0 else { return left -= 1 }
    header.append(byte)
    guard header.count == 5 else { return }
    left = Int(header[3]) << 8 | Int(header[4])
    header = []
  }
}
