import Sandbox
import Shadow
import Testing

@Suite("The summary of a sandbox")
struct RequestTallyTests {
  @Test("counts by operation, outcome and code")
  func counts() {
    var tally = RequestTally()
    for _ in 1...1234 { tally.add(request("lamp1", .update, .accepted)) }
    for _ in 1...2 { tally.add(request("lamp2", .update, .rejected(.versionConflict))) }
    tally.add(request("lamp1", .update, .rejected(.invalidJSON)))
    tally.add(request("lamp2", .get, .accepted))
    tally.add(request("lamp3", .get, .rejected(.noShadow(ShadowAddress(thing: "lamp3")))))
    #expect(
      tally.lines(uptime: 125_300).joined(separator: "\n") == """
        The sandbox ran for 2 m 5 s: 1239 requests (9.8 a second), 12390 B, 2 things touched.
                  accepted  rejected
          get            1         1  (404: 1)
          update      1234         3  (400: 1, 409: 2)
          delete         0         0
        """)
  }

  @Test("says so in one line when there was nothing", arguments: [0, 999])
  func nothing(uptime: Int64) {
    #expect(RequestTally().lines(uptime: uptime) == ["The sandbox ran for 0 s: no requests."])
  }

  private func request(
    _ thing: String, _ operation: ShadowOperation, _ outcome: AnsweredRequest.Outcome
  ) -> AnsweredRequest {
    AnsweredRequest(
      time: 0, address: ShadowAddress(thing: thing), operation: operation, outcome: outcome,
      bytes: 10)
  }
}
