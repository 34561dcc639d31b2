import Dispatch
import Glibc
package import Shadow
import Synchronization

/// A connection to the broker that comes back by itself: the face of the network thread.
///
/// It connects as soon as it is made. Every method may be called from any thread, also from within
/// `deliver`, and none waits, `stop` aside. Nothing is ever sent twice: what was not sent when the
/// connection ended is reported as not sent, and what was sent is not sent again.
package final class BrokerLink: Sendable {
  private let mailbox = Mailbox<LinkCommand>()
  private let thread: Mutex<Running>

  private enum Running {
    case yes(pthread_t)
    case no
  }

  /// Connects and goes on connecting.
  ///
  /// - Parameters:
  ///   - configuration: what to connect to, as whom.
  ///   - deliver: told everything in order, on the network thread, which it must not hold up.
  package convenience init(
    configuration: LinkConfiguration, deliver: @escaping @Sendable (LinkEvent) -> Void
  ) {
    self.init(configuration: configuration, client: Listener(deliver: deliver))
  }

  init(
    configuration: LinkConfiguration, groups: [FilterGroup] = [], client: any LinkClient,
    resolve: @escaping Resolution.Resolver = Resolution.ask,
    startThread: (@escaping @Sendable () -> Void) -> pthread_t? = Threads.start
  ) {
    let mailbox = mailbox
    guard mailbox.isOpen else {
      thread = Mutex(.no)
      Self.tell(client, "The system gives us no pipe.", configuration)
      return
    }
    let started = startThread {
      NetworkLoop(
        configuration: configuration, groups: groups, mailbox: mailbox, client: client,
        resolve: resolve
      ).run()
    }
    thread = Mutex(started.map(Running.yes) ?? .no)
    if started == nil { Self.tell(client, "The system gives us no thread.", configuration) }
  }

  /// Tells the client that there is nothing to connect with; not here and now, since whoever makes
  /// a link may hold the lock that the client needs.
  private static func tell(
    _ client: any LinkClient, _ reason: String, _ configuration: LinkConfiguration
  ) {
    let words = FailureWords(
      endpoint: configuration.endpoint, clientID: configuration.clientID,
      trust: configuration.trust.place)
    let failure = words.failure(for: .setup(reason), step: nil)
    DispatchQueue.global().async {
      _ = client.handle(
        .lost(failure, retryInMilliseconds: nil), now: Clock.monotonicMilliseconds)
      client.turnEnded()
    }
  }

  deinit { stop() }

  /// Sends a publication, not retained.
  ///
  /// Without a connection that is up it is reported as `.notSent` and forgotten.
  ///
  /// - Parameters:
  ///   - publication: topic and bytes, sent as they are.
  ///   - qualityOfService: 0 or 1.
  ///   - tag: named in `.written`, `.acknowledged` and `.notSent`.
  package func publish(_ publication: Publication, qualityOfService: Int = 1, tag: UInt64 = 0) {
    publish(Outgoing(publication: publication, qualityOfService: qualityOfService, tag: tag))
  }

  func publish(_ item: Outgoing) { mailbox.post(.publish(item)) }

  /// Has the client asked soon for what it has to send.
  func wake() { mailbox.bell.wake() }

  /// Subscribes to a group from now on, and after each reconnection.
  ///
  /// On a connection that is up this happens at once, in as many packets as it takes; else with the
  /// next one. It is told as `.subscribed` each time.
  package func subscribe(_ group: FilterGroup) { mailbox.post(.subscribe(group)) }

  /// Gives a group up; told as `.unsubscribed` once nothing of it comes any more.
  package func unsubscribe(group: UInt64) { mailbox.post(.unsubscribe(group: group)) }

  /// Makes the next attempt now, though never within a second of the last one.
  ///
  /// This also goes on where the link had stopped to wait for the person.
  package func retryNow() { mailbox.post(.retryNow) }

  /// Says good-bye to the broker and ends; nothing is delivered once this has returned.
  ///
  /// It returns within a tenth of a second also while a connection is under way. Called from within
  /// `deliver` it returns at once, and the network thread ends after that.
  package func stop() { end(waitingForThread: true) }

  /// As ``stop()``, for a process that ends now: it does not wait until everything is freed, which the
  /// system does sooner.
  package func leave() { end(waitingForThread: false) }

  private func end(waitingForThread: Bool) {
    let ending = thread.withLock { running in
      defer { running = .no }
      return running
    }
    guard case .yes(let thread) = ending else { return }
    let saidGoodbye = DispatchSemaphore(value: 0)
    mailbox.post(.stop(saidGoodbye: saidGoodbye))
    if pthread_equal(thread, pthread_self()) != 0 {
      pthread_detach(thread)
    } else if waitingForThread {
      pthread_join(thread, nil)
    } else {
      saidGoodbye.wait()
      pthread_detach(thread)
    }
  }
}
