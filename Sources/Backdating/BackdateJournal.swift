import JSON
package import Monitor

/// How far the messages of a file were sent, kept from run to run so that none is sent twice.
///
/// The first line of its ``KeptFile``, of kind `backdate`, has:
///
///     "file":DIGEST,"messages":DIGEST   of the bytes that were read, and of what was made of them
///     "count":N,"next":N                how many there are; those from next on were never begun
///     "open":[N,…]                      begun, and never acknowledged: MIC may have them
///     "unsent":[N,…]                    begun, and certainly not gone
///
/// It is written before messages leave, so that a run that ends at any moment leaves it true.
package struct BackdateJournal: Hashable, Sendable {
  static let kind = "backdate"

  /// Of the bytes that were read.
  package let file: String
  /// Of the messages that were made of them, which options change.
  package let messages: String
  package let count: Int
  private var next = 0
  private var open: Set<Int> = []
  private var unsent: Set<Int> = []

  /// Nothing was sent yet.
  ///
  /// - Parameters:
  ///   - file: a digest of the bytes that were read.
  ///   - messages: a digest of the messages that were made of them.
  ///   - count: how many they are.
  package init(file: String, messages: String, count: Int) {
    (self.file, self.messages, self.count) = (file, messages, count)
  }

  /// Messages, from 0, that may be sent without a fear of doubles; in their order.
  package var remaining: [Int] { unsent.sorted() + Array(next..<count) }

  /// Messages, from 0, that may or may not be stored; in their order.
  package var uncertain: [Int] { open.sorted() }

  /// Messages that the broker has for certain.
  package var acknowledged: Int { next - open.count - unsent.count }

  /// A message is about to leave.
  package mutating func begin(_ message: Int) {
    next = max(next, message + 1)
    unsent.remove(message)
    open.insert(message)
  }

  /// The broker has it.
  package mutating func acknowledge(_ message: Int) { open.remove(message) }

  /// It did not leave.
  package mutating func withdraw(_ message: Int) {
    guard open.remove(message) != nil else { return }
    unsent.insert(message)
  }

  // MARK: As it is kept

  /// The whole file.
  package var bytes: [UInt8] {
    func list(_ numbers: Set<Int>) -> JSONValue {
      .array(numbers.sorted().map { .number(JSONNumber($0)) })
    }
    return KeptFile.bytes(of: [
      "format": .number(JSONNumber(KeptFile.format)), "kind": .string(Self.kind),
      "file": .string(file), "messages": .string(messages), "count": .number(JSONNumber(count)),
      "next": .number(JSONNumber(next)), "open": list(open), "unsent": list(unsent),
    ])
  }

  /// Reads a whole file.
  ///
  /// - Throws: `KeptFault`.
  package init(_ bytes: [UInt8]) throws(KeptFault) {
    let members = try KeptFile.read(bytes, kind: Self.kind)
    let limit = try Self.number("count", in: members, upTo: Int.max)
    self.init(
      file: try members.text("file"), messages: try members.text("messages"), count: limit)
    next = try Self.number("next", in: members, upTo: limit)
    open = try Self.numbers("open", in: members, below: next)
    unsent = try Self.numbers("unsent", in: members, below: next)
    guard open.isDisjoint(with: unsent) else {
      throw .damaged(reason: "a message is in it twice")
    }
  }

  private static func number(
    _ key: String, in members: JSONObject, upTo limit: Int
  ) throws(KeptFault) -> Int {
    guard let number = Int(exactly: try members.whole(key)), (0...limit).contains(number) else {
      throw .damaged(reason: "'\(key)' is out of its range")
    }
    return number
  }

  private static func numbers(
    _ key: String, in members: JSONObject, below limit: Int
  ) throws(KeptFault) -> Set<Int> {
    var numbers: Set<Int> = []
    for element in try members.list(key) {
      guard let number = element.integer.flatMap(Int.init(exactly:)), (0..<limit).contains(number)
      else { throw .damaged(reason: "'\(key)' is out of its range") }
      numbers.insert(number)
    }
    return numbers
  }
}
