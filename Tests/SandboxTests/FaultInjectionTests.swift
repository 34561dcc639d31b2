import Glibc
@testable import Sandbox
import Shadow
import ShadowService
import Synchronization
import TestSupport
import Testing

private let prefix = "$aws/things/lamp1/shadow/"

@Suite("Faults on demand behind the broker")
struct FaultInjectionTests {
  @Test("come in the order of their delays, duplicates among them, and what is dropped never does")
  func answers() throws {
    let sandbox = try TestSandbox(
      faults: ["delay=200 kind=accepted", "duplicate kind=delta", "drop kind=documents"])
    let thing = try subscription(sandbox, to: ["update/+", "get/+"])
    try publish(#"{"state":{"desired":{"on":true}}}"#, to: "update", sandbox)
    #expect(try suffixes(thing, 3) == ["update/delta", "update/delta", "update/accepted"])
    try publish("", to: "get", sandbox)
    #expect(try suffixes(thing, 4).last == "get/accepted")
  }

  @Test("lose a request that never reaches the service")
  func lost() throws {
    let sandbox = try TestSandbox(faults: ["drop kind=request next=1"])
    let thing = try subscription(sandbox, to: ["update/accepted"])
    for _ in 1...2 { try publish(#"{"state":{"reported":{"on":1}}}"#, to: "update", sandbox) }
    #expect(try thing.waitForMessages(1)[0].contains(#""version":1"#))
  }

  @Test("refuse with the request's token, and with a timestamp only if that is asked for")
  func refused() throws {
    let sandbox = try TestSandbox(
      faults: [#"answer=503 message="be \"patient\"" operation=get"#, "timestamp every=2"])
    let thing = try subscription(sandbox, to: ["get/+"])
    try publish(#"{"clientToken":"t"}"#, to: "get", sandbox)
    let refusal = #"{"code":503,"message":"be \"patient\"","clientToken":"t"}"#
    #expect(try thing.waitForMessages(1) == ["\(prefix)get/rejected \(refusal)"])
    try publish("", to: "get", sandbox)
    #expect(try thing.waitForMessages(2)[1].contains(#","timestamp":"#))
  }

  @Test("tell what they do, and of each refusal like of any other")
  func events() async throws {
    let events = Recorder<String>()
    let sandbox = try TestSandbox(faults: ["answer=500 operation=get", "delay=1"]) { event in
      switch event {
      case .fault(let fault): events.record("\(fault.id) \(fault.rule) \(fault.topic)")
      case .request(let request): events.record("\(request.operation) \(request.outcome)")
      default: break
      }
    }
    try publish("", to: "get", sandbox)
    try await events.wait(for: "request") { $0.hasPrefix("get") }
    #expect(
      events.events.prefix(2) == [
        "1 answer=500 operation=get \(prefix)get", "2 delay=1 \(prefix)get/rejected",
      ])
    #expect(events.events.last?.contains("500") == true)
  }

  @Test(
    "cut every connection with the thing's certificate, and nobody else's",
    arguments: [false, true])
  func cutting(strict: Bool) async throws {
    let cuts = Recorder<ConnectionCut>()
    let sandbox = try TestSandbox(strict: strict, faults: ["disconnect kind=accepted"]) { event in
      if case .connectionCut(let cut) = event { cuts.record(cut) }
    }
    // In a strict sandbox two connections of one thing would have the same client id.
    let identities = [strict ? "lamp2" : "lamp1", "lamp1"].map(sandbox.batch.thing)
    let first = try subscription(sandbox, to: ["get/+"], as: identities[0])
    let second = try subscription(sandbox, to: ["get/+"], as: identities[1])
    try publish(#"{"state":{"reported":{"on":1}}}"#, to: "update", sandbox, as: sandbox.batch.owner)
    try await cuts.wait(for: "cut") { _ in true }
    var expected = ConnectionCut(thing: "lamp1")
    expected.count = strict ? 1 : 2
    #expect(cuts.events == [expected])
    #expect(first.messages.isEmpty && second.messages.isEmpty)
  }

  @Test("leave a session that is kept with all that it has not had")
  func keptSession() async throws {
    let cuts = Recorder<ConnectionCut>()
    let sandbox = try TestSandbox(faults: ["disconnect kind=accepted next=1"]) { event in
      if case .connectionCut(let cut) = event { cuts.record(cut) }
    }
    let thing = try Subscription(
      to: ["\(prefix)update/accepted"], as: sandbox.batch.thing("lamp1"), of: sandbox.batch,
      port: sandbox.port, more: ["-c", "-i", "kept"])
    try publish(#"{"state":{"reported":{"on":1}}}"#, to: "update", sandbox, as: sandbox.batch.owner)
    try await cuts.wait(for: "cut") { $0.count == 1 }
    // Now it is away, and comes back in a second.
    for _ in 2...3 {
      try publish(
        #"{"state":{"reported":{"on":1}}}"#, to: "update", sandbox, as: sandbox.batch.owner)
    }
    for version in 1...3 {
      try thing.wait(for: "version \(version)") { $0.contains("\"version\":\(version),") }
    }
  }

  @Test("say so when there is nobody to cut off")
  func nobody() async throws {
    let cuts = Recorder<ConnectionCut>()
    let sandbox = try TestSandbox(faults: ["disconnect"]) { event in
      if case .connectionCut(let cut) = event { cuts.record(cut) }
    }
    try publish("", to: "get", sandbox, as: sandbox.batch.owner)
    try await cuts.wait(for: "cut") { _ in true }
    #expect(cuts.events == [ConnectionCut(thing: "lamp1")])
  }

  @Test("do not keep the sandbox from ending")
  func end() throws {
    let sandbox = try TestSandbox(faults: ["delay=600000"])
    let thing = try subscription(sandbox, to: ["update/delta"])
    try publish("", to: "get", sandbox)
    let start = ContinuousClock.now
    sandbox.running.stop()
    #expect(ContinuousClock.now - start < .seconds(8))
    #expect(thing.messages.isEmpty)
  }

  @Test("are changed by the owner, and by nobody else, who cannot even see them")
  func control() throws {
    let sandbox = try TestSandbox()
    let (control, status) = ("shadowscope/sandbox/control", "shadowscope/sandbox/status")
    let thing = try Subscription(
      to: ["shadowscope/#", "\(prefix)update/+"], as: sandbox.batch.thing("lamp1"),
      of: sandbox.batch, port: sandbox.port)
    let owner = try Subscription(
      to: [status], as: sandbox.batch.owner, of: sandbox.batch, port: sandbox.port)
    for (identity, rule) in [
      (sandbox.batch.thing("lamp1"), "drop"), (sandbox.batch.owner, "reorder"),
    ] {
      try MosquittoClient.publish(
        "{\"add\":[\"\(rule) kind=delta,documents\"]}", to: control, as: identity,
        of: sandbox.batch, port: sandbox.port)
    }
    #expect(try owner.waitForMessages(1).count == 1)
    #expect(owner.messages[0].contains(#"[{"id":1,"rule":"reorder kind=delta,documents","#))
    try publish(#"{"state":{"desired":{"on":true}}}"#, to: "update", sandbox)
    #expect(
      try suffixes(thing, 3) == ["update/accepted", "update/documents", "update/delta"])
  }

  @Test("a strict sandbox takes 20 requests of a thing in a second, and refuses more with 429")
  func limits() throws {
    let sandbox = try TestSandbox(strict: true)
    // As the owner: the thing's publisher would throw its subscriber out.
    let owner = try subscription(
      sandbox, to: ["update/accepted", "update/rejected"], as: sandbox.batch.owner)
    try publish(
      #"{"state":{"reported":{"on":1}},"clientToken":"t"}"#, to: "update", sandbox,
      more: ["--repeat", "60"])
    let answers = try owner.waitForMessages(60)
    #expect(answers.prefix(20).allSatisfy { $0.contains("update/accepted") })
    let refusal =
      #"{"code":429,"message":"Too many requests: at most 20 in a second","clientToken":"t"}"#
    #expect(answers.contains("\(prefix)update/rejected \(refusal)"))
  }

  @Test("a sandbox that is not strict takes as many as come")
  func noLimits() throws {
    let sandbox = try TestSandbox()
    let thing = try subscription(sandbox, to: ["update/accepted"])
    try publish(
      #"{"state":{"reported":{"on":1}}}"#, to: "update", sandbox, more: ["--repeat", "60"])
    #expect(try thing.waitForMessages(60).count == 60)
  }

  // MARK: -

  private func subscription(
    _ sandbox: borrowing TestSandbox, to suffixes: [String], as identity: IdentityFolder? = nil
  ) throws -> Subscription {
    try Subscription(
      to: suffixes.map { prefix + $0 }, as: identity ?? sandbox.batch.thing("lamp1"),
      of: sandbox.batch, port: sandbox.port)
  }

  private func publish(
    _ message: String, to suffix: String, _ sandbox: borrowing TestSandbox,
    as identity: IdentityFolder? = nil, more: [String] = []
  ) throws {
    try MosquittoClient.publish(
      message, to: prefix + suffix, as: identity ?? sandbox.batch.thing("lamp1"),
      of: sandbox.batch, port: sandbox.port, more: more)
  }

  private func suffixes(_ thing: borrowing Subscription, _ count: Int) throws -> [String] {
    try thing.waitForMessages(count).map { message in
      String(message.prefix { $0 != " " }.dropFirst(prefix.count))
    }
  }
}

@Suite("Deferred sending")
struct DeferredSendingTests {
  @Test("keeps the order of what is due together, and then ends its thread")
  func order() async throws {
    let cuts = Recorder<String>()
    weak var gone: DeferredSending?
    do {
      let sending = DeferredSending { cuts.record($0) }
      gone = sending
      sending.take([
        .cut(thing: "late", delay: 60), .cut(thing: "a", delay: 20), .cut(thing: "now", delay: 0),
        .cut(thing: "b", delay: 20),
      ])
      try await cuts.wait(for: "last") { $0 == "late" }
    }
    #expect(cuts.events == ["now", "a", "b", "late"])
    try await waitUntil("its end") { gone == nil }
  }

  @Test("forgets what waits when it is stopped")
  func stop() async throws {
    let cuts = Recorder<String>()
    weak var gone: DeferredSending?
    do {
      let sending = DeferredSending { cuts.record($0) }
      gone = sending
      sending.take([.cut(thing: "never", delay: 600_000)])
      sending.stop()
      sending.take([.cut(thing: "neither", delay: 1)])
    }
    try await waitUntil("its end") { gone == nil }
    #expect(cuts.events.isEmpty)
  }
}
