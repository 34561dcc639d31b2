import Canvas
import Shadow

/// Which messages the log shows: kinds by their names, and words that stand in them.
///
/// A name of a kind asks for that kind: of one group any of those that are named, of several groups
/// each. Every other word must stand in the topic, in what the line says or in the payload. A `-` or
/// `!` in front asks for the contrary, and quotation marks make a text of anything.
package struct LogFilter: Sendable {
  /// What a message can be; the raw value is what is typed.
  enum Kind: String, CaseIterable, Sendable {
    case incoming = "in"
    case outgoing = "out"
    case ours
    case get, update, delete
    case accepted, rejected, delta, documents
    case remark

    /// Kinds of a group exclude each other.
    var group: Int {
      switch self {
      case .incoming, .outgoing, .remark: 0
      case .ours: 1
      case .get, .update, .delete: 2
      case .accepted, .rejected, .delta, .documents: 3
      }
    }

    func holds(_ entry: LogEntry) -> Bool {
      switch self {
      case .incoming: entry.direction == .incoming
      case .outgoing: entry.direction == .outgoing
      case .remark: entry.direction == .remark
      case .ours: entry.isOurs
      case .get, .update, .delete:
        entry.topic.utf8.prefix { $0 != UInt8(ascii: "/") }.elementsEqual(rawValue.utf8)
      case .rejected: hasEnd(entry) || entry.ending?.isRejected == true
      case .accepted, .delta, .documents: hasEnd(entry)
      }
    }

    private func hasEnd(_ entry: LogEntry) -> Bool {
      entry.topic.utf8.reversed().starts(with: "/\(rawValue)".utf8.reversed())
    }
  }

  /// As typed.
  package let text: String
  /// Kinds that are asked for, those of a group together.
  private var wanted: [[Kind]] = []
  private var unwanted: [Kind] = []
  private var words: [ByteWord] = []
  private var unwantedWords: [ByteWord] = []
  /// What to mark where it stands.
  private var marks: [LineSearch] = []

  /// - Parameter text: as typed; an empty one holds every message.
  package init(_ text: String = "") {
    self.text = text
    for token in Token.all(in: text) {
      switch (token.kind, token.isContrary) {
      case (let kind?, true): unwanted.append(kind)
      case (let kind?, false):
        if let place = wanted.firstIndex(where: { $0[0].group == kind.group }) {
          wanted[place].append(kind)
        } else {
          wanted.append([kind])
        }
      case (nil, true): unwantedWords.append(ByteWord(token.text))
      case (nil, false):
        words.append(ByteWord(token.text))
        marks.append(LineSearch(token.text))
      }
    }
  }

  /// Whether every message is shown.
  package var isEmpty: Bool {
    wanted.isEmpty && unwanted.isEmpty && words.isEmpty && unwantedWords.isEmpty
  }

  /// Whether a message is shown.
  func holds(_ entry: LogEntry) -> Bool {
    wanted.allSatisfy { $0.contains { $0.holds(entry) } }
      && !unwanted.contains { $0.holds(entry) }
      && words.allSatisfy { stands($0, in: entry) }
      && !unwantedWords.contains { stands($0, in: entry) }
  }

  private func stands(_ word: ByteWord, in entry: LogEntry) -> Bool {
    word.stands(in: entry.topic)
      || entry.payload.map(word.stands) ?? false
      || word.stands(in: entry.words.map(\.text).joined())
      || entry.address.map { word.stands(in: $0.shadow ?? $0.thing) } ?? false
  }

  /// What a line says, with the words that were typed marked.
  func marked(_ line: [Span]) -> [Span] { marks.reduce(line) { $1.highlighted($0) } }

  /// The kinds that the text names.
  var named: Set<Kind> { Set(wanted.joined() + unwanted) }
}

/// One word of a filter.
private struct Token {
  let text: String
  let isContrary: Bool
  /// nil for a text.
  let kind: LogFilter.Kind?

  /// Words between spaces; quotation marks hold one together, and the last may be missing.
  static func all(in text: String) -> [Token] {
    var tokens: [Token] = []
    var rest = Substring(text).drop { $0 == " " }
    while let first = rest.first {
      let isContrary = first == "-" || first == "!"
      if isContrary { rest.removeFirst() }
      let isQuoted = rest.first == "\""
      if isQuoted { rest.removeFirst() }
      let word = rest.prefix { $0 != (isQuoted ? "\"" : " ") }
      rest = rest.dropFirst(word.count + (isQuoted ? 1 : 0)).drop { $0 == " " }
      guard !word.isEmpty else { continue }
      let kind = isQuoted ? nil : LogFilter.Kind(rawValue: String(word))
      tokens.append(Token(text: String(word), isContrary: isContrary, kind: kind))
    }
    return tokens
  }
}
