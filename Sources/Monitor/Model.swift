package import Canvas
package import JSON
package import Shadow

/// The whole state of the monitor.
///
/// ``update(_:_:at:)`` changes it and ``view(_:in:at:)`` draws it; it holds no clock and no handle.
package struct Model: Sendable {
  /// The name to show.
  package let thing: String
  /// Host and port as the person gave them.
  package let endpoint: String
  /// Where the files of the connection are; nil if that is not known.
  package internal(set) var files: ConnectionFiles?
  /// Seconds that local time is ahead of UTC.
  package let utcOffsetSeconds: Int
  /// Whether nothing can be staged or published.
  package let isReadOnly: Bool
  /// Whether the connection tells in the shadow that the thing is on line.
  package var tellsPresence = false

  /// The screen's size, to know how far a page is.
  package internal(set) var size = Size(rows: 24, columns: 80)
  package var keys = KeyMap()
  package internal(set) var connection = Connection()
  /// The shadows that are open, in the order in which they were opened; never empty.
  package internal(set) var shadows: [OpenShadow]
  /// The place of the shadow on the screen; see ``with(_:do:)``.
  package internal(set) var current = 0
  package internal(set) var log: MessageLog

  package internal(set) var focus = Pane.resources
  /// What the region beside the table shows; nil while it is closed.
  package internal(set) var side: SidePane?
  package var dividers = Dividers()
  var detail = Detail()
  /// The section that edits go to.
  package internal(set) var target = Section.reported
  package internal(set) var entry: Entry?
  package internal(set) var question: Question?
  /// Whether some other key than yes or no was pressed at the question.
  var isAnswerUnclear = false
  /// Whether the mouse is ours; else the terminal selects text with it.
  package var takesMouse = false
  /// The line that the mouse takes along.
  var dragged: Divider?
  /// What lies over the panes; nil for nothing.
  package internal(set) var overlay: Overlay?
  /// Whether what is staged is kept on disk.
  package internal(set) var keeping = Keeping.nowhere
  /// The notice that it is not, once that was told.
  var toldUnkept: String?
  /// The last checkup of the connection.
  var checkup = Checkup()
  /// What is known of the thing's jobs.
  var jobs = JobsBoard()
  /// What is to be told once, until it is put away.
  package internal(set) var notices: [String] = []
  /// Networked things that were known of before, see ``knownNetworkedThings``.
  package var networkedThings: [KnownNetworkedThing] = []
  /// Edits staged for other things that were looked at before: they would be lost as well.
  package var stagedElsewhere = 0
  /// The last round trip in ms.
  package internal(set) var latency: Int?
  /// Messages that have come and are not shown yet; 0 while they are taken in as they come.
  package internal(set) var backlog = 0

  /// What is being recorded; nil while nothing is.
  package internal(set) var recording: OngoingRecording?
  /// The recording that is played; nil over a connection.
  package internal(set) var replay: Replay?

  var tokens: TokenSource
  var requests = OwnRequests()
  /// The things of the batch, while they are listed.
  var things: [BatchThing] = []
  var pathHistory: [String] = []
  var valueHistory: [String] = []
  var filterHistory: [String] = []
  /// Client ids that were in use before.
  var clientIDHistory: [String] = []
  /// What was looked for, and what the log was narrowed to.
  var searchHistory: [String] = []
  /// What was cut in the edit line, kept from line to line.
  var killed = ""
  /// What is with the editor outside; nil while nothing is.
  var outside: OutsideText?

  /// - Parameters:
  ///   - thing: the name to show.
  ///   - endpoint: host and port as the person gave them.
  ///   - address: the shadow that is open first.
  ///   - seed: randomness for client tokens, different at every start.
  ///   - files: where the files of the connection are, to be named in lines for a shell.
  ///   - utcOffsetSeconds: seconds that local time is ahead of UTC.
  ///   - logLimit: bytes that the log may take before it forgets its oldest entries.
  ///   - isReadOnly: whether to refuse everything that would change the shadow.
  package init(
    thing: String, endpoint: String, address: ShadowAddress, seed: UInt64,
    files: ConnectionFiles? = nil, utcOffsetSeconds: Int = 0,
    logLimit: Int = MessageLog.standardLimit, isReadOnly: Bool = false
  ) {
    self.thing = thing
    self.endpoint = endpoint
    self.files = files
    self.utcOffsetSeconds = utcOffsetSeconds
    self.isReadOnly = isReadOnly
    log = MessageLog(limit: logLimit)
    tokens = TokenSource(seed: seed)
    shadows = [OpenShadow(address: address, nextToken: tokens.token())]
  }

  /// Takes over how the person wants it from the monitor of another thing.
  package mutating func adopt(preferencesOf other: Model) {
    (keys, takesMouse, dividers, side) = (other.keys, other.takesMouse, other.dividers, other.side)
  }
}

/// The parts of the screen that can have the focus.
package enum Pane: CaseIterable, Hashable, Sendable { case resources, side, log, edit }

/// What is asked in the bottom line before it is done.
package enum Question: Equatable, Sendable {
  /// Quit though edits are staged or on their way.
  case quit
  /// Report what is desired wherever that differs: so many values. There is a third answer, to clear
  /// them in desired as well.
  case acknowledge(Int)
  /// Publish though the shadow has changed under staged edits.
  ///
  /// - Parameters:
  ///   - seen: the shadow's values when this was asked: a yes is about these.
  ///   - isAnew: whether they have changed again since it was asked before.
  case publishOverConflicts(seen: [JSONValue?], isAnew: Bool)
  /// Stage an update again of which nobody can tell whether it was applied. There is a third answer,
  /// to let go of it.
  case stageAgain
  /// Close the current shadow though edits are staged or on their way.
  case closeShadow
  /// Write these bytes over a file that is there.
  case replaceFile(path: String, [UInt8])
  /// Change a job of the thing.
  case changeJob(JobDecision)
}
