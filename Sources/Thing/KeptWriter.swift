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
    /// Done each time that it was written.
    var written: (@Sendable () -> Void)?
    /// Told once.
    var after: [@Sendable (_ isKept: Bool) -> Void]
    /// Whether it was tried already.
    var hasFailed = false
    /// Whether the last attempt at the file failed, with these contents or older ones.
    var isFailing = false

    func isSame(as other: Job) -> Bool { folder == other.folder && file == other.file }
  }

  private struct State: Sendable {
    var jobs: [Job] = []
    var isRunning = false
    /// Where the job is that the thread is at; nil while it is at none.
    var busy: KeptFolder?
    /// Whether somebody waits for all of it.
    var isHurried = false
    var report: Report?
  }

  private let core: Core

  /// Runs a body on a new thread; false where there is no thread to be had.
  package typealias Start = @Sendable (_ body: @escaping @Sendable () -> Void) -> Bool

  /// A writer with nothing to do.
  ///
  /// - Parameters:
  ///   - start: gives it its thread.
  ///   - report: told when something that must not be lost cannot be written, and when all of it can
  ///     again; on the writer's thread.
  package init(
    start: @escaping Start = { Threads.startDetached($0) },
    report: @escaping @Sendable (Report) -> Void
  ) {
    core = Core(start: start, report: report)
  }

  /// Writes a file soon.
  ///
  /// - Parameters:
  ///   - file: its name.
  ///   - folder: where it is.
  ///   - isPrecious: whether it must not be lost: it is tried again until it succeeds, and
  ///     ``Report`` tells.
  ///   - delay: ms to wait for newer contents of it.
  ///   - written: done each time that the file was written, also by a later attempt, before `after`;
  ///     newer contents bring their own. What it refers to lives as long as there is something to
  ///     write.
  ///   - after: called once, on the writer's thread, when it is on the disk or cannot be.
  ///   - change: makes the content, given what reads the old one, on the writer's thread.
  package func set(
    _ file: String, in folder: KeptFolder, isPrecious: Bool, delay: Int64 = 0,
    written: (@Sendable () -> Void)? = nil, after: (@Sendable (_ isKept: Bool) -> Void)? = nil,
    to change: @escaping @Sendable (_ old: () -> [UInt8]?) -> Change
  ) {
    core.add(
      Job(
        folder: folder, file: file, isPrecious: isPrecious,
        due: Clock.monotonicMilliseconds + delay, change: change,
        written: written, after: after.map { [$0] } ?? []))
  }

  /// Writes everything that waits now, and returns when that is done.
  ///
  /// - Parameters:
  ///   - milliseconds: how long to wait at most.
  ///   - folder: what to wait for; nil for everything.
  /// - Returns: whether nothing is left to be written there.
  @discardableResult
  package func finish(within milliseconds: Int64, in folder: KeptFolder? = nil) -> Bool {
    core.finish(within: milliseconds, in: folder)
  }

  private final class Core: Sendable {
    private let state = Mutex(State())
    /// Wakes the thread.
    private let bell = WakePipe()
    /// Wakes whoever waits for the end.
    private let done = WakePipe()
    private let start: Start
    private let report: @Sendable (Report) -> Void

    init(start: @escaping Start, report: @escaping @Sendable (Report) -> Void) {
      self.start = start
      self.report = report
    }

    func add(_ job: Job) {
      let call: Call = state.withLock { state in
        var isSooner = true
        if let place = state.jobs.firstIndex(where: job.isSame) {
          let due = state.jobs[place].due
          state.jobs[place].change = job.change
          state.jobs[place].written = job.written
          state.jobs[place].isPrecious = job.isPrecious
          // Someone waits for it only until it was tried.
          state.jobs[place].after += job.after
          if !job.after.isEmpty || !state.jobs[place].hasFailed {
            state.jobs[place].due = min(due, job.due)
          }
          // Asked for often, and written no more often for that.
          isSooner = state.jobs[place].due != due
        } else {
          state.jobs.append(job)
        }
        guard state.isRunning else {
          state.isRunning = true
          return .thread
        }
        return isSooner ? .bell : .nothing
      }
      switch call {
      case .nothing: break
      case .bell: bell.wake()
      // Without a thread to be had this much is done here: who asks is not held up by the rest.
      case .thread: if !begin() { take(job.isSame).map(perform) }
      }
    }

    private enum Call { case nothing, bell, thread }

    /// Starts the thread; what waits stays where there is none to be had.
    private func begin() -> Bool {
      if start({ self.work() }) { return true }
      state.withLock { $0.isRunning = false }
      return false
    }

    private func take(_ isMeant: (Job) -> Bool) -> Job? {
      state.withLock { state in
        state.jobs.firstIndex(where: isMeant).map { state.jobs.remove(at: $0) }
      }
    }

    func finish(within milliseconds: Int64, in folder: KeptFolder?) -> Bool {
      let deadline = Clock.monotonicMilliseconds + milliseconds
      func isMeant(_ other: KeptFolder) -> Bool { folder == nil || folder == other }
      let (isIdle, isStopped) = state.withLock { state in
        if state.busy.map(isMeant) != true, !state.jobs.contains(where: { isMeant($0.folder) }) {
          return (true, false)
        }
        state.isHurried = true
        // Once more: perhaps there is room by now.
        for place in state.jobs.indices { state.jobs[place].hasFailed = false }
        defer { state.isRunning = true }
        return (false, !state.isRunning)
      }
      if isIdle { return true }
      defer { state.withLock { $0.isHurried = false } }
      if !isStopped {
        bell.wake()
      } else if !begin() {
        while Clock.monotonicMilliseconds < deadline,
          let job = take({ isMeant($0.folder) && !$0.hasFailed })
        {
          perform(job)
        }
      }
      while true {
        done.drain()
        // What has just failed again stays undone.
        let (isIdle, isLeft) = state.withLock { state in
          let jobs = state.jobs.filter { isMeant($0.folder) }
          let isOver = state.busy.map(isMeant) != true && jobs.allSatisfy(\.hasFailed)
          return (!state.isRunning || isOver, !jobs.isEmpty)
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
          // A wait for one folder may be over while there is more to do.
          if state.busy != nil, state.isHurried { done.wake() }
          state.busy = nil
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
          state.busy = state.jobs[place].folder
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
      if fault == nil { job.written?() }
      if fault != nil, job.isPrecious { retry(job) }
      if job.isPrecious { tell(fault.map(Report.failing) ?? .kept) }
      for body in job.after { body(fault == nil) }
    }

    /// Puts a job back, unless a newer content waits.
    private func retry(_ job: Job) {
      var job = job
      job.after = []
      (job.hasFailed, job.isFailing) = (true, true)
      job.due = Clock.monotonicMilliseconds + KeptWriter.pause
      state.withLock { state in
        if let place = state.jobs.firstIndex(where: job.isSame) {
          state.jobs[place].isFailing = true
        } else {
          state.jobs.append(job)
        }
      }
    }

    private func tell(_ news: Report) {
      let isNews = state.withLock { state in
        // That one file could be written says nothing for another.
        if news == .kept, state.jobs.contains(where: { $0.isPrecious && $0.isFailing }) {
          return false
        }
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
