package import Canvas
import Shadow

/// Draws the start screen.
///
/// - Returns: a frame of that size.
package func view(_ screen: StartScreen, in size: Size) -> Frame {
  var frame = Frame(size: size)
  let width = size.columns - 4
  guard size.rows >= 5, width >= 16 else {
    frame.draw([Span("20x5 at least, please", .stateOffline)], row: 0, column: 0, width: width + 4)
    return frame
  }
  frame.draw([Span("shadowscope", .paneTitleFocused)], row: 0, column: 1, width: width)
  func key(_ command: Command, _ words: String) -> (String, String)? {
    screen.keys[command].first.map { ($0.label, words) }
  }
  if let picker = screen.picker {
    drawPicker(picker, on: &frame)
    drawKeys([key(.choose, "open"), key(.closePicker, "back")], on: &frame)
    return frame
  }
  var lines: [[Span]]
  switch screen.stage {
  case .menu:
    lines = menu(screen.profiles, quit: screen.keys[.quit].first?.label ?? "Esc")
    if !screen.notices.isEmpty {
      lines = screen.notices.map { [Span($0, .meterWarn)] } + [[]] + lines
    }
  case .path:
    lines = [
      [
        Span(
          "MIC's zip of certificates, or the folder that it was unpacked to; "
            + "or a thing's folder with cert.pem and privkey.pem:")
      ]
    ]
  case .endpoint, .things, .profiles:
    lines = [
      [
        Span("The broker, as host or host:port. MIC shows it under "), Span("Settings, About:"),
      ]
    ]
  }
  if let fault = screen.fault { lines.insert(contentsOf: [[Span(fault, .editError)], []], at: 0) }
  var row = min(2, size.rows - 3)
  for line in lines.flatMap({ wrapped($0, width: width) }) where row < size.rows - 1 {
    frame.draw(line, row: row, column: 2, width: width)
    row += 1
  }
  guard case .menu = screen.stage else {
    let window = LineWindow(screen.line, width: max(1, width - 2))
    row = min(row, size.rows - 2)
    frame.draw(
      [Span("> ", .textDim), Span(window.text, .editLine)], row: row, column: 2, width: width)
    frame.cursor = Position(row: row, column: 4 + window.cursorColumn)
    drawKeys(
      [key(.stage, "go on"), key(.abandon, "back"), key(.interrupt, "quit")], on: &frame)
    return frame
  }
  drawKeys(
    [
      screen.profiles.isEmpty ? nil : ("p", "profile"), ("o", "open"), ("d", "demo"),
      key(.quit, "quit") ?? ("Esc", "quit"),
    ], on: &frame)
  return frame
}

/// What can be done, and how the same is said in a shell.
private func menu(_ profiles: [StartProfile], quit: String) -> [[Span]] {
  var profile: [[Span]] = []
  if !profiles.isEmpty {
    let more = profiles.count > 3 ? ", …" : ""
    let names = profiles.prefix(3).map(\.name).joined(separator: ", ") + more
    profile = [[Span("p", .keyHint), Span("  open a profile: "), Span(names, .path)]]
  }
  let choices = [
    [Span("o", .keyHint), Span("  open a thing, or choose from a batch of certificates")],
    [Span("d", .keyHint), Span("  try the demo: a simulated weather station, no account needed")],
    [Span(quit, .keyHint), Span("  quit")],
  ]
  let shell = profiles.first.map { "shadowscope --profile \($0.name.shellWord)" }
  return [[Span("A live look at a thing's Device Shadow. No thing is named yet:")], []]
    + profile + choices + [
      [],
      [Span("In a shell the same is said at once:", .textDim)],
      [Span("shadowscope monitor --thing-dir certs/00000001 --endpoint HOST", .path)],
      [Span(shell ?? "shadowscope monitor --batch certs --endpoint HOST", .path)],
      [Span("shadowscope --help", .path)],
    ]
}

private func drawKeys(_ keys: [(String, String)?], on frame: inout Frame) {
  let spans = keys.compactMap(\.self).flatMap {
    [Span($0, .keyHint), Span(" \($1)  ", .textDim)]
  }
  frame.draw(spans, row: frame.size.rows - 1, column: 1, width: frame.size.columns - 2)
}
