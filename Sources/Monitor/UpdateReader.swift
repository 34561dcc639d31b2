import Canvas
import JSON

extension Model {
  // MARK: Opening

  mutating func openHelp() {
    overlay = .help(TextReader(helpLines(keys, for: focus, columns: size.columns)))
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

  /// Keeps what is read of the request at that which publishing would send now.
  mutating func settlePreview() {
    guard case .preview(var reader)? = overlay else { return }
    let lines = previewLines(self)
    reader.replace(
      with: lines.isEmpty ? [[Span("Nothing is staged any more.", .textDim)]] : lines)
    overlay = .preview(reader)
  }

  /// Lays the help out for the screen as it is now.
  mutating func layHelpOut() {
    guard case .help(var reader)? = overlay else { return }
    reader.replace(with: helpLines(keys, for: focus, columns: size.columns))
    overlay = .help(reader)
  }

  // MARK: Moving and searching

  mutating func read(_ move: TextReader.Move) {
    let size = ReaderLayout(self, in: size).textSize
    reader?.move(move, in: size)
  }

  mutating func openSearch() {
    reply = nil
    entry = Entry(.search, text: searched?.search.text ?? "", killed: killed)
  }

  /// What a search looks through: what is read, or else the side pane while it has the focus.
  var searched: TextReader? { reader ?? (focus == .side ? detail.reader : nil) }

  /// Whether something is looked for in the side pane, which has the focus.
  var searchesSide: Bool {
    focus == .side && overlay == nil && !detail.reader.search.isEmpty
  }

  mutating func find(_ text: String, at now: Int64) {
    search(at: now) { $0.find(text, in: $1) }
  }

  mutating func findNext(backwards: Bool, at now: Int64) {
    search(at: now) { $0.findNext(backwards: backwards, in: $1) }
  }

  private mutating func search(at now: Int64, _ body: (inout TextReader, Size) -> Void) {
    if var reader {
      body(&reader, ReaderLayout(self, in: size).textSize)
      self.reader = reader
    } else if side != nil {
      let layout = Layout(self, in: size, at: now)
      var reader = sideReader(layout, at: now)
      body(&reader, layout.side.size)
      detail.reader = reader
    }
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
    case .search: find(entry.line.text, at: entry.now)
    case .path, .value, .filter, .savePath, .observationTime, .deletion, .clientID, .thingType,
      .jobDetails:
      break
    }
  }

  /// Takes back what an open line has done, and closes it.
  mutating func abandonEntry() {
    switch entry?.subject {
    case .logFilter(let before): log.narrow(to: LogFilter(before))
    case .search?: find("", at: entry?.now ?? 0)
    case .filter(let earlier, let selected)?:
      table.narrow(to: earlier)
      table.reselect(selected)
    case .path, .value, .savePath, .observationTime, .deletion, .clientID, .thingType, .jobDetails,
      nil:
      break
    }
    closeEntry()
  }
}
