import JSON
import Shadow
import ShadowService

/// Sends messages to a service and looks whether each answer is as the spec promises.
struct Witness {
  struct Violation: Error { let what: String }

  /// What is known of a shadow from its answers alone.
  private enum Known {
    case exists(version: Int64, state: JSONValue)
    case deleted(version: Int64, at: Int64)
  }

  private var service = ShadowService()
  private var now: Int64 = 1_700_000_000
  private var known: [ShadowAddress: Known] = [:]
  /// How many messages were accepted (200) or refused with a code; 0 where none was answered.
  private(set) var outcomes: [Int: Int] = [:]
  private var unanswered = 0

  var summary: String {
    outcomes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      + ", unanswered: \(unanswered)"
  }

  mutating func send(_ message: RequestFuzzer.Message) throws(Violation) {
    now += message.wait
    let before = address(of: message).flatMap { service[$0] }
    let published = service.handle(
      message.topic, payload: message.payload, retained: message.retained, now: now)
    guard let address = address(of: message), let operation = operation(of: message) else {
      unanswered += 1
      return try check(published.isEmpty, "no request, but an answer")
    }
    let answers = try read(published, at: address)
    let kinds = answers.map(\.topic)
    if kinds == [.rejected(operation)] {
      try check(service[address] == before, "a refused request changes the shadow")
      outcomes[try refusal(answers[0], message), default: 0] += 1
      return
    }
    outcomes[200, default: 0] += 1
    for answer in answers {
      try check(answer.body["timestamp"]?.integer == now, "another time than now")
      try check(answer.body["clientToken"] == token(of: message), "another token than was sent")
    }
    switch operation {
    case .get:
      try check(kinds == [.accepted(.get)], "get is answered by \(kinds)")
      try got(answers[0], at: address)
      try check(service[address] == before, "a get changes the shadow")
    case .delete:
      try check(kinds == [.accepted(.delete)], "delete is answered by \(kinds)")
      try deleted(answers[0], at: address)
    case .update:
      try check(
        kinds == [.accepted(.update), .documents]
          || kinds == [.accepted(.update), .delta, .documents], "update is answered by \(kinds)")
      try updated(answers, at: address)
    }
  }

  // MARK: What a message is

  /// The shadow whose request this is, found without the code under test.
  private func address(of message: RequestFuzzer.Message) -> ShadowAddress? {
    let levels = message.topic.split(separator: "/", omittingEmptySubsequences: false).map(
      String.init)
    guard !message.retained, levels.count == 5 || levels.count == 7, levels[0] == "$aws",
      levels[1] == "things", levels[3] == "shadow",
      ["get", "update", "delete"].contains(levels[levels.count - 1])
    else { return nil }
    if levels.count == 5 { return ShadowAddress(thing: levels[2]) }
    return levels[4] == "name" ? ShadowAddress(thing: levels[2], shadow: levels[5]) : nil
  }

  private func operation(of message: RequestFuzzer.Message) -> ShadowOperation? {
    message.topic.split(separator: "/").last.flatMap { ShadowOperation(rawValue: String($0)) }
  }

  private func token(of message: RequestFuzzer.Message) -> JSONValue? {
    (try? JSONParser.parse(message.payload, maximumDepth: 1024))?.object?["clientToken"]
  }

  // MARK: What an answer is

  private struct Answer {
    let topic: ShadowTopic
    let body: JSONObject
    let size: Int
  }

  private func read(
    _ published: [Publication], at address: ShadowAddress
  ) throws(Violation) -> [Answer] {
    var answers: [Answer] = []
    for publication in published {
      guard let (place, topic) = ShadowAddress.parse(topic: publication.topic), place == address,
        !topic.isRequest
      else { throw Violation(what: "an answer on \(publication.topic)") }
      guard let body = (try? JSONParser.parse(publication.payload))?.object, !body.hasDuplicates
      else { throw Violation(what: "a payload that is no JSON object") }
      if case .unreadable(let reason, _)? =
        ShadowMessage(topic: publication.topic, payload: publication.payload)?.content
      {
        throw Violation(what: "a payload that no client can read: \(reason)")
      }
      answers.append(Answer(topic: topic, body: body, size: publication.payload.count))
    }
    try check(!answers.isEmpty, "no answer")
    return answers
  }

  /// Looks at a rejection; answers its code.
  private func refusal(
    _ answer: Answer, _ message: RequestFuzzer.Message
  ) throws(Violation) -> Int {
    try has(answer.body, ["code", "message"])
    guard let code = answer.body["code"]?.integer, [400, 404, 409, 413, 415].contains(code),
      answer.body["message"]?.string?.isEmpty == false
    else { throw Violation(what: "a rejection without code or message") }
    var token = token(of: message)
    if (token?.string?.utf8.count ?? 65) > 64 { token = Optional.none }
    try check(answer.body["clientToken"] == token, "a rejection with another token than was sent")
    return Int(code)
  }

  private func got(_ answer: Answer, at address: ShadowAddress) throws(Violation) {
    try has(answer.body, ["state", "metadata", "version", "timestamp"])
    guard case .exists(let version, var state)? = known[address] else {
      throw Violation(what: "a document where no shadow is")
    }
    try check(answer.body["version"]?.integer == version, "get tells another version")
    let delta = answer.body["state"]?.object?["delta"]
    if let delta, var sections = state.object {
      sections.append(key: "delta", value: delta)
      state = .object(sections)
    }
    try check(answer.body["state"]?.compact == state.compact, "get tells another state")
    try check(delta == service[address]?.delta.map(JSONValue.object), "get tells another delta")
  }

  private mutating func deleted(_ answer: Answer, at address: ShadowAddress) throws(Violation) {
    try has(answer.body, ["version", "timestamp"])
    guard case .exists(let version, _)? = known[address] else {
      throw Violation(what: "a deletion where no shadow is")
    }
    try check(answer.body["version"]?.integer == version, "delete tells another version")
    try check(service[address] == nil, "a deleted shadow is still there")
    known[address] = .deleted(version: version, at: now)
  }

  private mutating func updated(_ answers: [Answer], at address: ShadowAddress) throws(Violation) {
    let (accepted, documents) = (answers[0].body, answers[answers.count - 1].body)
    try has(accepted, ["state", "metadata", "version", "timestamp"])
    try has(documents, ["previous", "current", "timestamp"])
    guard let current = documents["current"]?.object, let state = current["state"],
      let metadata = current["metadata"], let version = current["version"]?.integer
    else { throw Violation(what: "documents without a current one") }
    try check(version == expectedVersion(at: address), "version \(version) is not the next")
    try check(accepted["version"]?.integer == version, "accepted tells another version")
    try check(mirrors(metadata, state), "metadata of another shape than the state")
    if let echoed = accepted["state"], let times = accepted["metadata"] {
      try check(mirrors(times, echoed), "accepted has metadata of another shape than its state")
    }
    switch known[address] {
    case .exists(let version, let state)?:
      let previous = documents["previous"]?.object
      try check(previous?["version"]?.integer == version, "previous has another version")
      try check(previous?["state"]?.compact == state.compact, "previous has another state")
    case .deleted?, nil:
      try check(documents["previous"]?.isNull == true, "a previous document where no shadow was")
    }
    let size = ["desired", "reported"].compactMap { state.object?[$0]?.compactBytes.count }
    try check(size.reduce(0, +) <= 8192, "a shadow of more than 8192 bytes")
    try check(!hasNull(state), "a null in the state")
    let delta = answers.count == 3 ? answers[1].body : nil
    try check(
      delta?["state"] == service[address]?.delta.map(JSONValue.object),
      "a delta that is not the difference")
    if let delta, let state = delta["state"], let metadata = delta["metadata"] {
      try has(delta, ["state", "metadata", "version", "timestamp"])
      try check(delta["version"]?.integer == version, "delta tells another version")
      try check(mirrors(metadata, state), "delta has metadata of another shape than its state")
      try check(
        state.object?.isEmpty == false && !hasNull(state), "an empty delta, or a null in it")
    }
    known[address] = .exists(version: version, state: state)
  }

  private func expectedVersion(at address: ShadowAddress) -> Int64 {
    switch known[address] {
    case .exists(let version, _)?: version + 1
    case .deleted(let version, let time)?: now - time > 48 * 60 * 60 ? 1 : version + 2
    case nil: 1
    }
  }

  // MARK: Rules

  private func check(_ holds: Bool, _ what: @autoclosure () -> String) throws(Violation) {
    if !holds { throw Violation(what: what()) }
  }

  /// Whether a body has these members, perhaps a token, and no other.
  private func has(_ body: JSONObject, _ members: [String]) throws(Violation) {
    let keys = body.map(\.key).filter { $0 != "clientToken" }
    try check(keys == members, "members \(keys)")
  }

  private func hasNull(_ value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .bool, .number, .string: false
    case .array(let elements): elements.contains(where: hasNull)
    case .object(let object): object.contains { hasNull($0.value) }
    }
  }

  private func mirrors(_ metadata: JSONValue, _ state: JSONValue) -> Bool {
    switch state {
    case .object(let members):
      guard let mirrored = metadata.object, mirrored.count == members.count else { return false }
      return zip(mirrored, members).allSatisfy {
        $0.key.hasSameScalars(as: $1.key) && mirrors($0.value, $1.value)
      }
    case .array(let elements):
      guard let mirrored = metadata.array, mirrored.count == elements.count else { return false }
      return zip(mirrored, elements).allSatisfy { mirrors($0, $1) }
    case .null, .bool, .number, .string:
      guard let leaf = metadata.object, leaf.count == 1, let time = leaf["timestamp"]?.integer
      else { return false }
      return (1_700_000_000...now).contains(time)
    }
  }
}
