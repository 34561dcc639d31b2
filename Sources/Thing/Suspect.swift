/// A request of ours that had no answer yet when the other side ended the connection.
///
/// AWS IoT tells an MQTT 3.1.1 client nothing when it closes a connection, be it that a policy
/// forbids what was asked or that another client took the id: what was in flight is the only sign.
package struct Suspect: Hashable, Sendable {
  /// What was asked.
  package enum Request: String, Hashable, Sendable { case connect, subscribe, publish }

  package let request: Request
  /// The client id, the topic filters, or the topics; one or more, the likeliest first.
  package let names: [String]
  /// Connections in a row that ended over one of the names, this one included.
  package var closures = 1
  /// Those of the names that are not asked for any more by themselves.
  package var leftOut: [String] = []

  package init(_ request: Request, _ names: [String]) {
    self.request = request
    self.names = names
  }
}

extension Suspect {
  /// What was in flight as a connection, or an attempt, ended; nil if that was nothing.
  ///
  /// - Parameters:
  ///   - subscribing: the filters that were asked for.
  ///   - step: what was under way; nil if the connection was up.
  ///   - byPeer: whether the other side ended it.
  ///   - clientID: ours.
  ///   - topics: those of what was sent shortly before and has no PUBACK.
  init?(
    subscribing: [String], step: ConnectionStep?, byPeer: Bool, clientID: String,
    topics: @autoclosure () -> [String]
  ) {
    if !subscribing.isEmpty {
      self.init(.subscribe, subscribing)
      return
    }
    guard byPeer else { return nil }
    switch step {
    case .connect: self.init(.connect, [clientID])
    case nil:
      let topics = topics()
      guard !topics.isEmpty else { return nil }
      self.init(.publish, topics)
    case .resolve, .tcp, .tls, .subscribe: return nil
    }
  }
}

/// What a policy of AWS IoT must allow.
package struct PolicyPermission: Hashable, Sendable {
  /// For instance `iot:Subscribe`.
  package let action: String
  /// For instance `arn:aws:iot:eu-west-1:ACCOUNT:topicfilter/a/b`.
  package let resource: String

  package init(action: String, resource: String) {
    self.action = action
    self.resource = resource
  }

  /// For instance `iot:Subscribe on arn:…`.
  package var words: String { "\(action) on \(resource)" }
}

extension PolicyPermission {
  /// What would allow what was in flight, in the order of its names.
  ///
  /// - Parameters:
  ///   - suspect: what was in flight.
  ///   - endpoint: its name tells the region.
  /// - Returns: one for each name, two for a topic filter.
  package static func needed(for suspect: Suspect, at endpoint: Endpoint) -> [PolicyPermission] {
    func permission(_ action: String, _ kind: String, _ name: String) -> PolicyPermission {
      PolicyPermission(
        action: "iot:" + action, resource: endpoint.resourcePrefix + kind + "/" + name)
    }
    return suspect.names.flatMap { name in
      switch suspect.request {
      case .connect: [permission("Connect", "client", name)]
      case .publish: [permission("Publish", "topic", name)]
      case .subscribe:
        // Whoever may subscribe sees nothing without the other one.
        [permission("Subscribe", "topicfilter", name), permission("Receive", "topic", name)]
      }
    }
  }
}

extension Endpoint {
  /// The region in the host's name, `ACCOUNT-ats.iot.REGION.amazonaws.com`; nil where it tells none.
  package var region: String? {
    let labels = host.lowercased().split(separator: ".").map(String.init)
    guard labels.count >= 5, labels[1] == "iot",
      labels[3] == "amazonaws" || labels[3...].starts(with: ["api", "aws"])
    else { return nil }
    return labels[2]
  }

  /// What stands before the kind of a resource; the account is nothing that an endpoint tells.
  fileprivate var resourcePrefix: String {
    let region = region
    let partition =
      switch region {
      case .some(let name) where name.hasPrefix("cn-"): "aws-cn"
      case .some(let name) where name.hasPrefix("us-gov-"): "aws-us-gov"
      case .some, nil: "aws"
      }
    return "arn:\(partition):iot:\(region ?? "REGION"):ACCOUNT:"
  }
}
