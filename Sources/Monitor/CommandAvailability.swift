package import Canvas
import JSON
import Shadow

extension Model {
  /// Where keys go now.
  package var context: Command.Context {
    if question != nil { return .question }
    if picker != nil { return .picker }
    if entry != nil { return .line }
    return reader == nil ? .browsing : .reader
  }
}

extension Command {
  /// The command of a key in this state, or nil.
  package static func command(for key: Key, in model: Model) -> Command? {
    model.keys.commands(for: key).first { $0.isAvailable(in: model) }
  }

  /// Whether its keys do something now.
  package func isAvailable(in model: Model) -> Bool {
    let isOfReplay = contexts.contains(.replay) && model.replay != nil
    guard contexts.contains(model.context) || (isOfReplay && model.context == .browsing) else {
      return false
    }
    if model.replayReason(against: self) != nil { return false }
    let hasSelected =
      model.focus == .resources || (model.focus == .side && model.side == .detail)
    let selection = hasSelected ? model.table.selection : nil
    if model.isReadOnly, wouldChange(model) { return false }
    switch self {
    case .open where model.focus == .log: return model.log.selected != nil
    case .copy:
      return model.messageAtHand != nil || selection != nil
        || (model.isAtMICPanel && !model.micReading.copies.isEmpty)
        || (model.focus == .edit && model.preview != nil)
    case .save: return model.messageAtHand?.payload != nil
    case .showRaw, .showPretty, .showDiff, .nextTab, .previousTab, .olderMessage, .newerMessage:
      return model.openMessage != nil
    case .nextFound, .previousFound: return model.reader?.search.isEmpty == false
    case .edit, .open:
      return model.focus == .edit ? !model.draft.isEmpty : selection != nil
    case .remove: return model.focus == .edit ? !model.draft.isEmpty : selection != nil
    case .toggle:
      return (model.focus == .resources && selection?.isBranch == true) || model.toggled != nil
    case .collapse, .expand: return selection != nil && model.focus == .resources
    case .nextDifference, .previousDifference:
      return model.searchesSide || model.table.hasTargets
    case .lookBack: return model.messageAtHand != nil
    case .checks:
      if case .checks? = model.overlay { return !model.checkup.isRunning }
      return model.reader == nil
    case .pin: return selection != nil && model.focus == .resources
    case .undo: return model.draft.canUndo
    case .redo: return model.draft.canRedo
    case .discard: return !model.draft.isEmpty
    case .publish: return true
    case .nextShadow, .previousShadow, .closeShadow: return model.shadows.count > 1
    case .dismiss:
      return model.reply != nil || model.travel != nil || model.focus == .side
        || !model.notices.isEmpty || model.table.filter != nil
        || (model.focus == .log && !model.log.filter.isEmpty)
    case .editOutside: return model.focus != .edit || !model.draft.isEmpty
    case .stepUp, .stepDown: return model.steppable != nil
    case .acknowledge: return model.table.tree.differences > 0
    case .rebase: return model.canRebase
    case .preview: return model.preview != nil
    case .deleteShadow: return model.canDelete
    case .lookOn: return model.connection.isTakenOver && !model.connection.isStandingAside
    case .switchType: return model.entry?.isValue == true
    case .complete, .completeBack:
      switch model.entry?.subject {
      case .path?, .value?, .observationTime?: return true
      case .filter?, .logFilter?, .search?, .savePath?, .deletion?, .clientID?, .thingType?,
        .jobDetails?, nil:
        return false
      }
    case .alternative:
      switch model.question {
      case .acknowledge?, .stageAgain?: return true
      default: return false
      }
    default: return true
    }
  }

  /// What the hint line says, or nil for what goes without saying here.
  package func hint(in model: Model) -> String? {
    guard isAvailable(in: model), model.refusal(of: self) == nil else { return nil }
    switch self {
    case .confirm: return "yes"
    case .decline: return "no"
    case .stage: return model.entry?.confirmation
    case .abandon: return model.entry?.isFilter == true ? "as before" : "abandon"
    case .killWord: return model.context == .line ? "cut word" : nil
    case .killToEnd: return model.context == .line ? "cut to end" : nil
    case .yank: return model.entry?.line.killed.isEmpty == false ? "put back" : nil
    case .target where model.travel != nil: return nil
    case .add, .target: return model.focus == .log ? nil : rawValue
    case .edit, .remove, .undo, .help, .quit: return rawValue
    case .discard:
      if model.focus == .edit { return "discard it" }
      let count = model.draft.edits.count
      return count == 1 ? "discard" : "discard all \(count)"
    case .publish:
      if model.delivery?.state == .undecided { return "decide" }
      let canSend = model.connection.isUp && model.delivery == nil && !model.draft.isEmpty
      return canSend ? "publish" : nil
    case .open where model.focus == .log: return "read"
    case .open:
      guard model.focus == .resources, let selection = model.table.selection, selection.isBranch
      else { return nil }
      return model.table.isFolded(selection) ? "open" : "close"
    case .toggle: return model.toggled == nil ? nil : "toggle"
    case .nextDifference where model.searchesSide: return "next"
    case .nextDifference: return model.table.filter == nil ? "next ≠" : "next match"
    case .filter where model.focus == .side: return "search"
    case .filter:
      let isNarrowed = model.focus == .log ? !model.log.filter.isEmpty : model.table.filter != nil
      return isNarrowed ? nil : "filter"
    case .record: return model.recording == nil ? nil : "end recording"
    case .anotherClient: return model.connection.isTakenOver ? "another id" : nil
    case .lookOn: return "look on"
    case .get: return model.connection.isUp ? "get" : "connect now"
    case .checks:
      if model.reader != nil { return "check again" }
      return model.isWorthChecking ? "checks" : nil
    case .dismiss where model.reply == nil && model.travel != nil: return "live"
    case .dismiss:
      if model.reply == nil, model.searchesSide { return "end search" }
      if model.reply == nil, model.focus == .side { return "close" }
      return model.reply != nil || !model.notices.isEmpty ? "put away" : "clear filter"
    case .earlier: return model.travel == nil ? nil : "earlier"
    case .later: return model.travel == nil ? nil : "later"
    case .lookBack:
      // Saving has more use in a message that is open.
      return model.openMessage != nil && model.size.columns < 100 ? nil : "as it was"
    case .detail: return model.side == .detail ? nil : "detail"
    case .wishes:
      return model.side != .wishes && !model.wishes.open.isEmpty ? rawValue : nil
    case .micPanel: return model.side != .mic && model.hasMICValues ? "MIC" : nil
    case .copy, .save: return rawValue
    case .filterLog: return nil
    case .search: return "search"
    case .nextFound: return "next"
    case .nextTab: return "view"
    case .olderMessage: return "older"
    case .newerMessage: return "newer"
    case .closeReader, .closePicker: return "close"
    case .choose: return "choose"
    case .pickUp: return "up"
    case .pickDown: return "down"
    case .palette: return "all commands"
    case .shadows, .things: return rawValue
    case .nextShadow: return "next shadow"
    case .up, .down:
      let isScrolled =
        model.reader == nil ? model.focus == .side : model.openMessage == nil
      return isScrolled ? (self == .up ? "up" : "down") : nil
    case .last: return model.focus == .log && model.log.newer > 0 ? "oldest" : nil
    case .first: return model.focus == .log && model.log.newer > 0 ? "newest" : nil
    case .redo: return model.draft.canRedo ? "redo" : nil
    case .alternative where model.question == .stageAgain: return "let go"
    case .alternative: return model.size.columns < 58 ? "and clear" : "and clear desired"
    case .switchType:
      guard let entry = model.entry, entry.isValue else { return nil }
      return entry.nextReading.value.switchHint
    case .rebase: return rawValue
    case .complete: return "complete"
    case .replayPause, .replayBack, .replayForward, .replayNext, .replaySlower, .replayFaster,
      .replayStart, .replayEnd:
      return model.replayHint(of: self)
    // What goes without saying is in the help.
    default: return nil
    }
  }
}

extension Command {
  /// Whether it would stage or publish something now, or begin to.
  fileprivate func wouldChange(_ model: Model) -> Bool {
    switch self {
    case .edit, .add, .remove, .publish, .rebase, .editOutside, .editSection, .stepUp, .stepDown,
      .acknowledge, .lockVersion, .target, .observationTime, .deleteShadow:
      true
    case .open, .toggle: model.focus == .edit || model.table.selection?.isBranch != true
    default: false
    }
  }
}

extension TypedValue {
  /// What ^T is said to do: make this of the text.
  fileprivate var switchHint: String {
    switch self {
    case .removal: "as null"
    case .text: "as text"
    case .json(let value): "as \(value.kindLabel.prefix { $0 != "," })"
    case .broken, .refused: "as typed"
    }
  }
}

extension Model {
  /// Why a command that would change the shadow does nothing in read-only mode; nil otherwise.
  func readOnlyReason(against command: Command) -> String? {
    guard isReadOnly, command.wouldChange(self) else { return nil }
    return replay == nil
      ? "Read-only: nothing is staged or sent from here, as --read-only asks"
      : "This is a replay: nothing is staged or sent from here"
  }

  /// The number that + and - change: what is staged, is there, or is there on the other side.
  var steppable: JSONNumber? {
    guard focus == .resources, let node = table.selection, !node.isBranch else { return nil }
    let staged = draft.edit(target, node.path)
    return (staged.map(\.value) ?? node[target] ?? node[target.other])?.number
  }

  /// The truth value that Space stages: the opposite of what is staged, is there, or is there on
  /// the other side; nil for anything but a truth value.
  var toggled: Bool? {
    guard focus == .resources, let node = table.selection, !node.isBranch else { return nil }
    let staged = draft.edit(target, node.path)
    let value = staged.map(\.value) ?? node[target] ?? node[target.other]
    return value?.bool.map { !$0 }
  }
}

extension Entry {
  /// What Enter does with the line.
  fileprivate var confirmation: String {
    switch subject {
    case .path: "go on"
    case .value: "stage"
    case .filter, .logFilter, .search: "keep"
    case .savePath: "save"
    case .observationTime: "take it"
    case .deletion: "delete"
    case .clientID: "connect"
    case .thingType: "go on"
    case .jobDetails: "go on"
    }
  }
}
