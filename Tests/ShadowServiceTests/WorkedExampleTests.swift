import JSON
import Shadow
import ShadowService
import Testing

@Suite("The worked examples of the spec (16)")
struct WorkedExampleTests {
  @Test("are all 39 in the data file, in their order")
  func complete() throws {
    #expect(try WorkedExample.all().map(\.number) == Array(1...39))
  }

  @Test("are answered as the spec says", arguments: try WorkedExample.all())
  func replay(_ example: WorkedExample) throws {
    var service = ShadowService()
    let prefix = ShadowAddress(thing: example.thing).prefix + "/"
    for step in example.steps {
      let published = service.handle(
        prefix + step.suffix, payload: step.payload, retained: false, now: step.time)
      let answers = try published.map { try Answer($0, below: prefix) }
      if step.prepares {
        #expect(answers.contains { $0.suffix == step.suffix + "/accepted" })
      } else {
        try compare(answers, with: step)
      }
    }
  }

  /// Compares without regard to order: none is guaranteed (11).
  private func compare(_ answers: [Answer], with step: WorkedExample.Step) throws {
    #expect(answers.map(\.suffix).sorted() == step.answers.map(\.suffix).sorted())
    for expected in step.answers {
      guard let answer = answers.first(where: { $0.suffix == expected.suffix }) else { continue }
      if let message = expected.message {
        #expect(
          withoutOptionalTime(answer.body, beside: message) == message,
          "\(answer.body.compact) instead of \(message.compact)")
      } else {
        try checkShape(of: answer, beside: answers)
      }
    }
  }

  /// A rejection may tell the time or not (4.7).
  private func withoutOptionalTime(_ body: JSONValue, beside expected: JSONValue) -> JSONValue {
    guard var members = body.object, members["code"] != nil,
      expected.object?["timestamp"] == nil
    else { return body }
    members["timestamp"] = nil
    return .object(members)
  }

  /// What is "not shown" is a documents message of the same version and time as `accepted`.
  private func checkShape(of answer: Answer, beside answers: [Answer]) throws {
    let accepted = try #require(answers.first { $0.suffix.hasSuffix("update/accepted") })
    let message = try #require(answer.message)
    guard case .documents(_, let current) = message.content else {
      Issue.record("\(answer.suffix) is \(message.content)")
      return
    }
    #expect(current.version == accepted["version"]?.integer)
    #expect(message.timestamp == accepted["timestamp"]?.integer)
    #expect(message.clientToken == accepted["clientToken"]?.string)
  }
}
