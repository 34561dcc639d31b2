import Canvas
import JSON

extension Model {
  // MARK: Opening

  mutating func openHelp() {
    overlay = .help(TextReader(helpLines(keys, columns: size.columns)))
  }

  /// Opens the selected message of the log.
  mutating func readMessage() {
    guard let entry = log.selected else { return }
    open(entry, in: .pretty)
  }

  private mutating func open(_ entry: LogEntry, in tab: MessageReader.Tab) {
    overlay = .message(MessageReader(entry, tab: tab, lines: lines(of: entry, in: tab)))
  }

  /// Shows the message in another tab.
  mutating func showTab(_ tab: MessageReader.Tab) {
    guard let message = openMessage, message.tab != tab else { return }
    open(message.entry, in: tab)
  }

  mutating func turnTab(by steps: Int) {
    guard let message = openMessage else { return }
    let tabs = MessageReader.Tab.allCases
    let place = tabs.firstIndex(of: message.tab) ?? 0
    showTab(tabs[(place + steps + tabs.count) % tabs.count])
  }

  /// Opens the message that is shown above or below in the log.
  mutating func turnMessage(by rows: Int) {
    guard let message = openMessage else { return }
    log.select(number: message.entry.number)
    log.move(by: rows)
    guard let entry = log.selected, entry.number != message.entry.number else {
      reply = Reply(
        passing: rows > 0 ? "This is the oldest message shown" : "This is the newest message shown")
      return
    }
    open(entry, in: message.tab)
  }

  /// Lays the help out for the screen as it is now.
  mutating func layHelpOut() {
    guard case .help(var reader)? = overlay else { return }
    reader.replace(with: helpLines(keys, columns: size.columns))
    overlay = .help(reader)
  }

  // MARK: Moving and searching

  mutating func read(_ move: TextReader.Move) {
    let size = ReaderLayout(self, in: size).textSize
    reader?.move(move, in: size)
  }

  mutating func openSearch() {
    entry = Entry(.search, text: reader?.search.text ?? "", killed: killed)
  }

  mutating func find(_ text: String) {
    let size = ReaderLayout(self, in: size).textSize
    reader?.find(text, in: size)
  }

  mutating func findNext(backwards: Bool) {
    let size = ReaderLayout(self, in: size).textSize
    reader?.findNext(backwards: backwards, in: size)
  }

  // MARK: The filter of the log

  mutating func openFilter(at now: Int64) {
    guard Layout(self, in: size, at: now).kind == .full else {
      reply = Reply(passing: "There is no room for the log on this screen")
      return
    }
    reply = nil
    focus = .log
    let text = log.filter.text
    entry = Entry(.logFilter(before: text), text: text.isEmpty ? "" : text + " ", killed: killed)
  }

  /// Does what the text of an open line does while it is typed.
  mutating func followEntry() {
    guard let entry else { return }
    switch entry.subject {
    case .logFilter: log.narrow(to: LogFilter(entry.line.text))
    case .search: find(entry.line.text)
    case .path, .value, .filter, .savePath, .observationTime, .deletion: break
    }
  }

  /// Takes back what an open line has done, and closes it.
  mutating func abandonEntry() {
    switch entry?.subject {
    case .logFilter(let before): log.narrow(to: LogFilter(before))
    case .search: find("")
    case .filter(let earlier, let selected)?:
      table.narrow(to: earlier)
      table.reselect(selected)
    case .path, .value, .savePath, .observationTime, .deletion, nil: break
    }
    closeEntry()
  }
}
