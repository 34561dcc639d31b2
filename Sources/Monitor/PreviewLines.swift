import Canvas
import JSON
import Shadow

/// Everything about what publishing would send, as lines to read.
///
/// - Returns: none while nothing is staged.
func previewLines(_ model: Model) -> [[Span]] {
  guard let preview = model.preview else { return [] }
  let payload = preview.publication.payload
  let limits = ShadowLimits()
  var lines = [
    fact("topic", [Span(preview.publication.topic, .path)]),
    fact("QoS", [Span("1, not retained")]),
    fact(
      "payload",
      [
        Span(byteText(payload.count)),
        Span(" of \(ShadowLimits.greatestPayload / 1024) KB", .textDim),
      ]),
  ]
  if model.choice.isBackdate {
    lines.append(fact("answer", [Span("the broker's PUBACK alone; the shadow stays as it is")]))
  } else {
    lines.append(
      fact(
        "document",
        [
          Span("\(preview.documentBytes) bytes", meterRole(preview.documentBytes)),
          Span(" of \(limits.size), ", .textDim),
          Span(
            counted(preview.depth, "level"), preview.depth > limits.depth ? .meterFull : .meterOk),
          Span(" of \(limits.depth)", .textDim),
        ]))
    lines.append(fact("version", versionWords(model)))
  }
  if let moment = model.choice.observedAt {
    let time = CalendarTime(moment, utcOffsetSeconds: model.utcOffsetSeconds)
    lines.append(fact("observed", [Span("\(time.date) \(time.exactClock)")]))
  }
  lines += preview.warnings.map { [Span($0, .meterFull)] }
  lines += [[], [Span("edits", .paneTitleFocused)]] + model.draft.edits.flatMap { edit($0, model) }
  lines += [[], [Span("payload", .paneTitleFocused)]]
  if let value = try? JSONParser.parse(payload) { lines += JSONLines.lines(of: value) }
  lines += [[], [Span("as it is sent", .paneTitleFocused)]]
  return lines + [[Span(String(decoding: payload, as: UTF8.self))]]
}

private func fact(_ name: String, _ words: [Span]) -> [Span] {
  [Span(TextWidth.fitted(name, width: 10), .textDim)] + words
}

private func versionWords(_ model: Model) -> [Span] {
  if model.choice.lock == .once {
    let words = ", so that it is not applied twice if the first one is late"
    return [Span("v\(model.shadow.version)"), Span(words, .textDim)]
  }
  guard model.choice.isLocked else {
    return [Span("any", .text), Span(", V asks for one", .textDim)]
  }
  guard let version = model.draft.version, version > 0 else {
    return [Span("none, since there is no shadow yet")]
  }
  let held = model.shadow.version
  return [
    Span("v\(version)"), Span(", or else the service refuses it", .textDim),
    held == version ? Span("") : Span("; the shadow is at v\(held)", .editError),
  ]
}

/// What an edit was staged upon, what is there now, and what it asks for.
private func edit(_ edit: StagedEdit, _ model: Model) -> [[Span]] {
  func shown(_ value: JSONValue?) -> Span {
    value.map { Span(ValueText.line($0), ValueText.role($0)) } ?? Span("nothing", .textDim)
  }
  let theirs = model.shadow.document?.value(edit.section, edit.path)
  let mine = edit.value.map { Span(ValueText.line($0), .editStaged) } ?? Span("removed", .removed)
  var lines = [
    [Span("\(edit.section.rawValue) ", .textDim), Span(edit.path.display, .path)],
    [Span("  was    ", .textDim), shown(edit.base)],
  ]
  if theirs != edit.base, edit.isShown(by: model.shadow.document) {
    lines.append([Span("  is     ", .textDim), shown(theirs), Span("  so already", .textDim)])
  } else if theirs != edit.base {
    lines.append([Span("  is     ", .textDim), shown(theirs), Span("  conflict", .editError)])
  }
  lines.append([Span("  yours  ", .textDim), mine])
  return lines
    + edit.lint.prefix(mostLint).map { lint in
      let inside = lint.path == edit.path ? "" : "\(lint.path.display): "
      return [Span("  \(inside)\(lint.words)", .meterWarn)]
    } + (edit.lint.count > mostLint ? [[Span("  …", .meterWarn)]] : [])
}

/// Words about one edit that are shown, of an object with many faults.
private let mostLint = 20
