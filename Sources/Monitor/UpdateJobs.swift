import Canvas
import JSON
import Shadow

extension Model {
  /// Opens the list of the thing's jobs; their topics are subscribed the first time.
  mutating func openJobs(at now: Int64) -> [Effect] {
    reply = nil
    (jobs.chosen, jobs.description) = (nil, nil)
    picker = Picker(.jobs, items: jobItems(at: now))
    guard connection.isUp else { return [] }
    switch jobs.link {
    case .closed, .refused:
      jobs.link = .opening
      refreshJobs(at: now)
      return [.openJobs]
    case .opening: return []
    case .live: return askJobs(.pending, at: now)
    }
  }

  /// Takes in how the topics of jobs stand on the connection.
  mutating func followJobs(missing filters: [String], at now: Int64) -> [Effect] {
    guard let filter = filters.first else {
      jobs.link = .live
      return picker?.subject == .jobs ? askJobs(.pending, at: now) : []
    }
    jobs.link = .refused
    remark("the policy does not grant jobs: the broker refused \(filter)", .logRejected, at: now)
    if picker?.subject == .jobs || picker?.subject == .job { overlay = nil }
    reply = Reply([
      Span("The policy does not grant jobs: the broker refused \(filter).", .editError),
      Span(
        "That MIC offers jobs to things so is likely, and its public pages do not confirm it.",
        .textDim),
    ])
    return []
  }

  /// Gives up what has waited too long for its answer.
  mutating func passTimeForJobs(at now: Int64) {
    guard let deadline = jobs.deadline, now >= deadline else { return }
    jobs.asked = jobs.asked.filter { now < $0.value.time + JobsBoard.patience }
    if picker?.subject == .jobs || picker?.subject == .job { overlay = nil }
    reply = Reply([
      Span("The jobs service did not answer within 10 s.", .editError),
      Span(
        "A broker without AWS IoT Jobs takes the request and stays silent; that MIC has them is "
          + "likely, not confirmed.", .textDim),
    ])
  }

  // MARK: What is asked

  private mutating func askJobs(_ request: JobRequest, at now: Int64) -> [Effect] {
    let token = tokens.token()
    jobs.asked[token.text] = JobsBoard.Asked(request: request.operation, time: now)
    return [
      .askJobs(request.publication(of: thing, token: token), token: token.text)
    ]
  }

  /// Opens what can be done with a job, and has it described.
  mutating func choose(job name: String, at now: Int64) -> [Effect] {
    (jobs.chosen, jobs.description) = (name, nil)
    picker = Picker(.job, items: actionItems)
    guard let id = JobID(name) else { return [] }
    return askJobs(.describe(id, includesDocument: true), at: now)
  }

  /// Begins what was chosen: shows the job, asks, or opens the line for details.
  mutating func choose(_ action: JobAction) {
    guard let name = jobs.chosen, let job = jobs.description else { return }
    switch action {
    case .show: overlay = .job(TextReader(jobLines(job, self), isFolding: true))
    case .start:
      ask(
        .changeJob(
          JobDecision(
            action: .start, job: name, details: .object(JSONObject()), version: job.version)))
    case .progress, .succeed, .fail, .reject:
      reply = nil
      entry = Entry(.jobDetails(action), killed: killed)
    }
  }

  /// Takes the details that were typed, and asks whether they are to be sent.
  mutating func enterJobDetails(_ entry: Entry, _ action: JobAction) {
    switch TypedDetails(entry.line.text) {
    case .refused(let reason): self.entry?.warning = reason
    case .details(let details):
      guard action != .progress || !details.isEmpty else {
        self.entry?.warning = "say how far it is"
        return
      }
      closeEntry()
      guard let name = jobs.chosen, let job = jobs.description else { return }
      ask(
        .changeJob(
          JobDecision(
            action: action, job: name, details: .object(details), version: job.version)))
    }
  }

  /// Sends a change that was confirmed.
  mutating func send(_ change: JobDecision, at now: Int64) -> [Effect] {
    guard let id = JobID(change.job), let status = change.action.status else { return [] }
    guard connection.isUp, jobs.link == .live else {
      reply = Reply("Not connected: nothing was sent", .editError)
      return []
    }
    let typed = change.details.object ?? JSONObject()
    // All of them, so that none is lost where the service replaces those that are there.
    let merged = JobDetails.merged(jobs.description?.details ?? JSONObject(), with: typed)
    if let fault = JobDetails.fault(in: merged) {
      reply = Reply(fault, .editError)
      return []
    }
    let update = JobUpdate(
      status, details: typed.isEmpty ? nil : merged, expectedVersion: change.version,
      executionNumber: jobs.description?.number)
    reply = Reply(passing: "Sent; the jobs service has not answered yet")
    return askJobs(.update(id, update), at: now)
  }

  // MARK: What is told

  /// Takes in a message on a topic of jobs.
  ///
  /// - Returns: what the log says of it.
  mutating func takeJobs(_ topic: JobTopic, _ payload: [UInt8], at now: Int64) -> [Span] {
    let message: JobMessage
    do throws(JobMessage.Fault) { message = try JobMessage(topic, payload: payload) } catch {
      return [Span("unreadable: \(error.words)", .logRejected)]
    }
    let asked = message.clientToken.flatMap { jobs.asked.removeValue(forKey: $0) }
    defer { refreshJobs(at: now) }
    switch message.content {
    case .pending(let list):
      jobs.list = list
      return [Span(counted(list.all.count, "pending job"))]
    case .execution(let execution):
      if case .describe? = asked?.request { jobs.description = execution }
      guard let execution else { return [Span("no job is pending", .textDim)] }
      return [Span("\(execution.id ?? "a job") "), Span(words(execution), role(execution.status))]
    case .updated(let state):
      let words = state.map(words) ?? "accepted"
      if case .update(let id)? = asked?.request {
        reply = Reply("\(id.text) is \(words)", .stateConnected)
      }
      return [Span(words, role(state?.status))]
    case .rejected(let refusal):
      if asked != nil { tell(refusal) }
      return [Span("\(refusal.codeText) \(refusal.message)", .logRejected)]
    }
  }

  private mutating func tell(_ refusal: JobRefusal) {
    if picker?.subject == .jobs || picker?.subject == .job { overlay = nil }
    var sentences = [
      Span("The jobs service refused: \(refusal.codeText).", .logRejected)
    ]
    if let meaning = refusal.code?.meaning { sentences.append(Span(meaning)) }
    if let state = refusal.state { sentences.append(Span("It is \(words(state)) now.")) }
    reply = Reply(sentences)
  }

  // MARK: The lists

  /// Shows in an open list what is known by now.
  private mutating func refreshJobs(at now: Int64) {
    switch picker?.subject {
    case .jobs?:
      let items = jobItems(at: now)
      picker?.show(items)
    case .job?:
      let items = actionItems
      picker?.show(items)
    case .commands?, .shadows?, .things?, .profiles?, .copy?, nil: break
    }
  }

  private func jobItems(at now: Int64) -> [Picker.Item] {
    guard connection.isUp else { return [note("Not connected: jobs are not known now")] }
    guard jobs.link == .live, let list = jobs.list else { return [note("Asking for jobs …")] }
    guard !list.all.isEmpty else { return [note("No job is pending")] }
    return list.all.map { job in
      let name = job.id ?? ""
      var spans = [Span(words(job), role(job.status))]
      if let time = job.startedAt ?? job.queuedAt {
        let age = Age(milliseconds: max(0, now - time * 1000)).text
        spans.append(Span("  since \(age)", .textDim))
      }
      return Picker.Item(
        .job(name), title: name, note: spans,
        obstacle: JobID(name) == nil ? "AWS IoT Jobs has no such name" : nil)
    }
  }

  /// A row that tells how it stands, and is no choice.
  private func note(_ words: String) -> Picker.Item {
    Picker.Item(.job(""), title: words, obstacle: words, isFixed: true)
  }

  private var actionItems: [Picker.Item] {
    JobAction.allCases.map { action in
      Picker.Item(
        .jobAction(action), title: action.title,
        note: action == .show ? jobs.description.map(note) ?? [] : [],
        obstacle: obstacle(action))
    }
  }

  private func note(_ job: JobExecution) -> [Span] {
    [Span("\(jobs.chosen ?? "")  "), Span(words(job), role(job.status))]
  }

  /// Why something cannot be done with the chosen job now; nil if it can.
  private func obstacle(_ action: JobAction) -> String? {
    guard let job = jobs.description else { return "How it stands is not known yet" }
    guard let status = action.status else { return nil }
    if isReadOnly { return "Read-only: nothing is sent from here, as --read-only asks" }
    guard let now = job.status, now.mayBecome(status) else { return "The job is over" }
    if action == .start, now == .inProgress { return "It is under way already" }
    return nil
  }

  /// How a job stands: outside text where the status is none that is known.
  func words(_ job: JobExecution) -> String {
    let status = job.status?.words ?? job.statusText ?? "pending"
    return job.version.map { "\(status), v\($0)" } ?? status
  }

  private func role(_ status: JobStatus?) -> Role {
    switch status {
    case .inProgress?: .stateConnecting
    case .succeeded?: .stateConnected
    case .failed?, .rejected?, .timedOut?: .stateOffline
    case .queued?, .removed?, .canceled?, nil: .text
    }
  }
}

/// A job to read: how it stands, its details, its times, and what it is to do.
func jobLines(_ job: JobExecution, _ model: Model) -> [[Span]] {
  func line(_ name: String, _ spans: [Span]) -> [Span] {
    [Span(TextWidth.fitted(name, width: 10), .textDim)] + spans
  }
  func time(_ name: String, _ seconds: Int64?) -> [[Span]] {
    guard let seconds else { return [] }
    let time = CalendarTime(seconds * 1000, utcOffsetSeconds: model.utcOffsetSeconds)
    return [line(name, [Span("\(time.date) \(time.clock)")])]
  }
  var lines = [line("job", [Span(job.id ?? model.jobs.chosen ?? "", .path)])]
  lines.append(line("status", [Span(model.words(job))]))
  lines += time("queued", job.queuedAt)
  lines += time("started", job.startedAt)
  lines += time("changed", job.updatedAt)
  for member in job.details.effectiveMembers {
    lines.append(
      line("detail", [Span(member.key, .path), Span(" "), Span(ValueText.line(member.value))]))
  }
  lines.append([])
  guard let document = job.document else {
    return lines + [[Span("The service tells no document.", .textDim)]]
  }
  return lines + JSONLines.lines(of: document)
}
