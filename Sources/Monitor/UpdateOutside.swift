import Canvas
import JSON
import Shadow

extension Model {
  /// Hands the selected resource to an editor outside, as it is with what is staged.
  mutating func editSelectedOutside() -> [Effect] {
    if focus == .edit {
      guard draft.edits.indices.contains(selectedEdit) else { return [] }
      let edit = draft.edits[selectedEdit]
      return editOutside(edit.section, edit.path)
    }
    return editOutside(target, table.selection?.path ?? JSONPath())
  }

  /// Hands a resource, or with an empty path a whole section, to an editor outside.
  mutating func editOutside(_ section: Section, _ path: JSONPath) -> [Effect] {
    reply = nil
    if let kept, kept.section == section, kept.path == path {
      outside = kept
      return [.editOutside(kept.text, name: fileName(section, path))]
    }
    let document = shadow.document
    let value =
      draft.result(upon: document).value(section, path)
      ?? (draft.edit(section, path) == nil ? document?.value(section.other, path) : .null)
    let text = (value ?? (path.isEmpty ? [:] : .null)).pretty() + "\n"
    outside = OutsideText(
      address: address, section: section, path: path, document: document, staged: draft.edits,
      text: text)
    return [.editOutside(text, name: fileName(section, path))]
  }

  /// A name that says what is edited and is safe anywhere.
  private func fileName(_ section: Section, _ path: JSONPath) -> String {
    let name = (path.keys.last ?? "").unicodeScalars.prefix(40).filter {
      $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
    }
    let parts = [section.rawValue, String(String.UnicodeScalarView(name))].filter { !$0.isEmpty }
    return parts.joined(separator: "-") + ".json"
  }

  /// Takes what the editor outside left.
  mutating func take(_ edit: OutsideEdit) {
    guard var text = outside, let place = place(of: text.address) else { return }
    outside = nil
    with(place) { model in
      let isAgain = model.kept?.section == text.section && model.kept?.path == text.path
      switch edit {
      case .failed(let reason): model.reply = Reply(reason, .editError)
      case .unchanged where !isAgain:
        model.reply = Reply(passing: "The text came back as it was: nothing is staged")
      case .unchanged: model.stage(text)
      case .changed(let new):
        text.text = new
        model.stage(text)
      }
    }
  }

  private mutating func stage(_ text: OutsideText) {
    kept = nil
    let name = text.path.isEmpty ? text.section.rawValue : text.path.display
    guard text.text.contains(where: { !$0.isWhitespace }) else {
      reply = Reply(passing: "The text was empty: nothing is staged, d removes \(name)")
      return
    }
    let value: JSONValue
    do throws(JSONSyntaxError) {
      value = try JSONParser.parse(text.text)
    } catch {
      return keep(text, "Line \(error.line), column \(error.column): ", error.expectation)
    }
    if value.hasNullInArray { return keep(text, "", "An array cannot hold null") }
    if text.path.isEmpty, value.object == nil {
      return keep(text, "", "A section is an object, in braces")
    }
    let isRemoval = value.isNull
    guard !isRemoval || text.document?.value(text.section, text.path) != nil else {
      reply = Reply(passing: "\(text.section.rawValue) has no \(name) to remove")
      return
    }
    let edits = text.edits(for: isRemoval ? nil : value)
    var obstacle: StagedEdit?
    changeDraft { draft in
      // What was staged here before is in the text.
      let place = draft.edits.filter {
        $0.section == text.section && text.path.isPrefix(of: $0.path)
      }
      obstacle = draft.stage(edits, replacing: place)
    }
    if let obstacle { return tell(obstacle) }
    table.show(ResourceTree(shadow.document, staged: stagedPaths))
    let twice = value.duplicateKey.map { "; \($0.nameText) is there twice, the last counts" } ?? ""
    reply = Reply(
      passing: edits.isEmpty
        ? "\(name) is so already: nothing is staged" + twice
        : "\(counted(edits.count, "edit")) of \(name) staged: P publishes" + twice)
  }

  /// Keeps a text that cannot be taken, and says why.
  private mutating func keep(_ text: OutsideText, _ place: String, _ reason: String) {
    kept = text
    reply = Reply([
      Span("\(place)\(reason).", .editError),
      Span("Nothing is staged, and the text is kept: E opens it again."),
    ])
  }
}

extension JSONSyntaxError {
  /// For instance `expected ':', found '"'`.
  fileprivate var expectation: String { "expected \(expected), found \(found)" }
}
