import JSON
import Shadow
import ShadowService
import Testing

/// What holds for every shadow: each seed plays thirty random updates, and a failure names the seed.
@Suite("Of every shadow it is true that")
struct PropertyTests {
  static let seeds: [UInt64] = Array(1...8)
  static let updates = 30

  /// Plays random updates and looks at the shadow after each.
  func play(
    seed: UInt64,
    _ look: (_ lamp: inout Lamp, _ answers: [Answer], _ state: JSONValue) throws -> Void
  ) throws {
    var lamp = Lamp()
    var states = RandomStates(seed: seed)
    for _ in 0..<Self.updates {
      lamp.now += 1
      let state = states.state()
      let answers = try lamp.update(JSONValue.object(["state": state]).compact)
      try look(&lamp, answers, state)
    }
  }

  @Test("reporting its delta closes it (8.1)", arguments: seeds)
  func deltaCloses(_ seed: UInt64) throws {
    try play(seed: seed) { lamp, _, _ in
      guard let delta = lamp.document?.delta else { return }
      // On a copy: the difference shall stay open for the updates to come.
      var other = lamp
      let answers = try other.update(
        JSONValue.object(["state": ["reported": .object(delta)]]).compact)
      #expect(answers.suffixes == ["update/accepted", "update/documents"])
      #expect(other.document?.delta == nil)
    }
  }

  @Test("a delta is published exactly while there is one (8.2)", arguments: seeds)
  func published(_ seed: UInt64) throws {
    try play(seed: seed) { lamp, answers, _ in
      let expected = lamp.document?.delta.map { JSONValue.object($0) }
      #expect(answers["update/delta"]?["state"] == expected)
      let got = try lamp.send("get")["get/accepted"]
      #expect(got?["state"]?.object?["delta"] == expected)
    }
  }

  @Test("the delta holds no null and nothing that only reported has (8.1, 8.2)", arguments: seeds)
  func deltaWithinDesired(_ seed: UInt64) throws {
    try play(seed: seed) { lamp, _, _ in
      guard let document = lamp.document, let delta = document.delta else { return }
      let desired = try #require(document.desired)
      #expect(isWithin(.object(delta), .object(desired)))
    }
  }

  @Test("the metadata has the shape of the state (7)", arguments: seeds)
  func metadataShape(_ seed: UInt64) throws {
    try play(seed: seed) { lamp, answers, state in
      let document = try #require(lamp.document)
      for section in Section.allCases {
        switch (document[section], document[metadata: section]) {
        case (nil, nil): continue
        case (let state?, let metadata?):
          #expect(!state.isEmpty)
          #expect(mirrors(.object(metadata), .object(state), notAfter: lamp.now))
        case (_?, nil), (nil, _?): Issue.record("\(section) without its other half")
        }
      }
      let echoed = try #require(answers["update/accepted"]?["metadata"])
      #expect(mirrors(echoed, state, notAfter: lamp.now))
      if let delta = answers["update/delta"] {
        #expect(
          mirrors(try #require(delta["metadata"]), try #require(delta["state"]), notAfter: lamp.now)
        )
      }
    }
  }

  @Test("the same update twice leaves the same state (5)", arguments: seeds)
  func idempotent(_ seed: UInt64) throws {
    try play(seed: seed) { lamp, _, state in
      let before = try #require(lamp.document)
      _ = try lamp.update(JSONValue.object(["state": state]).compact)
      let after = try #require(lamp.document)
      #expect(after.stateJSON == before.stateJSON)
      #expect(after.metadataJSON == before.metadataJSON)  // within the same second
      #expect(after.version == before.version + 1)
    }
  }

  @Test("documents tell what get tells, before and after (4.4, 4.5)", arguments: seeds)
  func documents(_ seed: UInt64) throws {
    var held: ShadowDocument?
    try play(seed: seed) { lamp, answers, _ in
      guard
        case .documents(let previous, var current)? = answers["update/documents"]?.message?.content
      else {
        Issue.record("no documents")
        return
      }
      #expect(previous?.json.object?["state"] == held?.json.object?["state"])
      #expect(previous?.version == held?.version)
      held = current
      guard case .document(let got)? = try lamp.send("get")["get/accepted"]?.message?.content else {
        Issue.record("no document")
        return
      }
      #expect(got == current)
      current.timestamp = nil
      #expect(current == lamp.document)
    }
  }

  static let refused = [
    "", "{", "[]", "{}", #"{"state":5}"#, #"{"state":{"desired":{"a":9},"delta":{}}}"#,
    #"{"state":{"desired":{"a":9},"reported":5}}"#,
    #"{"state":{"desired":{"a":9}},"version":"1"}"#, #"{"state":{"desired":{"a":9}},"version":-1}"#,
    #"{"state":{"desired":{"a":9}},"clientToken":5}"#, #"{"state":{"desired":{"a":9,"b":[null]}}}"#,
    #"{"state":{"desired":{"a":9,"b":{"c":{"d":{"e":{"f":{"g":{"h":1}}}}}}}}}"#,
    #"{"state":{"desired":{"a":9,"b":"\#(String(repeating: "x", count: 8192))"}}}"#,
  ]

  @Test("a refused request changes nothing and is answered once (3.4)", arguments: seeds)
  func refusals(_ seed: UInt64) throws {
    try play(seed: seed) { lamp, _, _ in
      let before = lamp.document
      for body in Self.refused {
        let answers = try lamp.update(body)
        #expect(answers.refusal() != nil, "\(body)")
        #expect(lamp.document == before)
      }
      let answers = try lamp.send("update", [0xC0])
      #expect(answers.refusal()?.code == 415)
      #expect(lamp.document == before)
    }
  }

  /// Whether a value is a part of another: the same leaves and arrays at the same keys.
  private func isWithin(_ part: JSONValue, _ whole: JSONValue) -> Bool {
    switch (part, whole) {
    case (.null, _): false
    case (.object(let part), .object(let whole)):
      part.allSatisfy { member in whole[member.key].map { isWithin(member.value, $0) } ?? false }
    case (let part, let whole): part == whole
    }
  }

  /// Whether metadata has `{"timestamp": T}` at each leaf of a state and its shape elsewhere.
  private func mirrors(_ metadata: JSONValue, _ state: JSONValue, notAfter now: Int64) -> Bool {
    switch state {
    case .object(let members):
      guard let mirrored = metadata.object, mirrored.count == members.count else { return false }
      return members.allSatisfy { member in
        mirrored[member.key].map { mirrors($0, member.value, notAfter: now) } ?? false
      }
    case .array(let elements):
      guard let mirrored = metadata.array, mirrored.count == elements.count else { return false }
      return zip(mirrored, elements).allSatisfy { mirrors($0, $1, notAfter: now) }
    case .null, .bool, .number, .string:
      guard let leaf = metadata.object, leaf.count == 1, let time = leaf["timestamp"]?.integer
      else { return false }
      return time > now - Int64(Self.updates) && time <= now
    }
  }
}
