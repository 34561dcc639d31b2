import JSON
import Shadow

extension KeptEdits {
  private static let kind = "edits"

  /// The whole file.
  package var bytes: [UInt8] {
    var members = JSONObject.kept(kind: Self.kind, endpoint: endpoint, address)
    members.append(key: "changedAt", value: .number(JSONNumber(changedAt)))
    members.append(key: "choice", value: .object(choice.kept))
    members.append(key: "edits", value: .array(edits.map { .object($0.kept) }))
    members.append(key: "sent", value: .array(sent.map { .object($0.kept) }))
    return KeptFile.bytes(of: members)
  }

  /// Reads a file.
  ///
  /// - Throws: `KeptFault`.
  package init(_ bytes: [UInt8]) throws(KeptFault) {
    let members = try KeptFile.read(bytes, kind: Self.kind)
    var edits: [StagedEdit] = []
    for edit in try members.list("edits") { edits.append(try StagedEdit(kept: edit.entry())) }
    var sent: [Delivery] = []
    for delivery in try members.list("sent") { sent.append(try Delivery(kept: delivery.entry())) }
    self.init(
      endpoint: try members.text("endpoint"), address: try members.address(),
      changedAt: try members.whole("changedAt"), edits: edits,
      choice: try PublishingChoice(kept: try members.members("choice")), sent: sent)
  }
}

extension JSONObject {
  /// How every file begins.
  static func kept(kind: String, endpoint: String, _ address: ShadowAddress) -> JSONObject {
    var members: JSONObject = [
      "format": .number(JSONNumber(KeptFile.format)), "kind": .string(kind),
      "endpoint": .string(endpoint), "thing": .string(address.thing),
    ]
    if let shadow = address.shadow { members.append(key: "shadow", value: .string(shadow)) }
    return members
  }

  /// The shadow that a file is about.
  func address() throws(KeptFault) -> ShadowAddress {
    let name = self["shadow"] == nil ? nil : try text("shadow")
    return ShadowAddress(thing: try text("thing"), shadow: name)
  }
}

extension JSONValue {
  fileprivate func entry() throws(KeptFault) -> JSONObject {
    guard let object else { throw .damaged(reason: "an entry of a list is not an object") }
    return object
  }
}

extension JSONPath {
  fileprivate var kept: JSONValue {
    .array(
      steps.map { step in
        switch step {
        case .key(let key): .string(key)
        case .index(let index): .number(JSONNumber(index))
        }
      })
  }

  fileprivate init(kept list: [JSONValue]) throws(KeptFault) {
    var steps: [JSONStep] = []
    for step in list {
      if let key = step.string {
        steps.append(.key(key))
      } else if let index = step.integer.flatMap(Int.init(exactly:)), index >= 0 {
        steps.append(.index(index))
      } else {
        throw .damaged(reason: "a path has a step that is no key")
      }
    }
    guard !steps.isEmpty else { throw .damaged(reason: "a path leads nowhere") }
    self.init(steps)
  }
}

extension StagedEdit {
  fileprivate var kept: JSONObject {
    var members: JSONObject = ["section": .string(section.rawValue), "path": path.kept]
    if let base { members.append(key: "base", value: base) }
    members.append(key: "version", value: .number(JSONNumber(version)))
    if let value { members.append(key: "value", value: value) }
    if let obstacle {
      members.append(
        key: "obstacle", value: ["path": obstacle.path.kept, "value": obstacle.value])
    }
    return members
  }

  fileprivate init(kept members: JSONObject) throws(KeptFault) {
    guard let section = Section(rawValue: try members.text("section")) else {
      throw .damaged(reason: "'section' is neither desired nor reported")
    }
    var obstacle: Obstacle?
    if members["obstacle"] != nil {
      let inside = try members.members("obstacle")
      guard let value = inside["value"] else {
        throw .damaged(reason: "an obstacle has no value")
      }
      obstacle = Obstacle(path: try JSONPath(kept: try inside.list("path")), value: value)
    }
    self.init(
      section: section, path: try JSONPath(kept: try members.list("path")), base: members["base"],
      version: try members.whole("version"), value: members["value"], obstacle: obstacle)
  }
}

extension PublishingChoice {
  fileprivate var kept: JSONObject {
    var members: JSONObject = ["lock": .string(lock.rawValue), "backdate": .bool(isBackdate)]
    if let observedAt {
      members.append(key: "observedAt", value: .number(JSONNumber(observedAt)))
    }
    return members
  }

  fileprivate init(kept members: JSONObject) throws(KeptFault) {
    self.init()
    guard let lock = Lock(rawValue: try members.text("lock")) else {
      throw .damaged(reason: "'lock' is not off, once or on")
    }
    self.lock = lock
    isBackdate = try members.truth("backdate")
    observedAt = try members.wholeIfAny("observedAt")
  }
}

extension Delivery {
  fileprivate var kept: JSONObject {
    let edits = zip(edits, before).map { edit, before in
      var members = edit.kept
      members.append(key: "wasShown", value: .bool(before.wasShown))
      if let written = before.written {
        members.append(key: "written", value: .number(JSONNumber(written)))
      }
      return JSONValue.object(members)
    }
    return [
      "token": .string(token), "topic": .string(publication.topic),
      "payload": .string(String(decoding: publication.payload, as: UTF8.self)),
      "baseVersion": .number(JSONNumber(baseVersion)), "sentAt": .number(JSONNumber(sentAt)),
      "choice": .object(choice.kept), "edits": .array(edits),
    ]
  }

  fileprivate init(kept members: JSONObject) throws(KeptFault) {
    var edits: [StagedEdit] = []
    var before: [Before] = []
    for edit in try members.list("edits") {
      let members = try edit.entry()
      edits.append(try StagedEdit(kept: members))
      before.append(
        Before(
          wasShown: try members.truth("wasShown"), written: try members.wholeIfAny("written")))
    }
    guard !edits.isEmpty else { throw .damaged(reason: "what was sent has no edits") }
    self.init(
      publication: Publication(
        topic: try members.text("topic"), payload: Array(try members.text("payload").utf8)),
      token: try members.text("token"), draft: Draft(restoring: edits),
      choice: try PublishingChoice(kept: try members.members("choice")),
      baseVersion: try members.whole("baseVersion"), sentAt: try members.whole("sentAt"),
      before: before)
  }
}
