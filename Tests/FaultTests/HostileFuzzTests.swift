import Glibc
import JSON
import Shadow
import Synchronization
import TestSupport
import Testing
import Thing
@testable import Monitor

@Suite("A hostile broker that mutates what is right", .timeLimit(.minutes(5)))
struct HostileFuzzTests {
  /// All chance hangs on this; `SHADOWSCOPE_SEED` gives another.
  private static let seed =
    getenv("SHADOWSCOPE_SEED").flatMap { UInt64(String(cString: $0)) } ?? 51
  private static let address = HostileBroker.address

  /// What a broker may send, to be mutated.
  private static let good: [(topic: String, payload: String)] = [
    (address.topic(.documents), HostileBroker.documents(version: 6, temperature: 22)),
    (
      address.topic(.accepted(.get)),
      HostileBroker.answer(version: 6, temperature: 22, token: "nobody")
    ),
    (
      address.topic(.accepted(.update)),
      #"{"state":{"reported":{"a":[1,{"b":null}]}},"metadata":{"reported":{"a":[]}},"version":7,"#
        + #""timestamp":1700000000,"clientToken":"nobody"}"#
    ),
    (
      address.topic(.rejected(.update)),
      #"{"code":400,"message":"Missing required node: state","clientToken":"nobody"}"#
    ),
    (
      address.topic(.delta),
      #"{"version":6,"timestamp":1700000000,"state":{"temperature":25.50},"metadata":{}}"#
    ),
  ]

  @Test("cannot upset the monitor by 1,500 mutated messages")
  func messages() async throws {
    let before = Memory.resident
    let broker = try HostileBroker { client in
      var mutation = Mutation(seed: Self.seed)
      for _ in 1...1500 {
        let (topic, payload) = mutation.pick(Self.good)
        try client.send(
          MQTTPacket.publish(mutation.mutate(Array(payload.utf8)), to: Array(topic.utf8)))
      }
    }
    let monitor = LiveMonitor(try broker.configuration())
    try await monitor.wait(for: "the last message, seed \(Self.seed)", seconds: 60) { monitor in
      monitor.model.log.total >= 1500
    }
    // A version may have come that none is above; an answer to a question of our own counts.
    monitor.type("r")
    try await monitor.wait(for: "the shadow as it is, seed \(Self.seed)", seconds: 30) {
      $0.model.shadow.version == 8 && $0.temperature == 30
    }
    #expect(monitor.isHarmless)
    #expect(broker.accepted == 1)
    let grown = Memory.resident - before
    print("1500 mutated messages, seed \(Self.seed): resident \(grown >> 10) KB more")
    // Other tests run beside this one.
    #expect(grown < 300 << 20)
  }

  @Test("cannot upset the connection by 500 mutated packets")
  func packets() async throws {
    let (before, descriptors) = (Memory.resident, Memory.descriptors)
    let scene = try FaultScene()
    let mutation = Mutex(Mutation(seed: Self.seed))
    try scene.serve(as: scene.server()) { client, _ in
      try client.greet()
      try client.grantSubscribe()
      let packet = mutation.withLock { mutation in
        let (topic, payload) = mutation.pick(Self.good)
        return mutation.mutate(MQTTPacket.publish(payload, to: topic, flags: 2))
      }
      try client.send(packet)
    }
    var configuration = try scene.configuration()
    configuration.filters = ["t"]
    var endings: [ConnectionFailure.Kind: Int] = [:]
    for number in 1...500 {
      let events = Recorder<LinkEvent>()
      let link = BrokerLink(configuration: configuration) { events.record($0) }
      let event = try await events.wait(for: "end, seed \(Self.seed), packet \(number)") { event in
        if case .lost = event { true } else { false }
      }.event
      link.stop()
      if case .lost(let failure, _) = event { endings[failure.kind, default: 0] += 1 }
    }
    let grown = Memory.resident - before
    print("500 mutated packets, seed \(Self.seed): \(endings), resident \(grown >> 10) KB more")
    #expect(grown < 300 << 20)
    // Other tests beside this one open some; a link that left one open would leave 500.
    #expect(Memory.descriptors < descriptors + 300, "nothing is left open")
  }
}

/// Changes bytes as chance has it.
private struct Mutation: Sendable {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &generator)]
  }

  /// One to four changes: a bit, a byte, a cut, a piece twice, noise in between, a long run.
  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 1...Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      let end = min(bytes.count, place + Int.random(in: 1...40, using: &generator))
      switch Int.random(in: 0..<7, using: &generator) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[place] = .random(in: 0...255, using: &generator)
      case 2: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 4: bytes.insert(contentsOf: noise(), at: place)
      case 5: bytes.insert(contentsOf: pick(Self.dictionary).utf8, at: place)
      default: bytes = Array(bytes[..<place])
      }
    }
    return bytes
  }

  private mutating func noise() -> [UInt8] {
    (0..<Int.random(in: 1...64, using: &generator)).map { _ in
      .random(in: 0...255, using: &generator)
    }
  }

  private static let dictionary = [
    "{", "}", "[[[[[[[[", "\"", "\\u0000", "\\ud800", "null", "-0", "1e9999", "\u{1B}[2J", ",",
    "\"version\":9223372036854775807,", "\"clientToken\":", "\"state\":", "99999999999999999999",
  ]
}
