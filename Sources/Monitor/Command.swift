package import Canvas

/// Everything that a person can ask for by a key.
///
/// This one table makes the dispatch, the hint line and the help: a hint can never name a key that
/// does nothing. Commands stand in the order of the hint line.
package enum Command: String, CaseIterable, Hashable, Sendable {
  // Answering a question.
  case confirm, decline
  // The edit line.
  case stage, abandon
  case lineStart, lineEnd, characterBack, characterForward, wordBack, wordForward
  case deleteBack, deleteForward, killWord, killToStart, killToEnd, yank
  case olderText, newerText
  // Changing the shadow.
  case edit, add, remove, target, publish, undo, redo, discard
  // Moving.
  case up, down, pageUp, pageDown, first, last
  case open, toggle, collapse, expand, nextDifference, previousDifference
  case nextPane, previousPane
  // The program.
  case get, dismiss, help, quit, closeHelp, interrupt, redraw, suspend

  /// Where the keys go.
  package enum Context: Hashable, Sendable { case browsing, line, question, help }

  /// The parts of the help; the raw value is the heading.
  package enum Group: String, CaseIterable, Sendable {
    case move = "Move"
    case change = "Change the shadow"
    case line = "The edit line"
    case program = "The program"
  }

  /// The keys that ask for it, the one that hints name first.
  package var keys: [Key] {
    switch self {
    case .confirm: [.character("y")]
    case .decline: [.character("n"), .escape]
    case .stage: [.enter]
    case .abandon: [.escape]
    case .lineStart: [.control("a"), .home]
    case .lineEnd: [.control("e"), .end]
    case .characterBack: [.control("b"), .left]
    case .characterForward: [.control("f"), .right]
    case .wordBack: [.alt("b")]
    case .wordForward: [.alt("f")]
    case .deleteBack: [.backspace, .control("h")]
    case .deleteForward: [.control("d"), .delete]
    case .killWord: [.control("w")]
    case .killToStart: [.control("u")]
    case .killToEnd: [.control("k")]
    case .yank: [.control("y")]
    case .olderText: [.up, .control("p")]
    case .newerText: [.down, .control("n")]
    case .edit: [.character("e")]
    case .add: [.character("a")]
    case .remove: [.character("d")]
    case .target: [.character("t")]
    case .publish: [.character("P")]
    case .undo: [.character("u")]
    case .redo: [.character("U")]
    case .discard: [.character("x")]
    case .up: [.character("k"), .up]
    case .down: [.character("j"), .down]
    case .pageUp: [.pageUp, .control("b")]
    case .pageDown: [.pageDown, .control("f")]
    case .first: [.character("g"), .home]
    case .last: [.character("G"), .end]
    case .open: [.enter]
    case .toggle: [.character(" ")]
    case .collapse: [.character("h"), .left]
    case .expand: [.character("l"), .right]
    case .nextDifference: [.character("n")]
    case .previousDifference: [.character("N")]
    case .nextPane: [.tab]
    case .previousPane: [.backTab]
    case .get: [.character("r")]
    case .dismiss: [.escape]
    case .help: [.character("?"), .function(1)]
    case .quit: [.character("q")]
    case .closeHelp: [.character("?"), .escape, .character("q"), .enter, .function(1)]
    case .interrupt: [.control("c")]
    case .redraw: [.control("l")]
    case .suspend: [.control("z")]
    }
  }

  /// What the help says, in 24 columns at most.
  package var help: String {
    switch self {
    case .confirm: "yes, do it"
    case .decline: "no, leave it"
    case .stage: "stage what is typed"
    case .abandon: "abandon the line"
    case .lineStart: "to the start"
    case .lineEnd: "to the end"
    case .characterBack: "one character back"
    case .characterForward: "one character on"
    case .wordBack: "one word back"
    case .wordForward: "one word on"
    case .deleteBack: "delete backwards"
    case .deleteForward: "delete forwards"
    case .killWord: "cut the word before"
    case .killToStart: "cut to the start"
    case .killToEnd: "cut to the end"
    case .yank: "put back what was cut"
    case .olderText: "an earlier text"
    case .newerText: "a later text"
    case .edit: "edit the selected value"
    case .add: "add a resource"
    case .remove: "stage the removal (null)"
    case .target: "switch reported/desired"
    case .publish: "publish what is staged"
    case .undo: "undo the last staging"
    case .redo: "redo"
    case .discard: "discard what is staged"
    case .up: "up"
    case .down: "down"
    case .pageUp: "a page up"
    case .pageDown: "a page down"
    case .first: "to the first"
    case .last: "to the last"
    case .open: "edit; open, close a fold"
    case .toggle: "toggle true/false, fold"
    case .collapse: "close the fold"
    case .expand: "open the fold"
    case .nextDifference: "next difference"
    case .previousDifference: "previous difference"
    case .nextPane: "next pane"
    case .previousPane: "previous pane"
    case .get: "get again; connect now"
    case .dismiss: "put a message away"
    case .help: "this help"
    case .quit: "quit"
    case .closeHelp: "close the help"
    case .interrupt: "quit; twice: at once"
    case .redraw: "draw the screen anew"
    case .suspend: "suspend; fg returns"
    }
  }

  /// The part of the help that explains it.
  package var group: Group {
    switch self {
    case .up, .down, .pageUp, .pageDown, .first, .last, .open, .toggle, .collapse, .expand,
      .nextDifference, .previousDifference, .nextPane, .previousPane:
      .move
    case .edit, .add, .remove, .target, .publish, .undo, .redo, .discard: .change
    case .stage, .abandon, .lineStart, .lineEnd, .characterBack, .characterForward, .wordBack,
      .wordForward, .deleteBack, .deleteForward, .killWord, .killToStart, .killToEnd, .yank,
      .olderText, .newerText:
      .line
    case .confirm, .decline, .get, .dismiss, .help, .quit, .closeHelp, .interrupt, .redraw,
      .suspend:
      .program
    }
  }

  /// Where its keys mean this command.
  package var contexts: Set<Context> {
    switch self {
    case .confirm, .decline: [.question]
    case .closeHelp: [.help]
    case .up, .down, .pageUp, .pageDown, .first, .last: [.browsing, .help]
    case .interrupt, .redraw, .suspend: [.browsing, .line, .question, .help]
    case _ where group == .line: [.line]
    default: [.browsing]
    }
  }
}

extension Key {
  /// The key's name for people.
  package var label: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let character): "^" + character.uppercased()
    case .alt(let character): "Alt-\(character)"
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .function(let number): "F\(number)"
    case .paste: "paste"
    }
  }
}
