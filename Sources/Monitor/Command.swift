package import Canvas

/// Everything that a person can ask for by a key.
///
/// This one table makes the dispatch, the hint line, the help and the palette: a hint can never
/// name a key that does nothing. Commands stand in the order of the hint line.
package enum Command: String, CaseIterable, Hashable, Sendable {
  // Answering a question.
  case confirm, alternative, decline
  // The edit line.
  case stage, abandon, switchType, complete, completeBack
  case lineStart, lineEnd, characterBack, characterForward, wordBack, wordForward
  case deleteBack, deleteForward, killWord, killToStart, killToEnd, yank
  case olderText, newerText
  // A replay, whose keys come before what they mean elsewhere.
  case replayPause, replayBack, replayForward, replayNext, replaySlower, replayFaster
  case replayStart, replayEnd
  // Changing the shadow.
  case edit, add, remove, target, publish, rebase, undo, redo, discard
  case editOutside, editSection, stepUp, stepDown, acknowledge, lockVersion
  case observationTime, deleteShadow, preview
  // The table.
  case filter, onlyDifferences, sort, pin, collapseAll, expandAll
  // Moving.
  case up, down, pageUp, pageDown, first, last
  case open, toggle, collapse, expand, nextDifference, previousDifference
  case nextPane, previousPane
  // The side pane.
  case detail, wishes, earlier, later, enlarge, shrink
  // The log, and what is read.
  case filterLog, nextTab, previousTab, showRaw, showPretty, showDiff
  case olderMessage, newerMessage, lookBack, search, nextFound, previousFound, copy, save
  // The program.
  case shadows, nextShadow, previousShadow, closeShadow, things
  case record, get, micPanel, anotherClient, lookOn, checks, jobs, dismiss, mouse, palette, help
  case quit, closeReader, interrupt, redraw, suspend
  // Choosing from a list.
  case choose, closePicker, pickUp, pickDown, pickPageUp, pickPageDown

  /// Where the keys go.
  package enum Context: CaseIterable, Hashable, Sendable {
    case browsing, line, question, reader, picker
    /// Browsing in a replay, on top of what browsing is elsewhere.
    case replay
  }

  /// The parts of the help; the raw value is the heading.
  package enum Group: String, CaseIterable, Sendable {
    case move = "Move"
    case table = "The table"
    case change = "Change the shadow"
    case line = "The edit line"
    case read = "The log, a message, this help"
    case list = "A list to choose from"
    case program = "The program"
    case replay = "A replay"
  }

  /// The keys that ask for it unless the person chose others, the one that hints name first.
  package var standardKeys: [Key] { entry.keys }

  /// What the help says, in 24 columns at most.
  package var help: String { entry.help }

  /// The part of the help that explains it.
  package var group: Group { entry.group }

  /// Where its keys mean this command.
  package var contexts: Set<Context> { entry.contexts }

  /// A row of the table.
  private struct Entry {
    let keys: [Key]
    let help: String
    let group: Group
    let contexts: Set<Context>

    init(_ keys: [Key], _ help: String, _ group: Group, _ contexts: Set<Context>? = nil) {
      self.keys = keys
      self.help = help
      self.group = group
      self.contexts =
        contexts
        ?? (group == .line
          ? [.line]
          : group == .list
            ? [.picker]
            : group == .read ? [.reader] : group == .replay ? [.replay] : [.browsing])
    }
  }

  private var entry: Entry {
    switch self {
    case .confirm: Entry(["y"], "yes, do it", .program, [.question])
    case .alternative: Entry(["c"], "yes, and clear desired", .program, [.question])
    case .decline: Entry(["n", .escape], "no, leave it", .program, [.question])
    case .stage: Entry([.enter], "stage what is typed", .line)
    case .abandon: Entry([.escape], "abandon the line", .line)
    case .lineStart: Entry([.control("a"), .home], "to the start", .line, [.line, .picker])
    case .lineEnd: Entry([.control("e"), .end], "to the end", .line, [.line, .picker])
    case .characterBack:
      Entry([.control("b"), .left], "one character back", .line, [.line, .picker])
    case .characterForward:
      Entry([.control("f"), .right], "one character on", .line, [.line, .picker])
    case .wordBack: Entry([.alt("b")], "one word back", .line, [.line, .picker])
    case .wordForward: Entry([.alt("f")], "one word on", .line, [.line, .picker])
    case .deleteBack:
      Entry([.backspace, .control("h")], "delete backwards", .line, [.line, .picker])
    case .deleteForward:
      Entry([.control("d"), .delete], "delete forwards", .line, [.line, .picker])
    case .killWord: Entry([.control("w")], "cut the word before", .line, [.line, .picker])
    case .killToStart: Entry([.control("u")], "cut to the start", .line, [.line, .picker])
    case .killToEnd: Entry([.control("k")], "cut to the end", .line, [.line, .picker])
    case .yank: Entry([.control("y")], "put back what was cut", .line, [.line, .picker])
    case .olderText: Entry([.up, .control("p")], "an earlier text", .line)
    case .newerText: Entry([.down, .control("n")], "a later text", .line)
    case .complete: Entry([.tab], "complete; the next one", .line)
    case .completeBack: Entry([.backTab], "the completion before", .line)
    case .switchType: Entry([.control("t")], "another type: text, null", .line)
    case .replayPause: Entry([.character(" ")], "pause, go on", .replay)
    case .replayBack: Entry([","], "10 seconds back", .replay)
    case .replayForward: Entry(["."], "10 seconds on", .replay)
    case .replayNext: Entry([";"], "the next message, pause", .replay)
    case .replaySlower: Entry(["-"], "slower", .replay)
    case .replayFaster: Entry(["+", "="], "faster", .replay)
    case .replayStart: Entry(["{"], "to its start", .replay)
    case .replayEnd: Entry(["}"], "to its end", .replay)
    case .edit: Entry(["e"], "edit the selected value", .change)
    case .add: Entry(["a"], "add a resource", .change)
    case .remove: Entry(["d"], "stage the removal (null)", .change)
    case .target: Entry(["t"], "switch where edits go", .change)
    case .publish: Entry(["P"], "publish what is staged", .change)
    case .rebase: Entry(["R"], "rebase on what is there", .change)
    case .editOutside: Entry(["E"], "edit it in $EDITOR", .change)
    case .editSection: Entry([], "edit it all in $EDITOR", .change)
    case .stepUp: Entry(["+", "="], "a number up by one step", .change)
    case .stepDown: Entry(["-"], "a number down by a step", .change)
    case .acknowledge: Entry(["A"], "report what is desired", .change)
    case .lockVersion: Entry(["V"], "lock to the version", .change)
    case .observationTime: Entry(["o"], "when it was observed", .change)
    case .preview: Entry(["b"], "the bytes that P sends", .change)
    case .deleteShadow: Entry(["D"], "delete the whole shadow", .change)
    case .undo: Entry(["u"], "undo the last staging", .change)
    case .redo: Entry(["U"], "redo", .change)
    case .discard: Entry(["x"], "discard what is staged", .change)
    case .filter: Entry(["/"], "filter rows, search text", .table)
    case .onlyDifferences: Entry(["f"], "only differences, or all", .table)
    case .sort: Entry(["s"], "sort: name, age, change", .table)
    case .pin: Entry(["p"], "pin to the top, or unpin", .table)
    case .collapseAll: Entry(["z"], "close all folds", .table)
    case .expandAll: Entry(["Z"], "open all folds", .table)
    case .up: Entry(["k", .up], "up", .move, [.browsing, .reader])
    case .down: Entry(["j", .down], "down", .move, [.browsing, .reader])
    case .pageUp: Entry([.pageUp, .control("b")], "a page up", .move, [.browsing, .reader])
    case .pageDown: Entry([.pageDown, .control("f")], "a page down", .move, [.browsing, .reader])
    case .first: Entry(["g", .home], "to the first", .move, [.browsing, .reader])
    case .last: Entry(["G", .end], "to the last", .move, [.browsing, .reader])
    case .open: Entry([.enter], "edit; open, close a fold", .move)
    case .toggle: Entry([.character(" ")], "toggle true/false, fold", .move)
    case .collapse: Entry(["h", .left], "close the fold", .move)
    case .expand: Entry(["l", .right], "open the fold", .move)
    case .nextDifference: Entry(["n"], "next difference, match", .move)
    case .previousDifference: Entry(["N"], "the one before", .move)
    case .filterLog: Entry(["L"], "filter the log", .read, [.browsing])
    case .nextTab: Entry([.tab, "l", .right], "raw, pretty, diff", .read)
    case .previousTab: Entry([.backTab, "h", .left], "the tab before", .read)
    case .showRaw: Entry(["1"], "the bytes as they came", .read)
    case .showPretty: Entry(["2"], "laid out", .read)
    case .showDiff: Entry(["3"], "what it changes", .read)
    case .olderMessage: Entry(["["], "the older message", .read)
    case .newerMessage: Entry(["]"], "the newer message", .read)
    case .search: Entry(["/"], "look for a text", .read)
    case .nextFound: Entry(["n"], "the next place", .read)
    case .previousFound: Entry(["N"], "the place before", .read)
    case .copy: Entry(["y"], "copy", .read, [.browsing, .reader])
    case .save: Entry(["W"], "save to a file", .read, [.browsing, .reader])
    case .nextPane: Entry([.tab], "next pane", .move)
    case .previousPane: Entry([.backTab], "previous pane", .move)
    case .detail: Entry(["i"], "detail of the resource", .move)
    case .earlier: Entry(["["], "back in time", .move)
    case .later: Entry(["]"], "forth in time", .move)
    case .lookBack: Entry(["@"], "the table as of this", .read, [.browsing, .reader])
    case .wishes: Entry(["v"], "what desired waits for", .move)
    case .micPanel: Entry(["m"], "what MIC reads of it", .move)
    case .enlarge: Entry([">"], "enlarge this pane", .move)
    case .shrink: Entry(["<"], "shrink this pane", .move)
    case .record: Entry(["w"], "record to a file; end it", .program)
    case .get: Entry(["r"], "get again; connect now", .program)
    case .checks: Entry(["c"], "check the connection", .program, [.browsing, .reader])
    case .jobs: Entry(["J"], "jobs of the thing", .program)
    case .anotherClient: Entry(["C"], "connect under another id", .program)
    case .lookOn: Entry(["H"], "look on, do not connect", .program)
    case .shadows: Entry(["S"], "switch or open a shadow", .program)
    case .nextShadow: Entry([")"], "next open shadow", .program)
    case .previousShadow: Entry(["("], "previous open shadow", .program)
    case .closeShadow: Entry(["X"], "close this shadow", .program)
    case .things: Entry(["T"], "switch to another thing", .program)
    case .dismiss: Entry([.escape], "put away; close the pane", .program)
    case .mouse: Entry(["M"], "the mouse: here or not", .program)
    case .palette: Entry([":"], "every command by name", .program)
    case .help: Entry(["?", .function(1)], "this help", .program)
    case .quit: Entry(["q"], "quit", .program)
    case .closeReader:
      Entry(["q", .escape, "?", .enter, .function(1)], "close what is read", .read)
    case .choose: Entry([.enter], "choose the selected one", .list)
    case .closePicker: Entry([.escape, .control("g")], "close the list", .list)
    case .pickUp: Entry([.up, .control("p")], "up in the list", .list)
    case .pickDown: Entry([.down, .control("n"), .tab], "down in the list", .list)
    case .pickPageUp: Entry([.pageUp], "a page up in the list", .list)
    case .pickPageDown: Entry([.pageDown], "a page down in the list", .list)
    case .interrupt: Entry([.control("c")], "quit; twice: at once", .program, Set(Context.allCases))
    case .redraw: Entry([.control("l")], "draw the screen anew", .program, Set(Context.allCases))
    case .suspend: Entry([.control("z")], "suspend; fg returns", .program, Set(Context.allCases))
    }
  }
}

extension Key: ExpressibleByExtendedGraphemeClusterLiteral {
  /// The key that types a character.
  package init(extendedGraphemeClusterLiteral character: Character) {
    self = .character(character)
  }
}
