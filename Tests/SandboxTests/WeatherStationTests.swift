import JSON
import Sandbox
import Shadow
import Testing

@Suite("The simulated weather station")
struct WeatherStationTests {
  @Test("reports everything at first: numbers, a text, a nested resource, a place, and tcxn")
  func firstReport() throws {
    let station = WeatherStation(seed: 1, now: 0)
    let reported = station.reported
    for name in ["temperature", "humidity", "pressure", "wind"] {
      #expect(reported[name]?.number != nil, "\(name)")
    }
    #expect(reported["status"]?.string != nil)
    #expect(reported["pump1"]?.object?["type"] == "pump")
    #expect(reported["latlng"] == "59.91390,10.75220")
    #expect(reported["tcxn"]?.object?["connection_status"] == 2)
    #expect(reported["tcxn"]?.object?["battery_level"] == 97)
    #expect(station.firstReport.json.object?["state"]?.object?["reported"] == .object(reported))
  }

  @Test("reports one or two readings about once a second", arguments: [1, 2, 3] as [UInt64])
  func readings(seed: UInt64) {
    var station = WeatherStation(seed: seed, now: 0)
    let reports = run(&station, until: 60_000)
    #expect((45...80).contains(reports.count), "\(reports.count) reports of seed \(seed)")
    for report in reports {
      let names = report.state.members.map(\.key).filter { $0 != "status" }
      #expect((1...2).contains(names.count), "\(report.state) of seed \(seed)")
    }
  }

  @Test("never reports a value that it has reported just before")
  func news() {
    var station = WeatherStation(seed: 7, now: 0)
    var known = station.reported
    for report in run(&station, until: 120_000) {
      for member in report.state where member.value.object == nil {
        #expect(known[member.key] != member.value, "\(member.key)")
        known[member.key] = member.value
      }
    }
  }

  @Test("measures the same weather for the same seed, another for another")
  func seeds() {
    let runs = ([5, 5, 6] as [UInt64]).map { seed in
      var station = WeatherStation(seed: seed, now: 0)
      return run(&station, until: 20_000).map(\.state)
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] != runs[2])
  }

  @Test("does what desired asks for a second later, under any name")
  func obedience() {
    var station = WeatherStation(seed: 1, now: 0)
    station.receive(delta(["mode": "manual", "né/w": ["a": [1, 2]]]), now: 100)
    let reports = run(&station, until: 1100)
    #expect(reports.map(\.time) == [1100])
    #expect(reports.first?.state["mode"] == "manual")
    #expect(reports.first?.state["né/w"] == ["a": [1, 2]])
  }

  @Test("does only what the newest delta asks for")
  func cumulative() {
    var station = WeatherStation(seed: 1, now: 0)
    station.receive(delta(["mode": "manual", "interval": 5]), now: 100)
    station.receive(delta(["mode": "off"]), now: 500)
    let report = run(&station, until: 1100).first
    #expect(report?.state["mode"] == "off")
    #expect(report?.state["interval"] == nil)
  }

  @Test("brings the pump to the wanted flow in steps, and at the end to the very number")
  func pump() throws {
    var station = WeatherStation(seed: 1, now: 0)
    let wanted = try #require(JSONNumber(lexeme: "12.00"))
    station.receive(delta(["pump1": ["flow": .number(wanted)]]), now: 0)
    let flows = run(&station, until: 60_000).compactMap { report in
      report.state["pump1"]?.object?["flow"]?.number.map { (report.time, $0.lexeme) }
    }
    #expect(flows.first?.1 == "2.5")
    #expect(flows.last?.1 == "12.00")
    #expect((19_000...23_000).contains(flows.last?.0 ?? 0))
  }

  @Test("takes a flow that no pump has as it takes any value")
  func impossibleFlow() throws {
    var station = WeatherStation(seed: 1, now: 0)
    let wanted = try #require(JSONNumber(lexeme: "1e300"))
    station.receive(delta(["pump1": ["flow": .number(wanted)]]), now: 0)
    #expect(
      run(&station, until: 1000).first?.state["pump1"]?.object?["flow"] == .number(wanted))
  }

  @Test("holds a reading still that desired names, until desired lets go of it")
  func heldReading() {
    var station = WeatherStation(seed: 3, now: 0)
    station.receive(delta(["temperature": 30, "wind": 1]), now: 0)
    let held = run(&station, until: 60_000).filter { $0.state["temperature"] != nil }
    #expect(held.map { $0.state["temperature"] } == [30])
    station.receive(documents(desired: ["wind": 1]), now: 60_000)
    let freed = run(&station, from: 60_000, until: 120_000)
    #expect(freed.contains { $0.state["temperature"] != nil })
    #expect(!freed.contains { $0.state["wind"] != nil })
  }

  // MARK: -

  private func run(
    _ station: inout WeatherStation, from start: Int64 = 0, until end: Int64
  ) -> [(time: Int64, state: JSONObject)] {
    var reports: [(time: Int64, state: JSONObject)] = []
    var now = start
    while station.nextDue <= end {
      now = max(now, station.nextDue)
      guard case .merge(let state)? = station.report(now: now)?[.reported] else { continue }
      reports.append((now, state))
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
        previous: nil, current: ShadowDocument(desired: desired, version: 2)))
  }
}
