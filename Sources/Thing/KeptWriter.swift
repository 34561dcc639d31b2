import Synchronization

/// Writes what is kept, on a thread of its own: a disk that is slow holds nobody up.
///
/// Of several contents for one file only the newest is written. There is a thread only while there
/// is something to write.
package final class KeptWriter: Sendable {
  /// What becomes of a file.
  package enum Change: Sendable {
    case write([UInt8])
    case remove
    /// It is right as it is.
    case leave
  }

  /// Whether what must not be lost could be written.
  package enum Report: Hashable, Sendable {
    case kept
    case failing(KeepingFault)
  }

  /// Milliseconds until what failed is tried again.
  private static let pause: Int64 = 2000

  private struct Job: Sendable {
    let folder: KeptFolder
    let file: String
    var isPrecious: Bool
    /// When to begin, in ms of a clock that only goes forward.
    var due: Int64
    var change: @Sendable (_ old: () -> [UInt8]?) -> Change
    var after: [@Sendable (_ isKept: Bool) -> Void]
    /// Whether it was tried already.
    var hasFailed = false
  }

  private struct State: Sendable {
    var jobs: [Job] = []
    var isRunning = false
    /// Whether the thread is at a job.
    var isBusy = false
    /// Whether somebody waits for all of it.
    var isHurried = false
    var report: Report?
  }

  private let core: Core

  /// A writer with nothing to do.
  ///
  /// - Parameter report: told when what must not be lost cannot be written, and when it can again;
  ///   on the writer's thread.
  package init(report: @escaping @Sendable (Report) -> Void) { core = Core(report: report) }

  /// Writes a file soon.
  ///
  /// - Parameters:
  ///   - file: its name.
  ///   - folder: where it is.
  ///   - isPrecious: whether it must not be lost: it is tried again until it succeeds, and
  ///     ``Report`` tells.
  ///   - delay: ms to wait for newer contents of it.
  ///   - after: called once, on the writer's thread, when it is on the disk or cannot be.
  ///   - change: makes the content, given what reads the old one, on the writer's thread.
  package func set(
    _ file: String, in folder: KeptFolder, isPrecious: Bool, delay: Int64 = 0,
    after: (@Sendable (_ isKept: Bool) -> Void)? = nil,
    to change: @escaping @Sendable (_ old: () -> [UInt8]?) -> Change
  ) {
    core.add(
      Job(
        folder: folder, file: file, isPrecious: isPrecious,
        due: Clock.monotonicMilliseconds + delay, change: change,
        after: after.map { [$0] } ?? []))
  }

  /// Writes everything that waits now, and returns when that is done.
  ///
  /// - Parameter milliseconds: how long to wait at most.
  /// - Returns: whether nothing is left to be written.
  @discardableResult
  package func finish(within milliseconds: Int64) -> Bool { core.finish(within: milliseconds) }

  private final class Core: Sendable {
    private let state = Mutex(State())
    /// Wakes the thread.
    private let bell = WakePipe()
    /// Wakes whoever waits for the end.
    private let done = WakePipe()
    private let report: @Sendable (Report) -> Void

    init(report: @escaping @Sendable (Report) -> Void) { self.report = report }

    func add(_ job: Job) {
      let start = state.withLock { state in
        if let place = state.jobs.firstIndex(where: {
          $0.folder == job.folder && $0.file == job.file
        }) {
          let due = state.jobs[place].due
          state.jobs[place].change = job.change
          state.jobs[place].isPrecious = job.isPrecious
          // Someone waits for it only until it was tried.
          state.jobs[place].after += job.after
          if !job.after.isEmpty || !state.jobs[place].hasFailed {
            state.jobs[place].due = min(due, job.due)
          }
          // Asked for often, and written no more often for that.
          if state.jobs[place].due == due { return Start.nothing }
        } else {
          state.jobs.append(job)
        }
        defer { state.isRunning = true }
        return state.isRunning ? .bell : .thread
      }
      switch start {
      case .nothing: break
      case .bell: bell.wake()
      // Without a thread to be had it is done here.
      case .thread: if !Threads.startDetached({ self.work() }) { work() }
      }
    }

    private enum Start { case nothing, bell, thread }

    func finish(within milliseconds: Int64) -> Bool {
      let deadline = Clock.monotonicMilliseconds + milliseconds
      state.withLock { state in
        state.isHurried = true
        // Once more: perhaps there is room by now.
        for place in state.jobs.indices { state.jobs[place].hasFailed = false }
      }
      defer { state.withLock { $0.isHurried = false } }
      bell.wake()
      while true {
        done.drain()
        // What has just failed again stays undone.
        let (isIdle, isLeft) = state.withLock { state in
          let isOver = !state.isBusy && state.jobs.allSatisfy(\.hasFailed)
          return (!state.isRunning || isOver, !state.jobs.isEmpty)
        }
        if isIdle { return !isLeft }
        let left = deadline - Clock.monotonicMilliseconds
        guard left > 0 else { return false }
        done.wait(milliseconds: min(left, 100))
      }
    }

    /// The thread: writes what is due until nothing is left.
    private func work() {
      while true {
        bell.drain()
        let next: Next = state.withLock { state in
          state.isBusy = false
          guard !state.jobs.isEmpty else {
            state.isRunning = false
            return .end
          }
          let now = Clock.monotonicMilliseconds
          let place = state.jobs.indices.first { place in
            state.jobs[place].due <= now || (state.isHurried && !state.jobs[place].hasFailed)
          }
          guard let place else {
            return .wait(max(1, (state.jobs.map(\.due).min() ?? now) - now))
          }
          state.isBusy = true
          return .job(state.jobs.remove(at: place))
        }
        switch next {
        case .end:
          done.wake()
          return
        case .wait(let milliseconds):
          done.wake()
          bell.wait(milliseconds: milliseconds)
        case .job(let job): perform(job)
        }
      }
    }

    private enum Next {
      case end
      case wait(Int64)
      case job(Job)
    }

    private func perform(_ job: Job) {
      var fault: KeepingFault?
      do throws(KeepingFault) {
        switch job.change({ (try? job.folder.read(job.file)) ?? nil }) {
        case .write(let bytes): try job.folder.write(bytes, to: job.file)
        case .remove: try job.folder.remove(job.file)
        case .leave: break
        }
      } catch {
        fault = error
      }
      if job.isPrecious { tell(fault.map(Report.failing) ?? .kept) }
      if fault != nil, job.isPrecious { retry(job) }
      for body in job.after { body(fault == nil) }
    }

    /// Puts a job back, unless a newer content waits.
    private func retry(_ job: Job) {
      var job = job
      job.after = []
      job.hasFailed = true
      job.due = Clock.monotonicMilliseconds + KeptWriter.pause
      state.withLock { state in
        let isOutdated = state.jobs.contains { $0.folder == job.folder && $0.file == job.file }
        if !isOutdated { state.jobs.append(job) }
      }
    }

    private func tell(_ news: Report) {
      let isNews = state.withLock { state in
        defer { state.report = news }
        switch (state.report, news) {
        case (.failing?, .failing), (.kept?, .kept): return false
        default: return true
        }
      }
      if isNews { report(news) }
    }
  }
}
