import Shadow
import Testing
import Thing

@Suite("The connection machine")
struct ConnectionMachineTests {
  /// A machine that has come to a step at time 0.
  private func machine(at step: ConnectionStep?, packets: Int = 1) -> ConnectionMachine {
    var machine = ConnectionMachine(deadlines: Deadlines(), now: 0)
    let steps: [(ConnectionStep?, (inout ConnectionMachine) -> Void)] = [
      (.resolve, { _ = $0.timePassed(now: 0) }),
      (.tcp, { _ = $0.resolved(count: 1, now: 0) }),
      (.tls, { $0.tcpConnected(now: 0) }),
      (.connect, { $0.secured(now: 0) }),
      (.subscribe, { _ = $0.greeted(packets: packets, now: 0) }),
      (nil, { machine in for _ in 0..<packets { _ = machine.subscribed(now: 9) } }),
    ]
    for (reached, advance) in steps {
      advance(&machine)
      if reached == step { break }
    }
    return machine
  }

  @Test("starts at once and goes from step to step")
  func steps() {
    var machine = ConnectionMachine(deadlines: Deadlines(), now: 5)
    #expect(machine.deadline == 5)
    #expect(machine.timePassed(now: 5) == .resolve)
    #expect(machine.resolved(count: 2, now: 6) == .connect(address: 0))
    machine.tcpConnected(now: 7)
    machine.secured(now: 8)
    #expect(machine.greeted(packets: 2, now: 9) == .subscribe)
    #expect(machine.subscribed(now: 9) == .none)
    #expect(machine.subscribed(now: 9) == .announce)
    #expect(machine.state == .online)
    #expect(machine.deadline == nil, "an idle connection needs no clock")
  }

  @Test("is online after CONNACK where there is nothing to subscribe")
  func noFilters() {
    var machine = machine(at: .connect)
    #expect(machine.greeted(packets: 0, now: 1) == .announce)
  }

  @Test(
    "gives each step its time",
    arguments: [
      (.resolve, 10_000), (.tcp, 10_000), (.tls, 10_000), (.connect, 10_000), (.subscribe, 5_000),
    ] as [(ConnectionStep, Int64)])
  func deadlines(_ step: ConnectionStep, _ limit: Int64) {
    var machine = machine(at: step)
    #expect(machine.step == step)
    #expect(machine.deadline == limit)
    #expect(machine.timePassed(now: limit - 1) == .none)
    #expect(machine.timePassed(now: limit) == .timeOut(step))
  }

  @Test("gives TLS and CONNACK ten seconds together")
  func sharedDeadline() {
    var machine = machine(at: .tcp)
    machine.tcpConnected(now: 100)
    machine.secured(now: 9000)
    #expect(machine.deadline == 10_100)
  }

  @Test("tries the next address when one refuses or keeps silent, within one dead-line")
  func addresses() {
    var machine = machine(at: .resolve)
    #expect(machine.resolved(count: 3, now: 0) == .connect(address: 0))
    #expect(machine.addressFailed(now: 10) == .connect(address: 1))
    #expect(machine.deadline == 3010)
    #expect(machine.timePassed(now: 3010) == .connect(address: 2))
    #expect(machine.deadline == 10_000, "the last one has all the time that is left")
    #expect(machine.addressFailed(now: 4000) == nil)
    #expect(machine.timePassed(now: 10_000) == .timeOut(.tcp))
  }

  @Test(
    "retries, retries slowly or stops, as the cause asks",
    arguments: [
      (.retry, .retry(after: 500)), (.retrySlowly, .retry(after: 45_000)), (.ask, .stop),
    ] as [(ConnectionFailure.Course, ConnectionMachine.Verdict)])
  func courses(_ course: ConnectionFailure.Course, _ verdict: ConnectionMachine.Verdict) {
    var machine = machine(at: .tcp)
    #expect(machine.lost(course, now: 0, random: 0.5) == verdict)
  }

  @Test("never sends two CONNECTs within a second")
  func connectInterval() {
    var machine = machine(at: .connect)
    #expect(machine.lost(.retry, now: 100, random: 0) == .retry(after: 900))
    #expect(machine.timePassed(now: 999) == .none)
    #expect(machine.timePassed(now: 1000) == .resolve)
  }

  @Test("starts an attempt when asked, but not within a second of the last one")
  func retryNow() {
    var machine = machine(at: .tcp)
    for _ in 0..<6 { _ = machine.lost(.retry, now: 100, random: 0.99) }
    var isRetrying = machine.retryNow(now: 200)
    #expect(isRetrying)
    #expect(machine.deadline == 1000)
    isRetrying = machine.retryNow(now: 5000)
    #expect(isRetrying)
    #expect(machine.deadline == 5000)
    #expect(machine.backOff.failures == 0)
  }

  @Test("goes on from a stop only when asked")
  func stop() {
    var machine = machine(at: .tls)
    #expect(machine.lost(.ask, now: 0, random: 0) == .stop)
    #expect(machine.deadline == nil)
    #expect(machine.timePassed(now: 1_000_000) == .none)
    let isRetrying = machine.retryNow(now: 1_000_000)
    #expect(isRetrying)
    #expect(machine.timePassed(now: 1_000_000) == .resolve)
  }

  @Test("has nothing to retry while an attempt runs or the connection is up")
  func nothingToRetry() {
    for step in ConnectionStep.allCases + [nil] {
      var machine = machine(at: step)
      let before = machine.state
      let isRetrying = machine.retryNow(now: 50)
      #expect(!isRetrying)
      #expect(machine.state == before)
    }
  }

  @Test("gives all the steps of an attempt fifteen seconds together")
  func whole() {
    var machine = machine(at: .resolve)
    _ = machine.resolved(count: 1, now: 9000)
    #expect(machine.deadline == 15_000)
    machine.tcpConnected(now: 14_000)
    machine.secured(now: 14_200)
    #expect(!machine.isAttemptOver(now: 14_999))
    _ = machine.greeted(packets: 2, now: 14_500)
    #expect(machine.deadline == 15_000)
    #expect(machine.subscribed(now: 14_900) == .none)
    #expect(machine.timePassed(now: 15_000) == .timeOut(.subscribe))
    #expect(machine.isAttemptOver(now: 15_000))
  }

  @Test("gives each SUBACK its time from the one before")
  func eachAnswer() {
    var machine = machine(at: .subscribe, packets: 3)
    #expect(machine.subscribed(now: 4000) == .none)
    #expect(machine.deadline == 9000)
  }

  @Test("does not wait longer and longer while it finds out what a policy forbids")
  func searching() {
    var machine = ConnectionMachine(deadlines: Deadlines(), now: 0)
    for round in 1...10 as ClosedRange<Int64> {
      let verdict = machine.lost(
        .retry, searching: 5, now: 10_000 * round, random: 0.5)
      #expect(verdict == .retry(after: 500))
    }
    let waits = (0..<3 as Range<Int64>).map {
      machine.lost(.retry, searching: 5, now: 200_000 + 10_000 * $0, random: 0.5)
    }
    #expect(waits == [.retry(after: 500), .retry(after: 1000), .retry(after: 2000)])
    // A connection that lasts, and a person who asks, begin the count anew.
    var now: Int64 = 300_000
    _ = cut(&machine, after: 30_000, now: &now)
    for pause in [500, 500, 1000] as [Int64] {
      #expect(machine.lost(.retry, searching: 1, now: now, random: 0.5) == .retry(after: pause))
      now += 9000
    }
    let isRetrying = machine.retryNow(now: now)
    #expect(isRetrying)
    #expect(machine.lost(.retry, searching: 1, now: now, random: 0.5) == .retry(after: 500))
  }

  @Test("never sends two CONNECTs within a second, whatever happens, over 10,000 sequences")
  func spacing() {
    let seed: UInt64 = 20_251_124
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<10_000 {
      var machine = ConnectionMachine(deadlines: Deadlines(), now: 0)
      var now: Int64 = 0
      var last: Int64?
      for _ in 0..<8 {
        if Int.random(in: 0..<4, using: &generator) == 0 {
          _ = machine.retryNow(now: now)
        }
        now = max(now, machine.deadline ?? now)
        guard machine.timePassed(now: now) == .resolve else { break }
        _ = machine.resolved(count: 1, now: now)
        machine.tcpConnected(now: now)
        now += Int64.random(in: 0..<300, using: &generator)
        machine.secured(now: now)
        if let last { #expect(now - last >= 1000, "seed \(seed)") }
        last = now
        _ = machine.greeted(packets: 0, now: now)
        now += Int64.random(in: 0..<40_000, using: &generator)
        if Bool.random(using: &generator) { now = (last ?? now) + 5 }
        _ = machine.lost(
          .retry, searching: Bool.random(using: &generator) ? 9 : 0, now: now,
          random: Double.random(in: 0..<1, using: &generator))
      }
    }
  }

  @Test("comes back sooner again after a connection that lasted")
  func stable() {
    var machine = ConnectionMachine(deadlines: Deadlines(), now: 0)
    var now: Int64 = 0
    for _ in 0..<8 { _ = cut(&machine, after: 6000, now: &now) }
    #expect(machine.backOff.bound == 60_000)
    _ = cut(&machine, after: 30_000, now: &now)
    #expect(machine.backOff.bound == 2000)
  }

  /// Lets the machine connect, and cuts it this long after CONNACK.
  private func cut(
    _ machine: inout ConnectionMachine, after time: Int64, now: inout Int64
  ) -> ConnectionMachine.Verdict {
    now = max(now, machine.deadline ?? now)
    _ = machine.timePassed(now: now)
    _ = machine.resolved(count: 1, now: now)
    machine.tcpConnected(now: now)
    machine.secured(now: now)
    _ = machine.greeted(packets: 0, now: now)
    now += time
    return machine.lost(.retry, now: now, random: 0.5)
  }
}

@Suite("The keep-alive watch")
struct KeepAliveWatchTests {
  @Test("wakes an idle connection once per keep-alive and has it tended")
  func idle() {
    var watch = KeepAliveWatch(keepAliveSeconds: 30, pong: 10_000, now: 0)
    #expect(watch.deadline == 31_000)
    #expect(watch.timePassed(now: 30_999) == .none)
    #expect(watch.timePassed(now: 31_000) == .tend)
    watch.received(now: 31_050)
    #expect(watch.deadline == 62_000)
  }

  @Test("takes silence after a ping for the end")
  func silence() {
    var watch = KeepAliveWatch(keepAliveSeconds: 30, pong: 10_000, now: 0)
    _ = watch.timePassed(now: 31_000)
    #expect(watch.timePassed(now: 40_000) == .silent)
    #expect(watch.deadline == 41_000)
    #expect(watch.timePassed(now: 41_000) == .lost)
  }

  @Test(
    "finds a link dead within twice its keep-alive time", arguments: [5, 6, 10, 30, 60, 1200])
  func twice(_ seconds: Int) {
    var watch = KeepAliveWatch(keepAliveSeconds: seconds, pong: 10_000, now: 0)
    var action = KeepAliveWatch.Action.none
    var now: Int64 = 0
    while action != .lost {
      now = watch.deadline
      action = watch.timePassed(now: now)
    }
    #expect(now <= Int64(seconds) * 2000)
  }

  @Test("tells a silence of the keep-alive time and ten seconds, once, and that it is over")
  func still() {
    var watch = KeepAliveWatch(keepAliveSeconds: 30, pong: 20_000, now: 0)
    #expect(watch.timePassed(now: 31_000) == .tend)
    #expect(watch.deadline == 40_000)
    #expect(watch.timePassed(now: 40_000) == .silent)
    #expect(watch.silence(now: 40_000) == 40_000)
    #expect(watch.deadline == 51_000)
    var isOver = watch.received(now: 45_000)
    #expect(isOver)
    isOver = watch.received(now: 45_001)
    #expect(!isOver)
    #expect(watch.deadline == 62_000)
  }

  @Test("tells the silence of a machine that slept, and pings then")
  func sleep() {
    var watch = KeepAliveWatch(keepAliveSeconds: 30, pong: 10_000, now: 0)
    #expect(watch.timePassed(now: 900_000) == .silent)
    #expect(watch.timePassed(now: 900_000) == .tend)
    #expect(watch.deadline == 910_000)
    #expect(watch.timePassed(now: 910_000) == .lost)
  }

  @Test("has a connection tended that only listens, without expecting an answer")
  func listening() {
    var watch = KeepAliveWatch(keepAliveSeconds: 30, pong: 10_000, now: 0)
    watch.received(now: 30_500)
    #expect(watch.timePassed(now: 31_000) == .tend)
    #expect(watch.timePassed(now: 41_000) == .none)
    #expect(watch.deadline == 61_500)
  }
}
