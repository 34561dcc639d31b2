/// What a piece of text is, never how it looks: looks are the theme's part.
///
/// The raw value is the key in `themes/*.toml`.
package enum Role: String, CaseIterable, Hashable, Sendable {
  case text
  case textDim = "text.dim"
  case textEscaped = "text.escaped"
  case paneBorder = "pane.border"
  case paneTitle = "pane.title"
  case paneTitleFocused = "pane.title.focused"
  case selection
  case keyHint = "key.hint"
  case path
  case typeNumber = "type.number"
  case typeText = "type.text"
  case typeBoolean = "type.boolean"
  case typeNull = "type.null"
  case typeObject = "type.object"
  case valueChanged = "value.changed"
  case valueFading = "value.fading"
  case differs
  case added
  case removed
  case stale
  case editLine = "edit.line"
  case editStaged = "edit.staged"
  case editError = "edit.error"
  case question
  /// What a search or a filter found in a text.
  case match
  case logIn = "log.in"
  case logOut = "log.out"
  case logRejected = "log.rejected"
  case stateConnected = "state.connected"
  case stateConnecting = "state.connecting"
  case stateOffline = "state.offline"
  case stateFight = "state.fight"
  case plotLine = "plot.line"
  case plotAxis = "plot.axis"
  case meterOk = "meter.ok"
  case meterWarn = "meter.warn"
  case meterFull = "meter.full"
  /// The sign of a pinned row.
  case pinned
  /// A short word set off from its surroundings, such as a mode or a count.
  case badge
  /// The one that is shown among tabs.
  case tabActive = "tab.active"
}
