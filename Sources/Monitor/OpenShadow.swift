import Canvas
package import Shadow

/// One shadow that is open, and everything that belongs to it alone.
package struct OpenShadow: Sendable {
  package let address: ShadowAddress
  /// How it stands on the connection.
  package internal(set) var link = ShadowLink.opening
  /// Whether it was told that it fills up.
  var isFillingTold = false
  /// Why it is not asked for by itself any more; nil while it is.
  var getDenial: String?
  package internal(set) var held = HeldShadow()
  package internal(set) var table = ResourceTable()
  /// The newest tree while the table does not show it yet, since more messages follow.
  var unshown: ResourceTree?
  var freshness = Freshness()
  var traces = Traces()
  package internal(set) var history = History()
  /// The earlier document on the screen; nil while that is the shadow as it is.
  var travel: Travel?
  /// What is wished for and not answered yet.
  package internal(set) var wishes = WishList()

  package internal(set) var draft = Draft()
  /// How the draft is to be published.
  package internal(set) var choice = PublishingChoice()
  /// The version with which the service refused the draft (409); nil otherwise.
  var refusedVersion: Int64?
  /// The token of a deletion that is on its way.
  var deletion: String?
  /// A text from the editor outside that could not be taken.
  var kept: OutsideText?
  /// The staged edit that is selected in the edit pane.
  var selectedEdit = 0
  /// The very request that publishing would send; nil while nothing is staged.
  package internal(set) var preview: Preview?
  package internal(set) var delivery: Delivery?
  /// Updates of earlier runs of which nobody knows yet what became; settled after ``delivery``.
  package internal(set) var furtherDeliveries: [Delivery] = []
  /// Changes with every change of what is staged or on its way.
  package internal(set) var draftRevision = 0
  /// What the last message has settled, to be logged after it.
  var settled: [Span] = []
  /// The token of the next update: the preview shows it already.
  var nextToken: ClientToken
  /// The answer to what the person did last.
  package internal(set) var reply: Reply?

  init(address: ShadowAddress, nextToken: ClientToken) {
    self.address = address
    self.nextToken = nextToken
  }
}

/// What the current shadow has, by the names that most of the monitor knows it by.
extension Model {
  package var address: ShadowAddress { shadows[current].address }

  package internal(set) var shadow: HeldShadow {
    get { shadows[current].held }
    _modify { yield &shadows[current].held }
  }

  package internal(set) var table: ResourceTable {
    get { shadows[current].table }
    _modify { yield &shadows[current].table }
  }

  var freshness: Freshness {
    get { shadows[current].freshness }
    _modify { yield &shadows[current].freshness }
  }

  var traces: Traces {
    get { shadows[current].traces }
    _modify { yield &shadows[current].traces }
  }

  package internal(set) var history: History {
    get { shadows[current].history }
    _modify { yield &shadows[current].history }
  }

  var travel: Travel? {
    get { shadows[current].travel }
    _modify { yield &shadows[current].travel }
  }

  package internal(set) var wishes: WishList {
    get { shadows[current].wishes }
    _modify { yield &shadows[current].wishes }
  }

  package internal(set) var draft: Draft {
    get { shadows[current].draft }
    _modify { yield &shadows[current].draft }
  }

  package internal(set) var choice: PublishingChoice {
    get { shadows[current].choice }
    _modify { yield &shadows[current].choice }
  }

  var refusedVersion: Int64? {
    get { shadows[current].refusedVersion }
    set { shadows[current].refusedVersion = newValue }
  }

  var deletion: String? {
    get { shadows[current].deletion }
    set { shadows[current].deletion = newValue }
  }

  var kept: OutsideText? {
    get { shadows[current].kept }
    set { shadows[current].kept = newValue }
  }

  var selectedEdit: Int {
    get { shadows[current].selectedEdit }
    set { shadows[current].selectedEdit = newValue }
  }

  package internal(set) var preview: Preview? {
    get { shadows[current].preview }
    set { shadows[current].preview = newValue }
  }

  package internal(set) var delivery: Delivery? {
    get { shadows[current].delivery }
    _modify { yield &shadows[current].delivery }
  }

  var nextToken: ClientToken {
    get { shadows[current].nextToken }
    set { shadows[current].nextToken = newValue }
  }

  package internal(set) var reply: Reply? {
    get { shadows[current].reply }
    _modify { yield &shadows[current].reply }
  }

  /// The place of an open shadow.
  func place(of address: ShadowAddress) -> Int? {
    shadows.firstIndex { $0.address == address }
  }

  /// Does something with another shadow as the current one, as when a message of it arrives.
  mutating func with<Result>(_ place: Int, do body: (inout Model) -> Result) -> Result {
    let shown = current
    current = place
    defer { current = shown }
    return body(&self)
  }
}
