import ArgumentParser
import JSON
import Shadow

extension JobsCommand {
  struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "start", abstract: "Begin a job, or go on with the one under way.",
      discussion: """
        Prints the job with its document as JSON. Without a name it is the next one, which may be \
        under way already: then nothing changes.

        Example: shadowscope jobs start --profile rig | jq .jobDocument
        """)

    @OptionGroup var jobs: Options

    @OptionGroup var permission: WritingOption

    @Option(help: JobsCommand.versionHelp)
    var expectedVersion: Int64?

    @Argument(help: "The job; the next one unless given.")
    var job: JobArgument?

    func validate() throws {
      if expectedVersion != nil, job == nil {
        throw ValidationError("--expected-version wants the job's name.")
      }
    }

    func run() throws {
      do throws(CommandFailure) {
        guard let job else { return try startNext() }
        let change = JobChange(
          job: job.id, status: .inProgress, expectedVersion: expectedVersion)
        try change.run(jobs, permission, printsDocument: true)
      } catch {
        throw StandardStreams.report(error)
      }
    }

    private func startNext() throws(CommandFailure) {
      let call = try jobs.call([.startNext], permission: permission)
      defer { call.stop() }
      let execution = try JobsCommand.execution(call.answer(to: .startNext(details: nil)))
      let words = "The job \(execution.id ?? "without a name") is under way."
      try StandardStreams.writeAccepted(.object(execution.json), words)
      StandardStreams.tell(words)
    }
  }

  struct Progress: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "progress", abstract: "Tell how far a job is.",
      discussion: """
        \(JobsCommand.changeHelp) A job that was queued is under way then.

        Example: shadowscope jobs progress fw-2 step=flashing progress='50 %' --profile rig
        """)

    @OptionGroup var change: ChangeOptions

    func run() throws { try change.run(.inProgress, needsDetails: true) }
  }

  struct Succeed: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "succeed", abstract: "End a job that is done.",
      discussion: """
        \(JobsCommand.changeHelp)

        Example: shadowscope jobs succeed fw-2 --profile rig
        """)

    @OptionGroup var change: ChangeOptions

    func run() throws { try change.run(.succeeded) }
  }

  struct Fail: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fail", abstract: "End a job that could not be done.",
      discussion: """
        \(JobsCommand.changeHelp)

        Example: shadowscope jobs fail fw-2 reason='flash is full' --profile rig
        """)

    @OptionGroup var change: ChangeOptions

    func run() throws { try change.run(.failed) }
  }

  struct Reject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reject", abstract: "Refuse a job: it is not for this thing.",
      discussion: """
        \(JobsCommand.changeHelp)

        Example: shadowscope jobs reject fw-2 reason='other board' --profile rig
        """)

    @OptionGroup var change: ChangeOptions

    func run() throws { try change.run(.rejected) }
  }

  fileprivate static let versionHelp: ArgumentHelp = ArgumentHelp(
    "Only if the job has this version still, as `jobs` or `jobs show --all` told it.",
    valueName: "number")

  fileprivate static let changeHelp = """
    Prints the job's name, status, details and version as JSON. KEY=VALUE are details, texts all of \
    them, \(JobDetails.mostPairs) at most; those that were told before and are not named stay.
    """

  /// What a change of a job takes.
  struct ChangeOptions: ParsableArguments {
    @OptionGroup var jobs: Options

    @OptionGroup var permission: WritingOption

    @Option(help: JobsCommand.versionHelp)
    var expectedVersion: Int64?

    @Argument(help: "The job.")
    var job: JobArgument

    @Argument(help: ArgumentHelp("Details of how it stands.", valueName: "key=value"))
    var details: [String] = []

    fileprivate func run(_ status: JobStatus, needsDetails: Bool = false) throws {
      if needsDetails, details.isEmpty {
        throw ValidationError("Say how far it is: KEY=VALUE.")
      }
      do throws(CommandFailure) {
        let details = try JobDetailArguments(details).details
        let change = JobChange(
          job: job.id, status: status, details: details, expectedVersion: expectedVersion)
        try change.run(jobs, permission)
      } catch {
        throw StandardStreams.report(error)
      }
    }
  }
}

/// A change of one job: how it stands is asked first, and must be the same still.
struct JobChange {
  let job: JobID
  let status: JobStatus
  /// Written over those that are there.
  var details = JSONObject()
  /// Nil for the version that is found.
  let expectedVersion: Int64?

  /// Asks, changes and prints.
  ///
  /// - Throws: `CommandFailure` if something else than that happens.
  func run(
    _ jobs: JobsCommand.Options, _ permission: JobsCommand.WritingOption,
    printsDocument: Bool = false
  ) throws(CommandFailure) {
    let call = try jobs.call([.describe(job), .update(job)], permission: permission)
    defer { call.stop() }
    let execution = try JobsCommand.execution(
      call.answer(to: .describe(job, includesDocument: printsDocument)))
    if printsDocument, status == .inProgress, execution.status == .inProgress {
      if let expectedVersion, let version = execution.version, version != expectedVersion {
        throw CommandFailure(
          status: .conflict, what: "The job has version \(version), and not \(expectedVersion).",
          cause: "It is under way already.", remedy: "Nothing was changed.")
      }
      try StandardStreams.writeJSON(JSONValue.object(execution.json).pretty(escaping: .invisible))
      return StandardStreams.tell("The job \(job.text) was under way already.")
    }
    let merged = JobDetails.merged(execution.details, with: details)
    try JobDetailArguments.check(merged)
    // All of them, so that none is lost where the service replaces those that are there.
    let update = JobUpdate(
      status, details: details.isEmpty ? nil : merged,
      expectedVersion: expectedVersion ?? execution.version, executionNumber: execution.number)
    let answer = try call.answer(to: .update(job, update))
    guard case .updated(let state) = answer.content else { return }
    var body: JSONObject = printsDocument ? execution.json : ["jobId": .string(job.text)]
    let told = state?.json ?? ["status": .string(status.rawValue)]
    for member in told.effectiveMembers { body[member.key] = member.value }
    let version = state?.version.map { ", version \($0)" } ?? ""
    let words = "The job \(job.text) is \(state?.status?.words ?? status.words)\(version)."
    try StandardStreams.writeAccepted(.object(body), words)
    StandardStreams.tell(words)
  }
}
