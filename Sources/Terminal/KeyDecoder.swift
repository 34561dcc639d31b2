import Canvas

/// Turns the bytes that a terminal sends into keys.
///
/// Bytes may arrive in any pieces. A beginning that could become a longer key is held until more
/// bytes come or the caller says that none will.
struct KeyDecoder {
  /// A longer paste is handed out in parts, so that memory stays bounded.
  static let longestPaste = 1 << 20
  private static let longestSequence = 64
  private static let longestGrapheme = 32
  private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)
  private static let escape: UInt8 = 0x1B
  /// What begins the parameters of a report of the mouse, and of an answer.
  private static let (report, answerMark) = (UInt8(ascii: "<"), UInt8(ascii: "?"))

  /// Whether Control-H is the backspace key here.
  private let controlHErases: Bool
  private let sequences: [[UInt8]: Key]
  private let sequenceLengths: [Int]
  private var bytes: [UInt8] = []
  private var start = 0
  private var pasted: [UInt8] = []
  private(set) var isPasting = false
  /// Whether reports of the mouse are handed out; else they are dropped.
  var takesMouse = false {
    didSet { if takesMouse { mayReport = true } }
  }
  /// Whether the terminal was ever asked for the mouse or for a mode: a report may be under way.
  private var mayReport = false
  /// What the terminal answered when it was asked whether it has synchronised output.
  private(set) var answer: Answer?
  /// Bytes of a report that may still come, after it came in pieces too far apart; none is a key.
  private var lateBytes = 0
  /// Whether the key before was an Escape that nothing followed in time.
  private var wasEscape = false

  /// A decoder that knows the sequences of xterm and its kin.
  ///
  /// - Parameters:
  ///   - sequences: what terminfo adds or has otherwise; each begins with ESC.
  ///   - controlHErases: whether Control-H is the backspace key.
  init(sequences: [[UInt8]: Key] = [:], controlHErases: Bool = false) {
    self.sequences = sequences
    sequenceLengths = Set(sequences.keys.map(\.count)).sorted(by: >)
    self.controlHErases = controlHErases
  }

  /// An answer to DECRQM for the mode 2026.
  enum Answer: Hashable {
    case hasMode, hasNotMode
  }

  /// Must be said when the terminal is asked for a mode: the answer is no key.
  mutating func expectAnswer() { mayReport = true }

  /// Whether bytes are held that may be the beginning of a key.
  var isWaiting: Bool { start < bytes.count }

  mutating func feed(_ more: some Collection<UInt8>) {
    if start == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      start = 0
    }
    bytes += more
  }

  /// The next key.
  ///
  /// - Parameter atRest: whether no more bytes are about to come, so that what is held is all.
  /// - Returns: nil when nothing is held, or what is held may be a beginning; at rest what is held
  ///   is always used up.
  mutating func next(atRest: Bool) -> Key? {
    while isWaiting {
      if isPasting {
        if let key = pasteNext(atRest: atRest) { return key }
        if isPasting { return nil }
        continue
      }
      if lateBytes > 0 {
        dropLateBytes()
        continue
      }
      switch decode(bytes[start...], atRest: atRest) {
      case .needsMore: return nil
      case .key(let key, let count):
        start += count
        wasEscape = key == .escape
        return key
      case .ignored(let count):
        start += count
        wasEscape = false
      case .answer(let answer, let count):
        start += count
        self.answer = answer
      case .tornReport(let count):
        start += count
        lateBytes = Self.longestSequence
      case .pasteBegins(let count):
        start += count
        isPasting = true
      }
    }
    return nil
  }

  // MARK: Pastes

  private mutating func pasteNext(atRest: Bool) -> Key? {
    while start < bytes.count {
      let rest = bytes[start...]
      guard rest.first == Self.escape else {
        let room = max(1, Self.longestPaste - pasted.count)
        let run = rest.prefix(room).prefix { $0 != Self.escape }
        pasted += run
        start += run.count
        if pasted.count >= Self.longestPaste { return takePaste() }
        continue
      }
      if rest.starts(with: Self.pasteEnd) {
        start += Self.pasteEnd.count
        isPasting = false
        return takePaste()
      }
      if Self.pasteEnd.starts(with: rest) {
        guard atRest else { return nil }
        if rest.count == 1 {
          // A person who presses Escape: the end of the paste got lost on the way.
          start += 1
          isPasting = false
          return takePaste()
        }
      }
      pasted.append(Self.escape)
      start += 1
    }
    return nil
  }

  private mutating func takePaste() -> Key {
    defer { pasted.removeAll() }
    // Terminals send the Return key's CR for a line end.
    var text = String.UnicodeScalarView()
    var wasReturn = false
    for scalar in String(decoding: pasted, as: UTF8.self).unicodeScalars {
      if scalar == "\r" {
        text.append("\n")
      } else if scalar != "\n" || !wasReturn {
        text.append(scalar)
      }
      wasReturn = scalar == "\r"
    }
    return .paste(String(text))
  }

  /// Passes over the rest of a torn report: up to its last byte, or to what belongs to no report.
  private mutating func dropLateBytes() {
    guard start < bytes.count else { return }
    let byte = bytes[start]
    switch byte {
    case 0x20...0x3F:
      start += 1
      lateBytes -= 1
    case 0x40...0x7E:
      start += 1
      lateBytes = 0
    default: lateBytes = 0
    }
  }

  // MARK: Keys

  private enum Decoded {
    case needsMore
    case key(Key, count: Int)
    case ignored(count: Int)
    case answer(Answer, count: Int)
    /// A report of the terminal's whose end is missing: it may come yet, and is no key.
    case tornReport(count: Int)
    case pasteBegins(count: Int)
  }

  private func decode(_ rest: ArraySlice<UInt8>, atRest: Bool) -> Decoded {
    guard let first = rest.first else { return .needsMore }
    switch first {
    case Self.escape: return decodeEscape(rest, atRest: atRest)
    case ..<0x20, 0x7F:
      return .key(KeyCodes.control(first, controlHErases: controlHErases), count: 1)
    case UInt8(ascii: "[") where wasEscape && isReport(rest.dropFirst().first):
      // The Escape was the first byte of a report, on a line that stalls.
      return decodeControlSequence(rest, introducer: 1, atRest: atRest)
    default: return decodeText(rest, atRest: atRest)
    }
  }

  private func decodeText(_ rest: ArraySlice<UInt8>, atRest: Bool) -> Decoded {
    var scalars = String.UnicodeScalarView()
    var lengths: [Int] = []
    var index = rest.startIndex
    while index < rest.endIndex, lengths.count < Self.longestGrapheme, rest[index] >= 0x20,
      rest[index] != 0x7F
    {
      switch Self.scalar(in: rest[index...], atRest: atRest) {
      case .incomplete:
        if scalars.isEmpty { return .needsMore }
        index = rest.endIndex
      case .complete(let scalar, let length):
        scalars.append(scalar)
        lengths.append(length)
        index += length
      }
    }
    guard let character = String(scalars).first, let scalar = character.unicodeScalars.first else {
      return .ignored(count: 1)
    }
    let count = lengths.prefix(character.unicodeScalars.count).reduce(0, +)
    // C1 controls are no keys of any keyboard.
    return scalar.value < 0xA0 && scalar.value >= 0x7F
      ? .ignored(count: count) : .key(.character(character), count: count)
  }

  private enum DecodedScalar {
    case incomplete
    case complete(Unicode.Scalar, length: Int)
  }

  private static func scalar(in rest: ArraySlice<UInt8>, atRest: Bool) -> DecodedScalar {
    let length =
      switch rest.first ?? 0 {
      case ..<0x80: 1
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 0
      }
    let bytes = rest.prefix(length)
    let continuations = bytes.dropFirst().prefix { $0 & 0xC0 == 0x80 }.count
    if length > 0, bytes.count < length, continuations == bytes.count - 1, !atRest {
      return .incomplete
    }
    var decoder = UTF8()
    var source = bytes.makeIterator()
    if case .scalarValue(let scalar) = decoder.decode(&source) {
      return .complete(scalar, length: length)
    }
    return .complete("\u{FFFD}", length: max(1, min(length, continuations + 1)))
  }

  private func decodeEscape(_ rest: ArraySlice<UInt8>, atRest: Bool) -> Decoded {
    for length in sequenceLengths where length <= rest.count {
      if let key = sequences[Array(rest.prefix(length))] { return .key(key, count: length) }
    }
    if !atRest, rest.count < sequenceLengths.first ?? 0,
      sequences.keys.contains(where: { $0.count > rest.count && $0.starts(with: rest) })
    {
      return .needsMore
    }
    let second = rest.index(after: rest.startIndex)
    guard second < rest.endIndex else { return atRest ? .key(.escape, count: 1) : .needsMore }
    switch rest[second] {
    case UInt8(ascii: "["): return decodeControlSequence(rest, introducer: 2, atRest: atRest)
    case UInt8(ascii: "O"): return decodeKeypad(rest, atRest: atRest)
    case Self.escape:
      guard let third = rest.dropFirst(2).first else {
        return atRest ? .key(.escape, count: 1) : .needsMore
      }
      // Some terminals send Alt with a cursor key so; the Escape in it is none.
      return third == UInt8(ascii: "[") || third == UInt8(ascii: "O")
        ? .ignored(count: 1) : .key(.escape, count: 1)
    case 0x7F, ..<0x20:
      return .key(.alt(Character(Unicode.Scalar(rest[second]))), count: 2)
    default:
      switch decodeText(rest[second...], atRest: atRest) {
      case .key(.character(let character), let count):
        return .key(.alt(character), count: count + 1)
      case .needsMore: return .needsMore
      default: return .ignored(count: 2)
      }
    }
  }

  /// `ESC [`, parameters, a last byte; the introducer is 1 byte when ESC was used up before.
  private func decodeControlSequence(
    _ rest: ArraySlice<UInt8>, introducer: Int, atRest: Bool
  ) -> Decoded {
    let body = rest.dropFirst(introducer)
    if mayReport, body.first == UInt8(ascii: "M") {
      return decodeLegacyReport(rest, atRest: atRest)
    }
    // The Linux console's F1 to F5: ESC [ [ A.
    if body.first == UInt8(ascii: "[") {
      guard let letter = body.dropFirst().first else {
        return atRest ? .ignored(count: 3) : .needsMore
      }
      guard (0x41...0x45).contains(letter) else { return .ignored(count: 3) }
      return .key(.function(Int(letter) - 0x40), count: 4)
    }
    let middle = body.prefix(Self.longestSequence).prefix { (0x20...0x3F).contains($0) }
    guard let last = body.dropFirst(middle.count).first else {
      guard atRest else { return .needsMore }
      if middle.isEmpty { return .key(.alt("["), count: 2) }
      let count = introducer + middle.count
      return isReport(middle.first)
        ? .tornReport(count: count) : .ignored(count: count)
    }
    // Something that belongs to no sequence ends one that was never finished.
    guard (0x40...0x7E).contains(last) else {
      let count = introducer + middle.count
      return isReport(middle.first)
        ? .tornReport(count: count) : .ignored(count: count)
    }
    let count = introducer + middle.count + 1
    if middle.elementsEqual("?2026;1$".utf8) || middle.elementsEqual("?2026;2$".utf8),
      last == UInt8(ascii: "y")
    {
      return .answer(.hasMode, count: count)
    }
    if middle.starts(with: "?2026;".utf8), last == UInt8(ascii: "y") {
      return .answer(.hasNotMode, count: count)
    }
    if middle.first == Self.report { return decodeReport(middle.dropFirst(), last, count: count) }
    let parameters = middle.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      // Left out it is 1; what is no number, or too large for one, is that of no key.
      .map { $0.isEmpty ? 1 : Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
    if last == UInt8(ascii: "~") {
      if parameters.first == 200 { return .pasteBegins(count: count) }
      return KeyCodes.numbered[parameters.first ?? 0].map { .key($0, count: count) }
        ?? .ignored(count: count)
    }
    return KeyCodes.lettered[last].map { .key($0, count: count) } ?? .ignored(count: count)
  }

  /// Whether parameters that begin so belong to no key of a terminal that was asked for reports.
  private func isReport(_ first: UInt8?) -> Bool {
    mayReport && (first == Self.report || first == Self.answerMark)
  }

  /// `ESC [ <`, three numbers, `M` or `m`.
  private func decodeReport(_ numbers: ArraySlice<UInt8>, _ last: UInt8, count: Int) -> Decoded {
    guard takesMouse, last == UInt8(ascii: "M") || last == UInt8(ascii: "m") else {
      return .ignored(count: count)
    }
    let numbers = numbers.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? -1 }
    return MouseReport.event(numbers, isRelease: last == UInt8(ascii: "m"))
      .map { .key(.mouse($0), count: count) } ?? .ignored(count: count)
  }

  /// `ESC [ M` and three bytes of any value.
  private func decodeLegacyReport(_ rest: ArraySlice<UInt8>, atRest: Bool) -> Decoded {
    guard rest.count >= 6 else { return atRest ? .ignored(count: rest.count) : .needsMore }
    guard takesMouse, let event = MouseReport.legacyEvent(rest.dropFirst(3).prefix(3)) else {
      return .ignored(count: 6)
    }
    return .key(.mouse(event), count: 6)
  }

  /// `ESC O`, perhaps a modifier, a letter: the keypad and the cursor keys in application mode.
  private func decodeKeypad(_ rest: ArraySlice<UInt8>, atRest: Bool) -> Decoded {
    let modifier = rest.dropFirst(2).prefix { (0x30...0x39).contains($0) }.prefix(2)
    guard let last = rest.dropFirst(2 + modifier.count).first else {
      return atRest ? .key(.alt("O"), count: 2) : .needsMore
    }
    let count = 3 + modifier.count
    if let key = KeyCodes.lettered[last] { return .key(key, count: count) }
    switch last {
    case UInt8(ascii: "M"): return .key(.enter, count: count)
    case UInt8(ascii: "I"): return .key(.tab, count: count)
    case UInt8(ascii: "X"): return .key(.character("="), count: count)
    case 0x6A...0x79:  // j...y stand for *...9
      return .key(.character(Character(Unicode.Scalar(last - 0x40))), count: count)
    default: return .key(.alt("O"), count: 2)
    }
  }
}
