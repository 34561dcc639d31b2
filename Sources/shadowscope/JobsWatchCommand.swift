import ArgumentParser
import JSON
import Shadow
import Terminal
import Thing

struct JobsWatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Print what the service tells of the jobs as they change.",
    discussion: """
      First what is pending, as the answer to a get, again after each return of the connection; then \
      each notification: jobs/notify when the list changes, with at most 15 jobs, and \
      jobs/notify-next when another job is next. Each is a line, as `shadowscope sub` prints them. \
      What changes while the connection is down shows in the list after its return.

      The exit status is 0 after --count or --for, 77 if the policy does not grant jobs, and else as \
      that of `shadowscope watch`.

      Example: shadowscope jobs watch --profile rig | jq -c 'select(.topic|endswith("next")).payload'
      """)

  @OptionGroup var options: ThingOptions
  @OptionGroup var stream: StreamOptions

  func run() throws {
    do throws(CommandFailure) {
      let start = Clock.monotonicMilliseconds
      let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
      let thing = try options.resolve().openThing(signals)
      let name = thing.address.thing
      let topics: [JobTopic] = [.notify, .notifyNext] + JobTopic.answers(to: .pending)
      let filters = topics.map { $0.topic(of: name) }
      let followed = try FollowedThing(
        thing, addresses: [], filters: filters, signals: signals, bound: StreamRun.mostWaiting)
      defer { followed.stop() }
      var printer = JobsPrinter(thing, followed.session, filters: filters, shape: stream.shape)
      do throws(CommandFailure) {
        try StreamRun(followed, options: stream, since: start).run(&printer)
      } catch {
        throw printer.hasConnected ? error : error.overMissingJobs(of: name)
      }
    } catch {
      throw StandardStreams.report(error)
    }
  }
}

/// What `jobs watch` prints; asks for the list each time that it is connected.
struct JobsPrinter: StreamRun.Printer {
  private let thing: OpenThing
  private let session: ThingSession
  private let filters: [String]
  private var messages: SubPrinter
  private(set) var hasConnected = false

  /// - Parameters:
  ///   - thing: whose jobs.
  ///   - session: over which the list is asked for.
  ///   - filters: all that is subscribed to.
  ///   - shape: what a message becomes.
  init(
    _ thing: OpenThing, _ session: ThingSession, filters: [String], shape: StreamOptions.Format
  ) {
    self.thing = thing
    self.session = session
    self.filters = filters
    messages = SubPrinter(thing, filters: filters, shape: shape)
  }

  mutating func take(
    _ event: ThingEvent, at time: Int64, to output: StreamOutput
  ) throws(CommandFailure) -> Bool {
    guard case .connection(.online(let report)) = event else {
      return try messages.take(event, at: time, to: output)
    }
    let missing = report.refusedFilters + report.leftOutFilters
    if let topic = filters.first(where: missing.contains) {
      throw CommandFailure(noJobsOf: thing.address.thing, over: topic)
    }
    hasConnected = true
    let token = JobsCall.makeToken()
    session.send(
      JobRequest.pending.publication(of: thing.address.thing, token: token), of: thing.address,
      token: token)
    return false
  }

  mutating func take(dropped count: Int, at time: Int64, to output: StreamOutput) {
    messages.take(dropped: count, at: time, to: output)
  }
}
