import Shadow
import Thing

/// A check of the monitor's connection, on a thread of its own: a dead-line may take long.
struct BackgroundCheckup: Sendable {
  /// Which checkup its results belong to.
  let number: Int
  let subject: CheckupSubject
  /// What a connection that is up has shown, which proves the network's steps.
  let report: LinkReport?
  let configuration: LinkConfiguration
  let address: ShadowAddress
  /// The session that ends first, since two clients with one id throw each other out.
  let ending: ThingSession?
  /// Why the network is left alone; nil to try it.
  let aside: String?

  /// Starts it, and tells each result as it comes; without a thread only that it is over.
  func start(telling mailbox: Mailbox<Happening>) {
    let isStarted = Threads.startDetached {
      if let report {
        let local = LocalCheckup(of: subject, now: Clock.wallMilliseconds / 1000)
        let proven = Checkup.proven(by: report, configuration, address: address)
        return mailbox.post(.checks(number: number, local.results + proven, isComplete: true))
      }
      ending?.stop()
      Checkup.run(subject, withoutNetwork: aside) {
        mailbox.post(.checks(number: number, [$0], isComplete: false))
      }
      mailbox.post(.checks(number: number, [], isComplete: true))
    }
    if !isStarted { mailbox.post(.checks(number: number, [], isComplete: true)) }
  }
}
