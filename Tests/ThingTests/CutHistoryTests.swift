import Testing
import Thing

/// How one connection ended, in short.
private enum End: Sendable {
  /// The other side closed it so many ms after CONNACK, with nothing in flight.
  case plain(Int64)
  /// The same with this in flight, which is asked for again by itself.
  case at(Suspect.Request, [String], after: Int64? = 100)
  /// The same, with a request of the person's that is not repeated.
  case once(String)
  /// Not an end: the broker answered these.
  case answered(Suspect.Request, [String])
  /// It never came to CONNACK: refused, or no network.
  case down
  /// Up for a while, then a ping stayed without an answer.
  case halfOpen

  var cut: CutHistory.Cut? {
    switch self {
    case .plain(let after): CutHistory.Cut(afterGreeting: after)
    case .at(let request, let names, let after):
      CutHistory.Cut(afterGreeting: after, suspect: Suspect(request, names))
    case .once(let topic):
      CutHistory.Cut(afterGreeting: 100, suspect: Suspect(.publish, [topic]), isRepeated: false)
    case .down: CutHistory.Cut(afterGreeting: nil, byPeer: false)
    case .halfOpen: CutHistory.Cut(afterGreeting: 50_000, byPeer: false)
    case .answered: nil
    }
  }
}

@Suite("What the ends of connections mean together")
struct CutHistoryTests {
  @Test(
    "is told by how soon, by whom, and over what",
    arguments: [
      // A take-over: two soon after CONNACK with nothing in flight.
      ([.plain(0)], .perhapsTakenOver),
      ([.plain(29_999), .plain(29_999)], .takenOver),
      ([.plain(5), .plain(30_000)], .none),
      ([.plain(5), .plain(30_000), .plain(5)], .perhapsTakenOver),
      ([.plain(3_600_000), .plain(5), .plain(5)], .takenOver),
      // A broker that starts anew is down in between, and so is a network.
      ([.plain(5), .down, .plain(5)], .perhapsTakenOver),
      ([.plain(5), .halfOpen, .plain(5)], .perhapsTakenOver),
      ([.down, .down, .down], .none),
      // CONNECT without an answer, between two cuts: the two still fight.
      ([.plain(5), .at(.connect, ["id"], after: nil), .plain(5)], .takenOver),
      ([.at(.connect, ["id"], after: nil)], .suspected),
      (
        [.at(.connect, ["id"], after: nil), .at(.connect, ["id"], after: nil)],
        .denied(["id"], closures: 2)
      ),
      // What was in flight is suspected first, and the second time it is denied.
      ([.at(.subscribe, ["a", "b"])], .suspected),
      ([.at(.subscribe, ["a", "b"]), .at(.subscribe, ["b"])], .denied(["b"], closures: 2)),
      (
        [.at(.subscribe, ["a", "b"]), .at(.subscribe, ["b"]), .at(.subscribe, ["b"])],
        .denied(["b"], closures: 3)
      ),
      ([.at(.subscribe, ["a"]), .down, .at(.subscribe, ["a"])], .suspected),
      ([.at(.publish, ["t/get"]), .at(.publish, ["t/get"])], .denied(["t/get"], closures: 2)),
      ([.once("t/update"), .once("t/update")], .denied(["t/update"], closures: 2)),
      // What was in flight once and not again was there by chance: a take-over after all.
      ([.at(.subscribe, ["a"]), .answered(.subscribe, ["a"]), .plain(5)], .takenOver),
      ([.at(.publish, ["t/get"]), .answered(.publish, ["t/get"]), .plain(5)], .takenOver),
      (
        [
          .at(.subscribe, ["a"]), .answered(.subscribe, ["a"]), .at(.subscribe, ["b"]),
          .answered(.subscribe, ["b"]), .at(.publish, ["c"]),
        ], .takenOver
      ),
      // Unless its turn had not come yet.
      ([.at(.subscribe, ["a", "b"]), .answered(.subscribe, ["a"]), .plain(5)], .perhapsTakenOver),
      ([.at(.subscribe, ["a"]), .at(.subscribe, ["b"]), .at(.subscribe, ["c"])], .suspected),
      // But a request of the person's is not made again, so nothing speaks for it.
      ([.once("t/update"), .answered(.publish, ["t/update"]), .plain(5)], .perhapsTakenOver),
      ([.plain(5), .once("t/update")], .suspected),
      // A further shadow, opened much later, is no sign of a fight.
      (
        [.at(.subscribe, ["a"], after: 90_000), .answered(.subscribe, ["a"]), .plain(5)],
        .perhapsTakenOver
      ),
      // A denial explains the ends before it.
      (
        [.plain(5), .at(.subscribe, ["a"]), .at(.subscribe, ["a"]), .plain(5)], .perhapsTakenOver
      ),
    ] as [([End], CutHistory.Verdict)])
  private func table(_ ends: [End], _ verdict: CutHistory.Verdict) {
    var history = CutHistory()
    var last = CutHistory.Verdict.none
    for end in ends {
      if case .answered(let request, let names) = end { history.answered(request, names) }
      if let cut = end.cut { last = history.note(cut) }
    }
    #expect(last == verdict)
  }

  @Test("is forgotten when the person asks for a connection")
  func reset() {
    var history = CutHistory()
    _ = history.note(CutHistory.Cut(afterGreeting: 5))
    history.reset()
    #expect(history.note(CutHistory.Cut(afterGreeting: 5)) == .perhapsTakenOver)
  }
}

@Suite("What a policy must allow")
struct PolicyPermissionTests {
  @Test(
    "names action and resource, with the region that the endpoint tells",
    arguments: [
      (
        Suspect(.connect, ["lamp1"]), "x-ats.iot.eu-west-1.amazonaws.com",
        ["iot:Connect on arn:aws:iot:eu-west-1:ACCOUNT:client/lamp1"]
      ),
      (
        Suspect(.subscribe, ["a/b"]), "x-ats.iot.cn-north-1.amazonaws.com.cn",
        [
          "iot:Subscribe on arn:aws-cn:iot:cn-north-1:ACCOUNT:topicfilter/a/b",
          "iot:Receive on arn:aws-cn:iot:cn-north-1:ACCOUNT:topic/a/b",
        ]
      ),
      (
        Suspect(.publish, ["$aws/things/lamp1/shadow/get"]), "localhost",
        ["iot:Publish on arn:aws:iot:REGION:ACCOUNT:topic/$aws/things/lamp1/shadow/get"]
      ),
      (
        Suspect(.publish, ["t"]), "x.iot.us-gov-west-1.amazonaws.com",
        ["iot:Publish on arn:aws-us-gov:iot:us-gov-west-1:ACCOUNT:topic/t"]
      ),
    ] as [(Suspect, String, [String])])
  func words(_ suspect: Suspect, _ host: String, _ words: [String]) {
    let needed = PolicyPermission.needed(for: suspect, at: Endpoint(host: host))
    #expect(needed.map(\.words) == words)
  }
}
