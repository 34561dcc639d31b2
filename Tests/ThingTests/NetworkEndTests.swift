import Glibc
import Shadow
import Testing
@testable import Thing

@Suite("The end of a connection")
struct NetworkEndTests {
  @Test(
    "is the other side's doing, or the network's, by what the system says",
    arguments: [
      (0, true), (EPROTO, true), (ECONNRESET, true), (EPIPE, true), (ETIMEDOUT, false),
      (EHOSTUNREACH, false), (ENETUNREACH, false), (ENETDOWN, false),
    ])
  func byWhom(_ error: CInt, _ isByPeer: Bool) {
    #expect(BrokerFault.ended(alert: nil, error: error).isByPeer == isByPeer)
    #expect(!BrokerFault.ended(alert: 42, error: error).isByPeer, "TLS gives a reason")
  }

  @Test(
    "that is the network's accuses neither a policy nor another client",
    arguments: ConnectionStep.allCases + [nil])
  func words(_ step: ConnectionStep?) {
    let words = FailureWords(
      endpoint: Endpoint(host: "localhost", port: 8883), clientID: "lamp1", trust: "ca.pem")
    let failure = words.failure(for: .ended(alert: nil, error: EHOSTUNREACH), step: step)
    #expect(failure.what == "The connection to the broker was lost.")
    #expect(failure.cause == "The system says: No route to host.")
    #expect(failure.step == step)
    #expect(failure.permissions.isEmpty)
  }
}
