/// What happens in a running sandbox.
package enum SandboxEvent: Sendable {
  /// The service has answered a request.
  case request(AnsweredRequest)
  /// Something about the shadows that last that the person should know, in one or two sentences.
  case notice(String)
  /// A fault on demand has happened.
  case fault(FaultEvent)
  /// A thing's connections were to be cut.
  case connectionCut(ConnectionCut)
  /// Something came on a topic of MIC's own.
  case micRequest(MICRequest)
  /// A file was asked for or put by a signed URL: what, and what became of it.
  case fileRequest(String)
  /// Something was asked about jobs.
  case jobRequest(AnsweredJobRequest)
  /// The broker ended without having been told to; it is started again shortly.
  case brokerEnded(reason: String)
  /// The broker is back on its port.
  case brokerRestarted
  /// The broker cannot be started again: the sandbox is of no more use and should be stopped.
  case brokerLost(SandboxError)
}
