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
  package let address: ShadowAddress
  /// Seconds that local time is ahead of UTC.
  package let utcOffsetSeconds: Int

  /// The screen's size, to know how far a page is.
  package internal(set) var size = Size(rows: 24, columns: 80)
  package internal(set) var connection = Connection()
  package internal(set) var shadow = HeldShadow()
  package internal(set) var table = ResourceTable()
  var freshness = Freshness()
  var traces = Traces()
  package internal(set) var log = MessageLog()

  package internal(set) var focus = Pane.resources
  /// The section that edits go to.
  package internal(set) var target = Section.reported
  package internal(set) var draft = Draft()
  /// The staged edit that is selected in the edit pane.
  var selectedEdit = 0
  /// The very request that publishing would send; nil while nothing is staged.
  package internal(set) var preview: Preview?
  package internal(set) var delivery: Delivery?
  package internal(set) var entry: Entry?
  package internal(set) var question: Question?
  /// Whether some other key than yes or no was pressed at the question.
  var isAnswerUnclear = false
  /// Lines that the help is scrolled down; nil while it is closed.
  package internal(set) var help: Int?
  /// The answer to what the person did last.
  package internal(set) var reply: Reply?
  /// What is to be told once, until it is put away.
  package internal(set) var notices: [String] = []
  /// The last round trip in ms.
  package internal(set) var latency: Int?

  var tokens: TokenSource
  /// The token of the next update: the preview shows it already.
  var nextToken: ClientToken
  var requests = OwnRequests()
  var pathHistory: [String] = []
  var valueHistory: [String] = []
  /// What was cut in the edit line, kept from line to line.
  var killed = ""

  /// - Parameters:
  ///   - thing: the name to show.
  ///   - endpoint: host and port as the person gave them.
  ///   - address: the shadow that is watched.
  ///   - seed: randomness for client tokens, different at every start.
  ///   - utcOffsetSeconds: seconds that local time is ahead of UTC.
  package init(
    thing: String, endpoint: String, address: ShadowAddress, seed: UInt64,
    utcOffsetSeconds: Int = 0
  ) {
    self.thing = thing
    self.endpoint = endpoint
    self.address = address
    self.utcOffsetSeconds = utcOffsetSeconds
    tokens = TokenSource(seed: seed)
    nextToken = tokens.token()
  }
}

/// The parts of the screen that can have the focus.
package enum Pane: CaseIterable, Hashable, Sendable { case resources, log, edit }

/// What is asked in the bottom line before it is done.
package enum Question: Equatable, Sendable {
  /// Quit though edits are staged or on their way.
  case quit
  case discardAll
  /// Publish though the shadow has changed under staged edits.
  ///
  /// - Parameters:
  ///   - seen: the shadow's values when this was asked: a yes is about these.
  ///   - isAnew: whether they have changed again since it was asked before.
  case publishOverConflicts(seen: [JSONValue?], isAnew: Bool)
}

/// Words for what the person just did, shown in the edit pane.
package struct Reply: Sendable {
  /// One sentence each; long ones are wrapped.
  package let sentences: [Span]
  /// Whether it is true only while there is no connection.
  var isAboutOutage = false

  /// Whether the next key puts it away.
  private(set) var isPassing = false

  init(_ sentences: [Span]) { self.sentences = sentences }
  init(_ text: String, _ role: Role = .text) { sentences = [Span(text, role)] }

  /// An answer to the one key that was pressed.
  init(passing text: String, _ role: Role = .text) {
    self.init(text, role)
    isPassing = true
  }
}

/// What the session said of the connection.
package struct Connection: Sendable {
  package internal(set) var status: ConnectionStatus?
  /// Why it is down; stays through all attempts until one succeeds.
  package internal(set) var outage: Outage?
  /// Topic filters that the broker refused.
  package internal(set) var refusedFilters: [String] = []
  /// Whether it ever was up.
  var wasUp = false
  /// The causes of this outage that the log has.
  var remarked: [String] = []

  /// Whether requests can be made.
  package var isUp: Bool {
    guard case .connected? = status else { return false }
    return true
  }
}

/// A connection that has ended or never came about.
package struct Outage: Hashable, Sendable {
  package let what: String
  package let cause: String
  package let remedy: String
  /// When it began, in ms since 1970.
  package let since: Int64
  /// Whether the next attempt waits for the person.
  package let isStopped: Bool
}

/// Our requests, to tell their answers from those to others; the oldest are forgotten.
struct OwnRequests: Sendable {
  private static let most = 256
  private var sent: [(token: String, at: Int64)] = []

  mutating func note(_ token: String, at now: Int64) {
    sent.removeAll { $0.token.utf8.elementsEqual(token.utf8) }
    sent.append((token, now))
    if sent.count > Self.most { sent.removeFirst() }
  }

  /// When a request of ours was sent, in ms since 1970; nil if it was not ours.
  func time(of token: String?) -> Int64? {
    guard let token else { return nil }
    return sent.last { $0.token.utf8.elementsEqual(token.utf8) }?.at
  }
}
