import Canvas

/// Takes in what happened.
///
/// - Parameters:
///   - model: the state, changed in place.
///   - message: what happened.
///   - now: ms since 1970.
///   - isFollowed: whether another message comes before the next frame: then rows and scrolling are
///     not made anew for what was received, which is what a flood consists of.
/// - Returns: what the world outside must do, in this order.
package func update(
  _ model: inout Model, _ message: Message, at now: Int64, isFollowed: Bool = false
) -> [Effect] {
  let effects: [Effect]
  if case .received = message {} else { model.showNewest() }
  switch message {
  case .key(let key):
    model.entry?.now = now
    effects = model.press(key, at: now)
    model.entry?.now = now
  case .resized(let size):
    model.size = size
    let layout = Layout(model, in: size, at: now)
    if !model.panes(layout).contains(model.focus) { model.focus = .resources }
    model.layHelpOut()
    model.layChecksOut()
    effects = []
  case .tick:
    model.log.goOnFiltering()
    model.passTimeForJobs(at: now)
    effects = model.passTime(at: now)
  case .backlog(let count):
    model.backlog = count
    effects = []
  case .connection(let status):
    effects = model.follow(status, at: now)
    if !model.connection.isUp { model.jobs.lose() }
  case .received(let topic, let payload, let arrival, let retained, let quality):
    effects = model.receive(
      topic: topic, payload: payload, arrival: arrival, retained: retained, quality: quality)
    if isFollowed { return effects }
    model.showNewest()
  case .sent(let publication, let token, let operation, let time):
    model.noteSent(publication, token: token, operation: operation, at: time)
    effects = []
  case .copied(let bytes, let advice):
    model.noteCopied(bytes: bytes, advice: advice)
    effects = []
  case .notCopied(let reason):
    model.reply = Reply(passing: reason, .editError)
    effects = []
  case .saved(let result):
    model.noteSaved(result)
    effects = []
  case .outcome(let token, let outcome):
    effects = model.conclude(token: token, outcome, at: now)
  case .shadow(let address, let link):
    model.follow(address, link, at: now)
    effects = []
  case .getLeftOut(let address, let what):
    model.leaveGetOut(of: address, what, at: now)
    effects = []
  case .oversized(let topic, let bytes):
    model.noteOversized(topic, bytes: bytes, at: now)
    effects = []
  case .dropped(let count): effects = model.noteDropped(count, at: now)
  case .things(let things, let isComplete):
    model.list(things, isComplete: isComplete, at: now)
    effects = []
  case .noThings(let reason):
    if model.picker?.subject == .things { model.overlay = nil }
    model.notices.append(reason)
    effects = []
  case .checks(let checks, let isComplete):
    model.take(checks, isComplete: isComplete)
    effects = []
  case .jobs(let missing): effects = model.followJobs(missing: missing, at: now)
  case .left:
    model.leave(at: now)
    effects = []
  case .editedOutside(let edit):
    model.take(edit)
    effects = []
  case .recalled(let address, let recollection):
    model.recall(recollection, of: address, at: now)
    effects = []
  case .keeping(let keeping):
    model.follow(keeping)
    effects = []
  case .recording(let report): effects = model.follow(report, at: now)
  case .replay(let replay):
    model.replay = replay
    effects = []
  case .notice(let text):
    model.notices.append(text)
    effects = []
  }
  model.followFilterLine()
  model.tellIfFilling()
  let listHeight = pickerHeight(in: model.size)
  model.picker?.settle(height: listHeight)
  let layout = Layout(model, in: model.size, at: now)
  model.table.settle(height: layout.table.count)
  model.log.settle(height: layout.log.count)
  model.settleHistory()
  model.settleDetail()
  model.settlePreview()
  return effects
}
