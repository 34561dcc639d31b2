import Canvas
import JSON
import Shadow

extension Model {
  /// Does what a key asks for.
  mutating func press(_ key: Key, at now: Int64) -> [Effect] {
    if case .mouse(let event) = key { return follow(event, at: now) }
    let command = Command.command(for: key, in: self)
    if reply?.isPassing == true, command != .dismiss { reply = nil }
    if let command { return perform(command, at: now) }
    switch (context, key) {
    case (.line, .character(let character)), (.picker, .character(let character)):
      insert(String(character))
    case (.line, .paste(let text)), (.picker, .paste(let text)):
      insert(text)
    case (.browsing, .paste):
      reply = Reply(passing: "Nothing is being edited: press e or a first, then paste")
    case (_, .mouse): break  // taken above
    case (.browsing, _):
      guard
        let command = keys.commands(for: key).first(where: { $0.contexts.contains(.browsing) }),
        let reply = refusal(of: command) ?? reason(against: command).map({ Reply(passing: $0) })
      else { break }
      self.reply = reply
    case (.question, _): isAnswerUnclear = true
    case (.line, _), (.reader, _), (.picker, _), (.replay, _): break
    }
    return []
  }

  /// Why a command does nothing now, in words.
  func reason(against command: Command) -> String? {
    if let reason = replayReason(against: command) ?? readOnlyReason(against: command) {
      return reason
    }
    return switch command {
    case .open where focus == .log: "There is no message in the log to open"
    case .copy: "There is nothing to copy here"
    case .lookBack: "Only from a message of the log: Tab goes there"
    case .save: "Only a message can be saved: Tab goes to the log, Enter opens one"
    case .edit, .open, .remove:
      focus == .edit ? "Nothing is staged" : "There is no resource to choose: a adds one"
    case .toggle: "Space turns true to false and back, and opens folds"
    case .nextDifference, .previousDifference:
      table.filter == nil ? "Nothing differs" : "The filter finds nothing"
    case .pin: "There is no resource to pin"
    case .nextShadow, .previousShadow, .closeShadow: "One shadow is open: S opens another"
    case .undo: "There is nothing to undo"
    case .redo: "There is nothing to redo"
    case .discard, .editOutside, .preview: "Nothing is staged"
    case .stepUp, .stepDown: "+ and - step a number: there is none here"
    case .lookOn:
      connection.isStandingAside
        ? "Nothing is tried by itself: r connects" : "No other client takes the client id"
    case .deleteShadow: connection.isUp ? "There is no shadow to delete" : "Not connected"
    case .acknowledge: "Nothing differs: every wish is reported"
    case .rebase: draft.isEmpty ? "Nothing is staged" : "What is staged is upon the newest version"
    default: nil
    }
  }

  mutating func perform(_ command: Command, at now: Int64) -> [Effect] {
    if let refusal = refusal(of: command) {
      reply = refusal
      return []
    }
    switch command {
    case .confirm, .alternative, .decline: return answer(command, at: now)
    case .stage: return enter(at: now)
    case .abandon: abandonEntry()
    case .lineStart, .lineEnd, .characterBack, .characterForward, .wordBack, .wordForward,
      .deleteBack, .deleteForward, .killWord, .killToStart, .killToEnd, .yank:
      if let action = command.lineAction { edit(action) }
    case .olderText: recall(older: true)
    case .newerText: recall(older: false)
    case .edit: editSelected()
    case .add: openPathEntry()
    case .remove: removeSelected()
    case .target: switchTarget()
    case .complete, .completeBack: complete(backwards: command == .completeBack)
    case .switchType: entry?.switchReading()
    case .rebase: rebase()
    case .editOutside: return editSelectedOutside()
    case .editSection: return editOutside(target, JSONPath())
    case .stepUp, .stepDown: stepSelected(up: command == .stepUp)
    case .acknowledge: acknowledge()
    case .lockVersion: switchLock()
    case .observationTime: openObservationTime()
    case .deleteShadow: openDeletion()
    case .preview: overlay = .preview(TextReader(previewLines(self), isFolding: true))
    case .publish: return publish(at: now)
    case .undo: changeDraft { $0.undo() }
    case .redo: changeDraft { $0.redo() }
    case .discard: discard()
    case .up where reader != nil: read(.up)
    case .down where reader != nil: read(.down)
    case .pageUp where reader != nil: read(.pageUp)
    case .pageDown where reader != nil: read(.pageDown)
    case .first where reader != nil: read(.toTop)
    case .last where reader != nil: read(.toBottom)
    case .up: move(by: -1, at: now)
    case .down: move(by: 1, at: now)
    case .pageUp: move(by: -page(at: now), at: now)
    case .pageDown: move(by: page(at: now), at: now)
    case .first: move(by: -.max, at: now)
    case .last:
      if travel == nil || context != .browsing { move(by: .max, at: now) } else { returnToLive() }
    case .earlier: travel(by: -1)
    case .later: travel(by: 1)
    case .lookBack: lookBack()
    case .open: openSelected()
    case .toggle: toggleSelected()
    case .collapse: collapse()
    case .expand: if let node = table.selection { table.setFolded(false, node.path) }
    case .nextDifference where searchesSide: findNext(backwards: false, at: now)
    case .previousDifference where searchesSide: findNext(backwards: true, at: now)
    case .nextDifference: table.selectNext(forward: true)
    case .previousDifference: table.selectNext(forward: false)
    case .filter where focus == .side: openSearch()
    case .filter: if focus == .log { openFilter(at: now) } else { openFilter() }
    case .onlyDifferences: table.showOnlyDifferences(!table.showsOnlyDifferences)
    case .sort: sortNext()
    case .pin: pinSelected()
    case .collapseAll: table.setAllFolded(true)
    case .expandAll: table.setAllFolded(false)
    case .nextPane: turnFocus(by: 1, at: now)
    case .previousPane: turnFocus(by: -1, at: now)
    case .record: return switchRecording()
    case .replayPause, .replayBack, .replayForward, .replayNext, .replaySlower, .replayFaster,
      .replayStart, .replayEnd:
      return command.replayAction.map { [.replay($0)] } ?? []
    case .get: return getAgain()
    case .checks: return checkConnection()
    case .jobs: return openJobs(at: now)
    case .anotherClient: openClientID()
    case .lookOn: lookOn()
    case .dismiss: dismiss(at: now)
    case .detail: toggleSide(.detail, at: now)
    case .wishes: toggleSide(.wishes, at: now)
    case .micPanel: toggleSide(.mic, at: now)
    case .enlarge: resizePane(by: 1, at: now)
    case .shrink: resizePane(by: -1, at: now)
    case .help: openHelp()
    case .closeReader, .closePicker: overlay = nil
    case .filterLog: openFilter(at: now)
    case .nextTab: turnTab(by: 1)
    case .previousTab: turnTab(by: -1)
    case .showRaw: showTab(.raw)
    case .showPretty: showTab(.pretty)
    case .showDiff: showTab(.diff)
    case .olderMessage: turnMessage(by: 1)
    case .newerMessage: turnMessage(by: -1)
    case .search: openSearch()
    case .nextFound: findNext(backwards: false, at: now)
    case .previousFound: findNext(backwards: true, at: now)
    case .copy: return copy()
    case .save: openSaveLine()
    case .shadows: openShadowList()
    case .nextShadow: current = (current + 1) % shadows.count
    case .previousShadow: current = (current + shadows.count - 1) % shadows.count
    case .closeShadow: return closeShadow()
    case .things: return openThingList()
    case .mouse: return switchMouse()
    case .palette: openPalette()
    case .choose: return choose(at: now)
    case .pickUp: picker?.move(by: -1)
    case .pickDown: picker?.move(by: 1)
    case .pickPageUp: movePicker(byPages: -1)
    case .pickPageDown: movePicker(byPages: 1)
    case .quit: return quit()
    case .interrupt: return interrupt()
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    }
    return []
  }

  /// Puts a text into the line that takes the keys.
  private mutating func insert(_ text: String) {
    guard picker != nil else {
      entry?.insert(text)
      followEntry()
      return
    }
    picker?.insert(text)
    refreshShadowList()
  }

  private mutating func movePicker(byPages pages: Int) {
    let height = max(1, pickerHeight(in: size))
    picker?.move(by: pages * height)
  }

  private mutating func edit(_ action: LineEditor.Action) {
    guard picker != nil else {
      entry?.perform(action)
      followEntry()
      return
    }
    picker?.perform(action)
    refreshShadowList()
  }

  private mutating func recall(older: Bool) {
    let history: [String]
    switch entry?.subject {
    case .path?: history = pathHistory
    case .value?: history = valueHistory
    case .filter?: history = filterHistory
    case .logFilter?, .search?: history = searchHistory
    case .clientID?: history = clientIDHistory
    case .savePath?, .observationTime?, .deletion?, .thingType?, .jobDetails?, nil: history = []
    }
    entry?.recall(from: history, older: older)
    followEntry()
  }

  // MARK: Moving

  private func page(at now: Int64) -> Int {
    let layout = Layout(self, in: size, at: now)
    switch focus {
    case .resources: return max(1, layout.table.count - 1)
    case .side: return max(1, layout.side.rows.count - 1)
    case .log: return max(1, layout.log.count - 1)
    case .edit: return max(1, layout.edit.count - 1)
    }
  }

  mutating func move(by rows: Int, at now: Int64) {
    switch focus {
    case .resources:
      let (moved, overflow) = table.selected.addingReportingOverflow(rows)
      table.select(row: overflow ? (rows > 0 ? .max : 0) : moved)
    case .side: scrollSide(by: rows, at: now)
    case .log:
      log.move(by: rows)
    case .edit:
      let places = listedEdits.places
      guard let here = places.firstIndex(of: selectedEdit) else { return }
      let (moved, overflow) = here.addingReportingOverflow(rows)
      let last = places.count - 1
      selectedEdit = places[min(last, max(0, overflow ? (rows > 0 ? last : 0) : moved))]
    }
  }

  private mutating func turnFocus(by steps: Int, at now: Int64) {
    let panes = panes(Layout(self, in: size, at: now))
    let place = panes.firstIndex(of: focus) ?? 0
    focus = panes[(place + steps + panes.count) % panes.count]
  }

  private mutating func openSelected() {
    if focus == .log { return readMessage() }
    guard focus == .resources, let node = table.selection, node.isBranch else {
      return editSelected()
    }
    table.setFolded(!table.isFolded(node), node.path)
  }

  /// Closes the fold, or goes to the one around.
  private mutating func collapse() {
    guard let node = table.selection else { return }
    if node.isBranch, !table.isFolded(node) {
      table.setFolded(true, node.path)
    } else if node.depth > 0, let parent = node.path.parent {
      table.select(parent)
    }
  }

  // MARK: The program

  /// Puts away what Esc puts away: the answer, what is looked for in the side pane, that pane if it
  /// has the focus, what was told, the filter of the log.
  private mutating func dismiss(at now: Int64) {
    if reply != nil {
      reply = nil
    } else if travel != nil {
      returnToLive()
    } else if searchesSide {
      find("", at: now)
    } else if focus == .side {
      closeSide()
    } else if !notices.isEmpty {
      notices.removeAll()
    } else if focus == .log, !log.filter.isEmpty {
      log.narrow(to: LogFilter())
    } else {
      table.narrow(to: "")
    }
  }

  private mutating func getAgain() -> [Effect] {
    guard connection.isUp else { return [.retryNow] }
    let effects = askForDocument()
    guard !connection.leftOutFilters.isEmpty else { return effects }
    reply = Reply(passing: "Asking again for what was left out")
    return effects + [.retryNow]
  }

  private mutating func quit() -> [Effect] {
    guard stagedCount + stagedElsewhere > 0 || isAwaitingAnswer || entry != nil else {
      return [.quit]
    }
    ask(.quit)
    return []
  }

  mutating func ask(_ question: Question) {
    self.question = question
    isAnswerUnclear = false
  }

  /// ^C asks as `q` does, and does not ask twice.
  private mutating func interrupt() -> [Effect] { question == .quit ? [.quit] : quit() }

  private mutating func answer(_ answer: Command, at now: Int64) -> [Effect] {
    guard let question else { return [] }
    self.question = nil
    guard answer != .decline else { return [] }
    switch question {
    case .quit: return [.quit]
    case .acknowledge:
      stageAcknowledgement(isClearing: answer == .alternative)
      return []
    case .publishOverConflicts(let seen, _): return publish(over: seen, at: now)
    case .stageAgain: return decide(isStagingAgain: answer == .confirm)
    case .closeShadow: return closeCurrentShadow()
    case .replaceFile(let path, let bytes):
      return [.save(bytes, path: path, isReplacing: true)]
    case .changeJob(let change): return send(change, at: now)
    }
  }
}
