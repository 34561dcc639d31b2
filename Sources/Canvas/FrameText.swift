extension Frame {
  /// The frame as readable text, for golden files and failure messages.
  ///
  /// First the rows as a person sees them, then the same rows with a letter for each role (a space
  /// for `.text`), then what the letters mean, where the selection lies and where the cursor
  /// stands; trailing spaces are left out, places count from 0:
  ///
  /// ```text
  /// 2 rows, 12 columns
  /// temp  21.5 ≠
  /// hum   61
  /// ---
  /// pppp  nnnn d
  /// ppp   nn
  /// ---
  /// d differs
  /// n type.number
  /// p path
  /// selected: row 1, columns 0...11
  /// cursor: row 1, column 8
  /// ```
  package var golden: String {
    var lines = ["\(size.rows) rows, \(size.columns) columns"]
    lines += (0..<size.rows).map { row in
      trimmed((0..<size.columns).map { self[row, $0].text }.joined())
    }
    lines.append("---")
    var letters: [Character: Role] = [:]
    for row in 0..<size.rows {
      let roles = (0..<size.columns).map { self[row, $0].role }
      for role in roles where role != .text { letters[role.letter] = role }
      lines.append(trimmed(String(roles.map(\.letter))))
    }
    lines.append("---")
    lines += letters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.rawValue)" }
    for row in 0..<size.rows { lines += selections(in: row) }
    if let cursor { lines.append("cursor: row \(cursor.row), column \(cursor.column)") }
    return lines.joined(separator: "\n") + "\n"
  }

  private func selections(in row: Int) -> [String] {
    var lines: [String] = []
    var start: Int?
    for column in 0...size.columns {
      // Outside the frame the cell is blank, so that the last stretch ends.
      if self[row, column].selected {
        start = start ?? column
      } else if let first = start {
        lines.append("selected: row \(row), columns \(first)...\(column - 1)")
        start = nil
      }
    }
    return lines
  }

  private func trimmed(_ line: String) -> String {
    guard let last = line.lastIndex(where: { $0 != " " }) else { return "" }
    return String(line[...last])
  }
}

extension Role {
  /// The role's letter in golden files; it stays the same when roles are added.
  package var letter: Character {
    switch self {
    case .text: " "
    case .textDim: "m"
    case .textEscaped: "X"
    case .paneBorder: "."
    case .paneTitle: "t"
    case .paneTitleFocused: "T"
    case .selection: "s"
    case .keyHint: "k"
    case .path: "p"
    case .typeNumber: "n"
    case .typeText: "x"
    case .typeBoolean: "b"
    case .typeNull: "u"
    case .typeObject: "o"
    case .valueChanged: "C"
    case .valueFading: "c"
    case .differs: "d"
    case .added: "a"
    case .removed: "r"
    case .stale: "z"
    case .editLine: "e"
    case .editStaged: "g"
    case .editError: "E"
    case .question: "Q"
    case .match: "M"
    case .logIn: "i"
    case .logOut: "O"
    case .logRejected: "R"
    case .stateConnected: "1"
    case .stateConnecting: "2"
    case .stateOffline: "3"
    case .stateFight: "4"
    case .plotLine: "l"
    case .plotAxis: "L"
    case .meterOk: "7"
    case .meterWarn: "8"
    case .meterFull: "9"
    case .pinned: "P"
    case .badge: "B"
    case .tabActive: "A"
    }
  }
}
