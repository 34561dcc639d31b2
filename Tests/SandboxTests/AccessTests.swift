@testable import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

/// Every topic tried by every certificate (device-shadow spec 2.5 and 13, mic-thing-api 1.3).
@Suite("The access list")
struct AccessTests {
  private static let things = ["lamp1", "lamp2"]

  /// All topics of a thing's jobs.
  private static let jobs: [JobTopic] = {
    let operations =
      [JobOperation.pending, .startNext, .describe(.next)]
      + (JobID("fw-1").map { [.describe($0), .update($0)] } ?? [])
    return operations.flatMap { [.request($0), .accepted($0), .rejected($0)] }
      + [.notify, .notifyNext]
  }()

  /// All shadow topics of both things, all of their jobs and of MIC's, and some that must lead
  /// nowhere.
  private static let topics = things.flatMap { thing in
    [ShadowAddress(thing: thing), ShadowAddress(thing: thing, shadow: "night")].flatMap { address in
      ShadowTopic.allCases.map(address.topic) + [address.prefix, address.prefix + "/other"]
    } + MICTopic.allCases.map { $0.topic(of: thing) } + jobs.map { $0.topic(of: thing) } + [
      "$aws/things/\(thing)/jobs/other/topic", "$aws/things/\(thing)",
      "tcxn/things/\(thing)/shadow/get", "tcxn/things/\(thing)",
    ]
  }

  private static func requests(of thing: String) -> Set<String> {
    let shadow = "$aws/things/\(thing)/shadow"
    return [
      "\(shadow)/get", "\(shadow)/update", "\(shadow)/delete", "\(shadow)/name/night/get",
      "\(shadow)/name/night/update", "\(shadow)/name/night/delete",
      "tcxn/things/\(thing)/shadow/update", "tcxn/things/\(thing)/shadow/backdate",
      "tcxn/things/\(thing)/fn/invoke", "$aws/things/\(thing)/jobs/get",
      "$aws/things/\(thing)/jobs/start-next", "$aws/things/\(thing)/jobs/$next/get",
      "$aws/things/\(thing)/jobs/fw-1/get", "$aws/things/\(thing)/jobs/fw-1/update",
    ]
  }

  /// A certificate on a connection that asks for everything, and what it is sent.
  private final class Client {
    let received = Recorder<String>()
    private let link: BrokerLink
    private let connected = Recorder<Bool>()

    init(
      _ identity: IdentityFolder, as clientID: String, of broker: borrowing TestBroker
    ) throws {
      link = BrokerLink(
        configuration: try .loopback(
          broker.batch, port: broker.port, as: identity, clientID: clientID,
          filters: ["#", "$aws/#"])
      ) { [received, connected] event in
        switch event {
        case .connected: connected.record(true)
        case .message(let message): received.record(message.topic)
        case .step, .secured, .subscribed, .unsubscribed, .setAside, .written, .acknowledged,
          .notSent,
          .oversized, .silent, .heard, .lost:
          break
        }
      }
    }

    func connect() async throws { try await connected.wait(for: "connection") { $0 } }

    func publish(_ topics: [String]) {
      for topic in topics { link.publish(Publication(topic: topic, payload: [])) }
    }

    /// What has come before the marker.
    func topics(before marker: String) async throws -> Set<String> {
      let place = try await received.wait(for: marker) { $0 == marker }.place
      return Set(received.events[..<place])
    }
  }

  /// Comes after all other topics; everybody may see it who sees anything of lamp1.
  private static let marker = "$aws/things/lamp1/shadow/name/marker/get"

  @Test("lets a thing publish requests for itself and nothing else")
  func thingWrites() async throws {
    let broker = try TestBroker(things: Self.things)
    let seen = try await topics(publishedAs: broker.batch.thing("lamp1"), in: broker)
    #expect(seen == Self.requests(of: "lamp1"))
  }

  @Test("lets the owner publish requests for every thing and nothing else")
  func ownerWrites() async throws {
    let broker = try TestBroker(things: Self.things)
    let seen = try await topics(publishedAs: broker.batch.owner, in: broker)
    #expect(seen == Self.requests(of: "lamp1").union(Self.requests(of: "lamp2")))
  }

  @Test("lets nobody but the service publish answers, and the service nothing but its topics")
  func serviceWrites() async throws {
    let broker = try TestBroker(things: Self.things)
    let seen = try await topics(publishedAs: broker.batch.service, in: broker)
    #expect(seen.isDisjoint(with: ["$aws/things/lamp1", "$aws/things/lamp2"]))
    for thing in Self.things {
      for address in [ShadowAddress(thing: thing), ShadowAddress(thing: thing, shadow: "night")] {
        #expect(seen.isSuperset(of: address.responseTopics))
      }
      #expect(seen.contains("tcxn/things/\(thing)/fn/invoke/response"))
      #expect(seen.isSuperset(of: Self.jobs.map { $0.topic(of: thing) }))
    }
  }

  @Test("shows a thing its own topics and nothing of another")
  func thingReads() async throws {
    let broker = try TestBroker(things: Self.things)
    let lamp = try Client(broker.batch.thing("lamp1"), as: "reader", of: broker)
    try await lamp.connect()
    let all = try await topics(publishedAs: broker.batch.service, in: broker)
    let own = all.filter {
      $0.hasPrefix("$aws/things/lamp1/") || $0 == "tcxn/things/lamp1"
        || $0.hasPrefix("tcxn/things/lamp1/")
    }
    #expect(own.count > 26)
    #expect(try await lamp.topics(before: Self.marker) == own)
  }

  /// What of all topics passes, as the owner, who may read everything, sees it.
  private func topics(
    publishedAs identity: IdentityFolder, in broker: borrowing TestBroker
  ) async throws -> Set<String> {
    // Two connections, so that the owner may be the publisher too.
    let observer = try Client(broker.batch.owner, as: "observer", of: broker)
    try await observer.connect()
    let publisher = try Client(identity, as: "publisher", of: broker)
    try await publisher.connect()
    publisher.publish(Self.topics + [Self.marker])
    return try await observer.topics(before: Self.marker)
  }
}
