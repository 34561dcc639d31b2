/// One line of text under readline's keys; the cursor moves by what a reader takes for a character.
package struct LineEditor: Sendable {
  package private(set) var characters: [Character]
  /// The character that the cursor stands on, `characters.count` at the end.
  package private(set) var cursor: Int
  /// What the last kills took, for yanking.
  private(set) var killed: String
  private var killedJustNow = false

  package init(_ text: String = "", killed: String = "") {
    characters = Array(text)
    cursor = characters.count
    self.killed = killed
  }

  package var text: String { String(characters) }

  /// One thing that can be done to the line.
  package enum Action: Sendable {
    case toStart, toEnd, back, forward, wordBack, wordForward
    case deleteBack, deleteForward, killWordBack, killToStart, killToEnd, yank
  }

  package mutating func perform(_ action: Action) {
    var kills = false
    switch action {
    case .toStart: cursor = 0
    case .toEnd: cursor = characters.count
    case .back: cursor = max(0, cursor - 1)
    case .forward: cursor = min(characters.count, cursor + 1)
    case .wordBack: cursor = wordStart(isWordCharacter)
    case .wordForward: cursor = wordEnd
    case .deleteBack: remove(max(0, cursor - 1)..<cursor)
    case .deleteForward: remove(cursor..<min(characters.count, cursor + 1))
    case .killWordBack:
      kills = true
      kill(wordStart { !$0.isWhitespace }..<cursor, backwards: true)
    case .killToStart:
      kills = true
      kill(0..<cursor, backwards: true)
    case .killToEnd:
      kills = true
      kill(cursor..<characters.count, backwards: false)
    case .yank: insert(killed)
    }
    killedJustNow = kills
  }

  /// Puts a text, newlines and all, where the cursor is.
  package mutating func insert(_ text: String) {
    killedJustNow = false
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    let meetsPlain = cursor == characters.count || characters[cursor].isASCII
    guard !isPlain || !meetsPlain else {
      characters.insert(contentsOf: text, at: cursor)
      cursor += text.utf8.count
      return
    }
    // A mark joins the character before it: cut the line into characters anew.
    let left = String(characters[..<cursor]) + text
    let right = String(characters[cursor...])
    characters = Array(left + right)
    var scalars = left.unicodeScalars.count
    cursor = 0
    while scalars > 0 {
      scalars -= characters[cursor].unicodeScalars.count
      cursor += 1
    }
  }

  /// Replaces the whole, the cursor at the end.
  mutating func replace(with text: String) {
    characters = Array(text)
    cursor = characters.count
    killedJustNow = false
  }

  private mutating func remove(_ range: Range<Int>) {
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  private mutating func kill(_ range: Range<Int>, backwards: Bool) {
    let taken = String(characters[range])
    switch (killedJustNow, backwards) {
    case (false, _): killed = taken
    case (true, true): killed = taken + killed
    case (true, false): killed += taken
    }
    remove(range)
  }

  private func wordStart(_ isInWord: (Character) -> Bool) -> Int {
    var place = cursor
    while place > 0, !isInWord(characters[place - 1]) { place -= 1 }
    while place > 0, isInWord(characters[place - 1]) { place -= 1 }
    return place
  }

  private var wordEnd: Int {
    var place = cursor
    while place < characters.count, !isWordCharacter(characters[place]) { place += 1 }
    while place < characters.count, isWordCharacter(characters[place]) { place += 1 }
    return place
  }
}

private func isWordCharacter(_ character: Character) -> Bool {
  character.isLetter || character.isNumber || character == "_"
}
