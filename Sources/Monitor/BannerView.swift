import Canvas
import JSON
import Shadow

/// One thing to tell above the table.
struct Notice {
  /// The same in fewer and fewer words; the first that finds room is shown, or else the start of
  /// the last.
  var versions: [[Span]]
  /// Each version in the longest words that it may come to have, so that its height stays.
  var longest: [[Span]]?

  /// The lines, no more than there may be.
  func lines(width: Int, most: Int) -> [[Span]] {
    for (version, longest) in zip(versions, longest ?? versions) {
      let lines = wrapped(version, width: width)
      let height = max(lines.count, wrapped(longest, width: width).count)
      guard height <= most else { continue }
      return lines + Array(repeating: [], count: height - lines.count)
    }
    let cut = limited(wrapped(versions.last ?? [], width: width), to: most, width: width)
    return cut + Array(repeating: [], count: most - cut.count)
  }
}

extension Model {
  /// What must be told above the table, at most so many lines of a width.
  ///
  /// The height changes with what there is to tell, never with how far an attempt to connect is.
  func banner(width: Int, most: Int, at now: Int64) -> [[Span]] {
    let notices =
      [
        outageNotice(at: now), refusalNotice, stillnessNotice(at: now), silenceNotice(at: now),
        getNotice, filterNotice, leftOutNotice,
      ].compactMap(\.self)
      + notices.map {
        Notice(versions: [[Span($0, .meterWarn), Span("  Esc", .keyHint), Span(" puts it away")]])
      }
    var lines = [travelLine(width: width, at: now)].compactMap(\.self)
    // A single line is for what must be told; the status line has the mark.
    if most > 1, let line = replayLine(width: width) { lines.insert(line, at: 0) }
    for (place, notice) in notices.enumerated() {
      // Each of the others keeps a line.
      let others = notices.count - 1 - place
      lines += notice.lines(width: width, most: max(1, most - lines.count - others))
    }
    return limited(lines, to: most, width: width)
  }

  private func outageNotice(at now: Int64) -> Notice? {
    guard let outage = connection.outage else { return nil }
    if connection.isTakenOver { return takeOverNotice(outage) }
    let head: [Span]
    if outage.isStopped {
      head = [Span(sentences(outage.what), .stateFight)]
    } else {
      let age = Age(milliseconds: now - outage.since).clock
      let state = connection.wasUp ? "Disconnected \(age) ago: " : "Not connected for \(age): "
      head = [Span(state, .stateOffline), Span(sentences(outage.what))]
    }
    let space = Span(" ")
    // Where room is short the remedy is worth more than the cause.
    let told = [
      sentences(outage.what, outage.cause, outage.remedy), sentences(outage.what, outage.remedy),
    ]
    func versions(_ progress: [Span]) -> [[Span]] {
      told.map { text in
        let rest = text.dropFirst(sentences(outage.what).count)
        return head + [Span(String(rest)), space] + progress + keptEdits + wayToChecks
      }
    }
    return Notice(
      versions: versions(progress(at: now)),
      // About the longest that an attempt says.
      longest: versions([Span("Trying now: opening the connection.")]))
  }

  /// What is done about an outage, and when.
  private func progress(at now: Int64) -> [Span] {
    switch connection.status {
    case .connecting(let step, _)?: [Span("Trying now: \(step).")]
    case .offline(_, _, _, _, let retryAt?)? where retryAt > now:
      [
        Span("Next try in \(secondsLeft(retryAt, at: now)) s, "), Span("r", .keyHint),
        Span(" now."),
      ]
    case .offline(_, _, _, _, .some)?: [Span("Trying now.")]
    default: [Span("r", .keyHint), Span(" tries again.")]
    }
  }

  private func silenceNotice(at now: Int64) -> Notice? {
    guard connection.isUp, freshness.unanswered > 0 else { return nil }
    let progress: [Span]
    if let askAt = freshness.askAt {
      progress = [
        Span(" Asking again in \(secondsLeft(askAt, at: now)) s, "), Span("r", .keyHint),
        Span(" now."),
      ]
    } else {
      progress = [Span(" Asking again …")]
    }
    let silence = Span(
      freshness.refusal.map { "get: \($0)" } ?? "No answer to get", .stateOffline)
    let known = Span(shadow.document == nil ? "." : ": this is what was known last.")
    func versions(_ progress: [Span]) -> [[Span]] {
      [[silence, known] + progress, [silence, Span(".")] + progress]
    }
    return Notice(
      versions: versions(progress), longest: versions([Span(" Asking again in 60 s, r now.")]))
  }

  private var filterNotice: Notice? {
    let filters = refusedFilters
    guard !filters.isEmpty else { return nil }
    let topics = filters.map { "…/" + suffix(of: $0) }.joined(separator: ", ")
    return Notice(versions: [
      [
        Span("The broker refused \(topics): ", .meterWarn),
        Span("what comes there is not seen; the certificate's policy decides."),
      ]
    ])
  }

  /// The filters that the broker does not permit, those of the current shadow last.
  private var refusedFilters: [String] {
    var filters = connection.refusedFilters
    if case .live(let own, _) = shadows[current].link {
      filters += own.filter { filter in !filters.contains { $0.hasSameScalars(as: filter) } }
    }
    return filters
  }

  private var refusalNotice: Notice? {
    guard case .refused(let what, let cause, let remedy) = shadows[current].link else { return nil }
    let keys = [Span(" "), Span("X", .keyHint), Span(" closes this shadow, the others go on.")]
    return Notice(versions: [
      [Span(sentences(what), .stateOffline), Span(" " + sentences(cause, remedy))] + keys,
      [Span(sentences(what), .stateOffline), Span(" " + sentences(remedy))] + keys,
    ])
  }

  /// The key that finds out more.
  private var wayToChecks: [Span] {
    guard let key = keys[.checks].first else { return [] }
    return [Span(" "), Span(key.label, .keyHint), Span(" checks why.")]
  }

  var keptEdits: [Span] {
    switch stagedCount {
    case 0: []
    case 1: [Span(" Your staged edit is kept.")]
    case let count: [Span(" Your \(count) staged edits are kept.")]
    }
  }
}

/// Seconds until a time, begun ones included.
func secondsLeft(_ time: Int64, at now: Int64) -> Int64 { (time - now + 999) / 1000 }

/// Texts as sentences, each with one full stop.
func sentences(_ texts: String...) -> String {
  texts.filter { !$0.isEmpty }
    .map { text in
      guard let last = text.last, !".!?".contains(last) else { return text }
      return text + "."
    }
    .joined(separator: " ")
}
