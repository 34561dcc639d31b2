import Sandbox
import Shadow
import TestSupport
import Testing

@Suite("Networked things over the parent's certificate (mic-thing-api 1.9)")
struct NetworkedThingsTests {
  /// Observed by the owner, who may read everything: what passes of what lamp1 publishes.
  private func passing(_ topics: [String]) throws -> [String] {
    let sandbox = try TestBroker()
    let observer = try Subscription(
      to: ["$aws/things/#", "tcxn/#"], as: sandbox.batch.owner, of: sandbox.batch,
      port: sandbox.port)
    let marker = "$aws/things/lamp1/shadow/get"
    for topic in topics + [marker] {
      try MosquittoClient.publish(
        "{}", to: topic, as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
    }
    try observer.wait(for: "marker") { $0 == "\(marker) {}" }
    return observer.messages.map { String($0.dropLast(3)) }.filter { $0 != marker }
  }

  @Test("a thing publishes requests for its networked things, with any name and unannounced")
  func requests() throws {
    let topics = [
      "$aws/things/lamp1__pump/shadow/get", "$aws/things/lamp1__pump/shadow/update",
      "$aws/things/lamp1__7:a-b/shadow/name/night/update", "$aws/things/lamp1__a__b/shadow/delete",
      "$aws/things/lamp1___a/shadow/get", "tcxn/things/lamp1__pump/shadow/update",
      "tcxn/things/lamp1__pump/shadow/backdate", "tcxn/things/lamp1__pump/fn/invoke",
    ]
    #expect(try passing(topics) == topics)
  }

  @Test("nothing else is a networked thing of a thing, and none publishes answers")
  func strangers() throws {
    #expect(
      try passing([
        "$aws/things/lamp2__pump/shadow/update", "$aws/things/lamp1__/shadow/update",
        "$aws/things/lamp1_pump/shadow/update", "$aws/things/lamp11__pump/shadow/update",
        "$aws/things/xlamp1__pump/shadow/update", "$aws/things/Lamp1__pump/shadow/update",
        "$aws/things/lamp1__pump/shadow/update/accepted", "$aws/things/lamp1__pump/jobs/get",
        "$aws/things/lamp1__pump", "tcxn/things/lamp1__pump/fn/invoke/response",
        "tcxn/things/lamp2__pump/shadow/update", "$aws/things/lamp2/shadow/lamp1__pump",
      ]) == [])
  }

  @Test("a networked thing has a shadow of its own, whose answers its parent alone receives")
  func shadow() throws {
    let sandbox = try TestSandbox()
    let filters = ["$aws/things/lamp1__pump/shadow/update/+", "tcxn/things/lamp1__pump/#"]
    let subscription = { (thing: String) in
      try Subscription(
        to: filters + ["$aws/things/\(thing)/shadow/get/+"], as: sandbox.batch.thing(thing),
        of: sandbox.batch, port: sandbox.port)
    }
    let parent = try subscription("lamp1")
    let stranger = try subscription("lamp2")
    for (thing, topic) in [
      ("lamp1", "$aws/things/lamp1__pump/shadow/update"),
      ("lamp2", "$aws/things/lamp1__pump/shadow/update"), ("lamp1", "$aws/things/lamp1/shadow/get"),
      ("lamp2", "$aws/things/lamp2/shadow/get"),
    ] {
      try MosquittoClient.publish(
        #"{"state":{"reported":{"owner":"\#(thing)"}}}"#, to: topic,
        as: sandbox.batch.thing(thing), of: sandbox.batch, port: sandbox.port)
    }
    // The parent's own shadow is another one, and lamp2 has written nothing.
    let messages = try parent.waitForMessages(3)
    #expect(messages[0].contains(#"update/accepted {"state":{"reported":{"owner":"lamp1"}}"#))
    #expect(messages[1].contains("update/documents"))
    #expect(messages[2].hasPrefix("$aws/things/lamp1/shadow/get/rejected"))
    let seen = try stranger.waitForMessages(1)
    #expect(seen.map { $0.prefix { $0 != " " } } == ["$aws/things/lamp2/shadow/get/rejected"])
    #expect(parent.messages.count == 3)
  }
}
