import Canvas
import JSON
import Shadow

/// The words of a question on the bottom line.
///
/// - Parameters:
///   - question: what is asked.
///   - model: the state.
///   - width: columns for it; short words where these are few.
/// - Returns: one line without the keys that answer.
func words(_ question: Question, _ model: Model, width: Int) -> String {
  let isShort = width < 47
  let count =
    question == .quit ? model.stagedCount + model.stagedElsewhere : model.draft.edits.count
  switch question {
  case .replaceFile(let path, _):
    return isShort ? "It exists. Replace it?" : "\(path) exists. Replace it?"
  case .changeJob(let change):
    let details = change.details.object?.count ?? 0
    let with = details == 0 ? "" : ", with \(counted(details, "detail"))"
    let what = "\(change.action.verb) \(change.job)"
    return fitting(["\(what)\(with)?", "\(what)?", "\(change.action.verb)?"], width)
  case .closeShadow where model.keeping == .kept:
    return fitting(
      ["What is staged is kept until it is opened again. Close it?", "Edits are kept. Close it?"],
      width)
  case .closeShadow:
    return isShort ? "Lose its edits and close?" : "Its staged edits will be lost. Close it?"
  case .stageAgain:
    let edits = model.delivery?.edits ?? []
    let names = names(edits.map(\.path))
    return fitting(
      (names + [counted(edits.count, "value")]).map { "Stage \($0) again?" } + ["Stage again?"],
      width)
  case .quit where model.isAwaitingAnswer && model.keeping == .kept:
    return fitting(
      ["An update has no answer yet: the next start finds out. Quit?", "No answer yet. Quit?"],
      width)
  case .quit where model.isAwaitingAnswer:
    return isShort ? "No answer yet. Quit?" : "An update is still without an answer. Quit?"
  case .quit where count == 0:
    return isShort ? "Lose the text and quit?" : "What is typed will be lost. Quit?"
  case .quit where model.keeping == .kept:
    let edits = counted(count, "staged edit")
    let verb = count == 1 ? "is" : "are"
    return fitting(
      [
        "\(edits) \(verb) kept for the next time. Quit?",
        "\(counted(count, "edit")) \(verb) kept. Quit?",
      ], width)
  case .quit:
    let edits = counted(count, isShort ? "edit" : "staged edit")
    return isShort ? "Lose \(edits) and quit?" : "\(edits) will be lost. Quit?"
  case .acknowledge(let count):
    let names = names(ResourceTree(model.shadow.document).differing.map(\.path)).flatMap {
      ["Report \($0) as done?", "Report \($0)?"]
    }
    let values = counted(count, "desired value")
    return fitting(names + ["Report \(values) as done?", "Report \(count)?"], width)
  case .publishOverConflicts(_, let isAnew):
    let edits = model.draft.edits.filter(model.isInConflict)
    let them = edits.count == 1 ? "it" : "them"
    let again = isAnew ? "just changed again" : "changed meanwhile"
    let names = names(edits.map(\.path))
    let count = counted(edits.count, "staged value")
    return fitting(
      (names + [count]).map { "\($0) \(again). Publish over \(them)?" }
        + names.map { (isAnew ? "Again! " : "") + "Publish over \($0)?" }
        + [isAnew ? "Changed again! Publish?" : "Publish over changes?"], width)
  }
}

/// The first text that has room, else the last.
private func fitting(_ texts: [String], _ width: Int) -> String {
  texts.first { TextWidth.columns($0, limit: width) <= width } ?? texts[texts.count - 1]
}

/// One or two paths by name and the rest by number, the longest way first: `a, b and 3 more`.
private func names(_ paths: [JSONPath]) -> [String] {
  [2, 1].filter { $0 <= paths.count }.map { shown in
    let names = paths.prefix(shown).map(\.display).joined(separator: ", ")
    return paths.count > shown ? "\(names) and \(paths.count - shown) more" : names
  }
}
