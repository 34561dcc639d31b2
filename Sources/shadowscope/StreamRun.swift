import Glibc
import Shadow
import Terminal
import Thing

/// Prints what a thing's session tells until a number, a time, a signal or the reader ends it.
///
/// While the reader is slow no more is taken in than fits into ``mostWaiting``; what comes beyond is
/// dropped, oldest first, and its number told.
final class StreamRun {
  /// Turns what happens into lines.
  protocol Printer {
    /// Takes what the session told.
    ///
    /// - Parameters:
    ///   - event: what it told.
    ///   - time: when, in ms since 1970.
    ///   - output: lines are added here.
    /// - Returns: whether a message that came was printed.
    /// - Throws: `CommandFailure` where there is no more sense in going on.
    mutating func take(
      _ event: ThingEvent, at time: Int64, to output: StreamOutput
    ) throws(CommandFailure) -> Bool

    /// Takes that messages are missing here.
    mutating func take(dropped count: Int, at time: Int64, to output: StreamOutput)
  }

  /// Bytes of messages that may wait for the reader, besides what is about to be written.
  static let mostWaiting = 1 << 20

  private let followed: FollowedThing
  private let output = StreamOutput()
  /// ms of `Clock.monotonicMilliseconds`; nil for no end.
  private let deadline: Int64?
  /// Messages that are still to be printed; nil for no end.
  private var left: Int?
  /// Whether there was a connection.
  private var hasStarted = false
  /// What has happened and is not printed yet.
  private var pending: ArraySlice<FollowedThing.Occurrence> = []

  /// - Parameters:
  ///   - followed: made with ``mostWaiting``, and with signals that end it.
  ///   - options: when it ends.
  ///   - start: ms of `Clock.monotonicMilliseconds`, from which its time counts.
  init(_ followed: FollowedThing, options: StreamOptions, since start: Int64) {
    self.followed = followed
    deadline = options.duration.map { start + $0.milliseconds }
    left = options.count
  }

  /// Goes on until the end that was asked for.
  ///
  /// - Throws: `CommandFailure` for any other end.
  func run(_ printer: inout some Printer) throws(CommandFailure) {
    // Whether what came until the end of the time is taken in.
    var isLast = false
    while left != 0 {
      while let occurrence = pending.popFirst(), left != 0 {
        try take(occurrence, &printer)
        guard output.isFull else { continue }
        try output.flush()
        if output.isBehind { break }
      }
      try output.flush()
      guard left != 0 else { break }
      if !pending.isEmpty, !output.isBehind { continue }
      // What came in time is printed, however slow the reader is.
      let isLate = deadline.map { Clock.monotonicMilliseconds >= $0 } ?? false
      guard isLate, pending.isEmpty, !output.isBehind else {
        try wait(until: isLate ? nil : deadline)
        continue
      }
      if isLast { break }
      isLast = true
      // While the output was behind nothing was taken in; this does not wait.
      try wait(until: deadline)
    }
    if let signal = try followed.drain(output) { throw CommandFailure(endedBy: signal) }
    guard deadline != nil, let left, left > 0 else { return }
    throw CommandFailure(
      status: .timedOut, what: "The time is over, and \(left) of the messages did not come.",
      cause: "", remedy: "")
  }

  private func wait(until deadline: Int64?) throws(CommandFailure) {
    for occurrence in try followed.next(until: deadline, output: output) {
      switch occurrence {
      case .event, .dropped: pending.append(occurrence)
      case .signal(let signal): throw CommandFailure(endedBy: signal)
      case .input: break
      }
    }
  }

  private func take(
    _ occurrence: FollowedThing.Occurrence, _ printer: inout some Printer
  ) throws(CommandFailure) {
    switch occurrence {
    case .event(let event, let time):
      if !hasStarted, case .connection(.online) = event {
        hasStarted = true
        StartMemory.giveBack()
      }
      if try printer.take(event, at: time, to: output), let count = left { left = count - 1 }
    case .dropped(let count):
      printer.take(dropped: count, at: Clock.wallMilliseconds, to: output)
    case .signal, .input: break
    }
  }
}

extension CommandFailure {
  /// An end in good order that a signal asked for, with the status of its kind.
  ///
  /// - Parameters:
  ///   - signal: which.
  ///   - what: what that means for the work; empty to say nothing.
  ///   - cause: how far it came; empty if there is nothing to say.
  init(endedBy signal: Signals.Signal, what: String = "", cause: String = "") {
    let status: ExitStatus =
      switch signal {
      case .interrupt: .interrupted
      case .hangUp: .hungUp
      case .terminate, .windowChanged, .stop, .continued: .terminated
      }
    self.init(status: status, what: what, cause: cause, remedy: "")
  }
}
