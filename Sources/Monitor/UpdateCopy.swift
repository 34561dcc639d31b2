import Canvas
import JSON
import Shadow

extension Model {
  /// The message that copying and saving is about; nil where that is a resource.
  var messageAtHand: LogEntry? {
    if let openMessage { return openMessage.entry }
    return overlay == nil && focus == .log ? log.selected : nil
  }

  // MARK: Copying

  /// Copies the message at hand, or the request in the edit pane, or asks what of a resource.
  mutating func copy() -> [Effect] {
    reply = nil
    if let message = messageAtHand { return copy(message) }
    switch focus {
    case .edit:
      guard let preview else { return [] }
      return [.copy(String(decoding: preview.publication.payload, as: UTF8.self))]
    case .side where side == .mic:
      picker = Picker(.copy, items: micReading.copies.map { copyItem($0.name, $0.text) })
      return []
    case .resources, .side, .log:
      openCopyList()
      return []
    }
  }

  private mutating func copy(_ message: LogEntry) -> [Effect] {
    guard let payload = message.payload else {
      return [.copy(message.words.map(\.text).joined())]
    }
    guard let text = String(validating: payload, as: UTF8.self) else {
      reply = Reply(passing: "The payload is no text: \(saveKey) saves it to a file", .editError)
      return []
    }
    return [.copy(text)]
  }

  private var saveKey: String { keys[.save].first?.label ?? "save" }

  private mutating func openCopyList() {
    guard let node = table.selection else { return }
    let value = node[target] ?? node[target.other]
    var items: [Picker.Item] = []
    func offer(_ name: String, _ text: String?) {
      guard let text else { return }
      items.append(copyItem(name, text))
    }
    offer("value", value.map(ValueText.editable))
    offer("path", node.path.pointer)
    offer("JSON", value.map { JSONValue.object(wrapping($0, at: node.path)).compact })
    offer("mosquitto_pub", value.flatMap { publishLine(of: $0, at: node.path) })
    picker = Picker(.copy, items: items)
  }

  private func copyItem(_ name: String, _ text: String) -> Picker.Item {
    Picker.Item(.copy(text), title: "\(name)  \(ValueText.clipped(text))")
  }

  /// Objects around a value, so that it stands at its path.
  private func wrapping(_ value: JSONValue, at path: JSONPath) -> JSONObject {
    var object = JSONObject()
    object.set(value, at: path.keys[...])
    return object
  }

  /// A line for a shell that writes the value to the section that edits go to.
  private func publishLine(of value: JSONValue, at path: JSONPath) -> String? {
    guard let files else { return nil }
    let change = SectionChange.merge(wrapping(value, at: path))
    let request =
      target == .desired ? UpdateRequest(desired: change) : UpdateRequest(reported: change)
    let publication = request.publication(to: address)
    return files.line(
      publishing: String(decoding: publication.payload, as: UTF8.self), on: publication.topic,
      to: endpoint)
  }

  /// Takes in that a text went to the terminal's clipboard.
  mutating func noteCopied(bytes: Int, advice: String?) {
    let words = "copied \(byteText(bytes))" + (advice.map { "; \($0)" } ?? "")
    reply = Reply(passing: words, .stateConnected)
  }

  // MARK: Saving

  /// Asks for the file that the message at hand goes to.
  mutating func openSaveLine() {
    guard let message = messageAtHand, let payload = message.payload else {
      reply = Reply(passing: "Only a message can be saved: Tab goes to the log, Enter opens one")
      return
    }
    reply = nil
    entry = Entry(.savePath(payload), text: fileName(of: message), killed: killed)
  }

  /// For instance `greenhouse-07-v128-update-documents.json`.
  private func fileName(of message: LogEntry) -> String {
    let subject = message.address ?? address
    var parts = [subject.thing]
    if let shadow = subject.shadow { parts.append(shadow) }
    if let version = message.version { parts.append("v\(version)") }
    parts.append(message.topic)
    let plain = parts.joined(separator: "-").unicodeScalars.map { scalar in
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || scalar == "_" ? String(scalar) : "-"
    }
    let payload = message.payload ?? []
    let ending =
      switch PayloadLines.form(of: payload) {
      case .pretty: "json"
      case .text: "txt"
      case .hex: "bin"
      }
    // A topic of somebody else's can be longer than a file's name.
    return plain.prefix(200).joined() + "." + ending
  }

  /// Takes the path that was typed.
  mutating func enterSavePath(_ path: String, _ bytes: [UInt8]) -> [Effect] {
    guard !path.isEmpty else {
      entry?.warning = "a file's name is needed"
      return []
    }
    closeEntry()
    return [.save(bytes, path: path, isReplacing: false)]
  }

  /// Takes in what became of a file.
  mutating func noteSaved(_ result: SaveResult) {
    switch result {
    case .saved(let path, let bytes):
      reply = Reply(passing: "saved \(byteText(bytes)) to \(path)", .stateConnected)
    case .exists(let path, let bytes): ask(.replaceFile(path: path, bytes))
    case .failed(let reason, _, _) where entry != nil: reply = Reply(reason, .editError)
    case .failed(let reason, let path, let bytes):
      // The line again, with what was typed, to be mended.
      entry = Entry(.savePath(bytes), text: path, killed: killed)
      entry?.warning = reason
    }
  }
}
