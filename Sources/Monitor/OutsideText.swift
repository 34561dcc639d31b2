import JSON
import Shadow

/// What an editor outside left.
package enum OutsideEdit: Hashable, Sendable {
  case changed(String)
  /// The very text that it was given.
  case unchanged
  /// Why there is no text, a sentence for people.
  case failed(String)
}

/// A text that is edited outside, and what it is about.
struct OutsideText: Sendable {
  /// The shadow that it is about.
  let address: ShadowAddress
  let section: Section
  /// The resource; empty for the section as a whole.
  let path: JSONPath
  /// The shadow when the editor was opened.
  let document: ShadowDocument?
  /// The edits that were staged then.
  let staged: [StagedEdit]
  var text: String

  /// The edits that make of the shadow what a text says.
  ///
  /// An update merges objects (spec 5), so each difference is an edit of its own, and what was taken
  /// out is removed. Edits that were staged here before are in the text, so these take their place.
  ///
  /// - Parameter wanted: the value of the text; nil removes the resource.
  /// - Returns: none where the shadow is so already.
  func edits(for wanted: JSONValue?) -> [StagedEdit] {
    let isInsideStaged = staged.contains {
      $0.section == section && $0.path != path && $0.path.isPrefix(of: path)
    }
    var held = document?.value(section, path)
    if path.isEmpty, held == nil { held = .object(JSONObject()) }
    guard let wanted else { return [edit(path, to: nil)] }
    guard let held, !isInsideStaged, case .object = held, case .object = wanted else {
      return held == wanted && !isInsideStaged ? [] : [edit(path, to: wanted)]
    }
    return JSONValue.changes(from: held, to: wanted).compactMap { change in
      let place = JSONPath(path.steps + change.path.steps)
      if let new = change.new, !new.isNull { return edit(place, to: new) }
      return change.old == nil ? nil : edit(place, to: nil)
    }
  }

  private func edit(_ path: JSONPath, to value: JSONValue?) -> StagedEdit {
    StagedEdit(section, path, of: document, to: value)
  }
}
