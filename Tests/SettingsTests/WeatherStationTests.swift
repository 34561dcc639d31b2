import JSON
import Settings
import Shadow
import Simulation
import Testing

@Suite("The rules of the weather station")
struct WeatherStationTests {
  @Test("are read without a fault")
  func faultless() {
    #expect(BuiltInRules.weatherStation.faults == [])
    #expect(BuiltInRules.names.allSatisfy { BuiltInRules.text(of: $0)?.isEmpty == false })
    #expect(BuiltInRules.nearest(to: "wether-station") == "weather-station")
  }

  @Test("of the soil probe behind it are read without a fault, and report its type")
  func soilProbe() {
    #expect(BuiltInRules.soilProbe.faults == [])
    let reported = Simulator(BuiltInRules.soilProbe.rules, seed: 1, now: 0).reported
    #expect(reported["moisture"]?.number != nil)
    #expect(reported["tcxn"]?.object?["thingType"] == "soil-probe")
  }

  @Test("report everything at first: numbers, a text, a nested resource, a place, and tcxn")
  func firstReport() {
    var station = station(seed: 1)
    let reported = station.connected(now: 0)
    for name in ["temperature", "humidity", "pressure", "wind"] {
      #expect(reported[name]?.number != nil, "\(name)")
    }
    #expect(reported["status"] == "breezy")
    #expect(reported["pump1"]?.object?["type"] == "pump")
    #expect(reported["workshop/door"]?.object?["open"] == false)
    #expect(reported["latlng"] == "59.91390,10.75220")
    #expect(reported["tcxn"]?.object?["connection_status"] == 2)
    #expect(reported["tcxn"]?.object?["battery_level"] == 97)
  }

  @Test("report one or two readings about once a second", arguments: [1, 2, 3] as [UInt64])
  func readings(seed: UInt64) {
    var station = station(seed: seed)
    let reports = run(&station, until: 60_000)
    #expect((45...80).contains(reports.count), "\(reports.count) reports of seed \(seed)")
    for report in reports {
      let names = report.state.members.map(\.key).filter { $0 != "status" }
      #expect((1...2).contains(names.count), "\(report.state) of seed \(seed)")
    }
  }

  @Test("never report a value that was reported just before")
  func news() {
    var station = station(seed: 7)
    var known = station.reported
    for report in run(&station, until: 120_000) {
      for member in report.state where member.value.object == nil {
        #expect(known[member.key] != member.value, "\(member.key)")
        known[member.key] = member.value
      }
    }
  }

  @Test("measure the same weather for the same seed, another for another")
  func seeds() {
    let runs = ([5, 5, 6] as [UInt64]).map { seed in
      var station = station(seed: seed)
      return run(&station, until: 20_000).map(\.state)
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] != runs[2])
  }

  @Test("do what desired asks for a second later, under any name")
  func obedience() {
    var station = station(seed: 1)
    station.receive(delta(["mode": "manual", "né/w": ["a": [1, 2]]]), now: 100)
    let report = run(&station, until: 1100).first { $0.state["mode"] != nil }
    #expect(report?.time == 1100)
    #expect(report?.state["mode"] == "manual")
    #expect(report?.state["né/w"] == ["a": [1, 2]])
  }

  @Test("bring the pump to the wanted flow in steps, and at the end to the very number")
  func pump() throws {
    var station = station(seed: 1)
    let wanted = try #require(JSONNumber(lexeme: "12.00"))
    station.receive(delta(["pump1": ["flow": .number(wanted)]]), now: 0)
    let flows = run(&station, until: 60_000).compactMap { report in
      report.state["pump1"]?.object?["flow"]?.number.map { (report.time, $0.lexeme) }
    }
    #expect(flows.first?.1 == "2.5")
    #expect(flows.last?.1 == "12.00")
    #expect((19_000...23_000).contains(flows.last?.0 ?? 0))
  }

  @Test("take a flow that no pump has as the nearest that it has")
  func impossibleFlow() throws {
    var station = station(seed: 1)
    let wanted = try #require(JSONNumber(lexeme: "1e300"))
    station.receive(delta(["pump1": ["flow": .number(wanted)]]), now: 0)
    _ = run(&station, until: 400_000)
    #expect(station.reported["pump1"]?.object?["flow"] == 100)
  }

  @Test("hold a reading still that desired names, until desired lets go of it")
  func heldReading() {
    var station = station(seed: 3)
    station.receive(delta(["temperature": 30, "wind": 1]), now: 0)
    _ = run(&station, until: 1500)
    let held = run(&station, from: 1500, until: 60_000).filter { $0.state["temperature"] != nil }
    #expect(held.isEmpty)
    #expect(station.reported["temperature"] == 30)
    #expect(station.reported["status"] == "calm")
    station.receive(documents(desired: ["wind": 1]), now: 60_000)
    let freed = run(&station, from: 60_000, until: 120_000)
    #expect(freed.contains { $0.state["temperature"] != nil })
    #expect(!freed.contains { $0.state["wind"] != nil })
  }

  // MARK: -

  private func station(seed: UInt64) -> Simulator {
    Simulator(BuiltInRules.weatherStation.rules, seed: seed, now: 0)
  }

  private func run(
    _ station: inout Simulator, from start: Int64 = 0, until end: Int64
  ) -> [(time: Int64, state: JSONObject)] {
    var reports: [(time: Int64, state: JSONObject)] = []
    var now = start
    while station.nextDue <= end {
      now = max(now, station.nextDue)
      guard let step = station.step(now: now), !step.changes.isEmpty else { continue }
      reports.append((now, step.changes))
    }
    return reports
  }

  private func delta(_ state: JSONObject) -> ShadowMessage {
    ShadowMessage(
      address: ShadowAddress(thing: "station"), topic: .delta,
      content: .delta(state: state, metadata: nil, version: 1))
  }

  private func documents(desired: JSONObject) -> ShadowMessage {
    ShadowMessage(
      address: ShadowAddress(thing: "station"), topic: .documents,
      content: .documents(
        previous: nil,
        current: ShadowDocument(desired: desired, reported: desired, version: 2)))
  }
}
