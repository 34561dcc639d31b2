import ArgumentParser
import JSON
import Settings
import Shadow
import Thing

struct JobsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", _superCommandName: "shadowscope",
    abstract: "See and do the jobs that the cloud has for a thing (AWS IoT Jobs).",
    discussion: """
      `jobs` alone lists what is pending: an object of JSON a line, jobs under way first, the next \
      one on top. `show` prints what is to be done, `start` begins, `progress` tells details, and \
      `succeed`, `fail` or `reject` end a job. `watch` prints what the service tells of the list as \
      it changes. `create` gives a thing of a sandbox a job.

      Changes insist on the version of the job that was seen, just before or by --expected-version, \
      so that two people do not overwrite each other: the later one is refused with status 5. \
      Read-only connections want --no-read-only for them.

      AWS IoT's documents tell of the topics and messages. That Managed IoT Cloud (MIC) uses the \
      same for its jobs is likely; its public pages do not confirm it, nor that a thing's policy \
      grants them.

      The exit status is 0 when the service did as asked, 3 if it refused, 4 if the thing has no \
      such job, 5 if the job has another version or is over, 6 if no job is pending, 75 if no answer \
      came within 10 s (or --timeout), and 77 if the policy does not grant jobs.

      Examples:
        shadowscope jobs start --profile rig | jq .jobDocument
        shadowscope jobs fail fw-2 reason='flash is full' --profile rig
      """,
    subcommands: [
      List.self, Show.self, Start.self, Progress.self, Succeed.self, Fail.self, Reject.self,
      JobsWatchCommand.self, JobsCreateCommand.self,
    ], defaultSubcommand: List.self)

  /// What all of them take.
  struct Options: ParsableArguments {
    @OptionGroup var options: ThingOptions

    @Option(
      help: ArgumentHelp("How long an answer may take, such as 10s.", valueName: "duration"),
      transform: DurationArgument.read)
    var timeout = DurationArgument(milliseconds: 10_000)

    /// Connects for requests of these kinds.
    ///
    /// - Parameters:
    ///   - operations: what is going to be asked.
    ///   - permission: what the command line says of read-only connections; nil to change nothing.
    /// - Returns: the connection, to be stopped.
    /// - Throws: `CommandFailure` with the first fault.
    func call(
      _ operations: [JobOperation], permission: WritingOption? = nil
    ) throws(CommandFailure) -> JobsCall {
      let resolved = try options.resolve(
        permission?.writes == true ? [.readOnly: .flag(false)] : [:])
      return try JobsCall(
        resolved.openThing(toWrite: permission != nil), operations,
        patience: timeout.milliseconds)
    }
  }

  /// Whether something is changed on a read-only connection as well.
  struct WritingOption: ParsableArguments {
    @Flag(
      name: .customLong("no-read-only"), help: "Change it although a profile says read-only.")
    var writes = false
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the jobs that are pending, the next one first.",
      discussion: """
        Prints an object of JSON a line: status, jobId, queuedAt, startedAt (once it was started) and \
        lastUpdatedAt (seconds since 1970), versionNumber and executionNumber, as the service tells \
        them.

        Example: shadowscope jobs list --profile rig | jq -r .jobId
        """)

    @OptionGroup var jobs: Options

    func run() throws {
      do throws(CommandFailure) {
        let call = try jobs.call([.pending])
        defer { call.stop() }
        guard case .pending(let list) = try call.answer(to: .pending).content else { return }
        for job in list.all { try StandardStreams.writeLine(JobsCommand.line(job)) }
        StandardStreams.tell(
          list.all.isEmpty
            ? "No job is pending."
            : "\(list.inProgress.count) under way, \(list.queued.count) queued.")
      } catch {
        throw StandardStreams.report(error)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print what a job is to do.",
      discussion: """
        Prints the job's document as JSON; with --all everything that the service tells of the job. \
        Without a name it is the next one. Of jobs that are over the service tells nothing more.

        Example: shadowscope jobs show fw-2 --profile rig | jq -r .url
        """)

    @OptionGroup var jobs: Options

    @Flag(help: "Print everything: status, details, times, version and document.")
    var all = false

    @Argument(help: "The job; the next one unless given.")
    var job: JobArgument?

    func run() throws {
      do throws(CommandFailure) {
        let id = job?.id ?? .next
        let call = try jobs.call([.describe(id)])
        defer { call.stop() }
        let execution = try JobsCommand.execution(
          call.answer(to: .describe(id, includesDocument: true)))
        let value = all ? .object(execution.json) : execution.document
        guard let value else {
          throw CommandFailure(
            status: .nothingThere, what: "The job has no document.", cause: "",
            remedy: "--all prints what the service tells of it.")
        }
        try StandardStreams.writeJSON(value.pretty(escaping: .invisible))
      } catch {
        throw StandardStreams.report(error)
      }
    }
  }

  // MARK: -

  /// A job of a list on one line, with the status that its list has.
  fileprivate static func line(_ job: JobExecution) -> String {
    var line = JSONObject()
    if let status = job.statusText { line.append(key: "status", value: .string(status)) }
    for member in job.json.effectiveMembers where !member.key.hasSameScalars(as: "status") {
      line.append(key: member.key, value: member.value)
    }
    return JSONValue.object(line).compact(escaping: .invisible)
  }

  /// The job in an answer.
  ///
  /// - Throws: `CommandFailure` with status 6 if there is none.
  static func execution(_ answer: JobMessage) throws(CommandFailure) -> JobExecution {
    guard case .execution(let execution?) = answer.content else {
      throw CommandFailure(
        status: .nothingThere, what: "No job is pending.", cause: "",
        remedy: "`shadowscope jobs watch` prints when one comes.")
    }
    return execution
  }
}
