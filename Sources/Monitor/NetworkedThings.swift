import Canvas
import JSON
import Shadow

/// A networked thing that is known of, open or not (mic-thing-api 1.9).
package struct KnownNetworkedThing: Hashable, Sendable {
  /// The whole name, `PARENT__NAME`.
  package let thing: String
  /// Bytes of its shadow when that was seen last, of those that count against the limit; nil where it
  /// was never seen.
  package let bytes: Int?

  package init(thing: String, bytes: Int? = nil) {
    self.thing = thing
    self.bytes = bytes
  }
}

extension Model {
  /// The thing whose networked things can be reached: the one that is looked at, or its parent if
  /// that is a networked thing itself, whose connection this is then.
  package var parentThing: String {
    guard let parent = ShadowAddress(thing: thing).parent, parent.hasSameScalars(as: clientID)
    else { return thing }
    return parent
  }

  /// The networked things that are known of, with those that were opened since, in the order in
  /// which they came to be known.
  package var knownNetworkedThings: [KnownNetworkedThing] {
    var known = networkedThings
    for shadow in shadows where isNetworked(shadow.address) && shadow.address.shadow == nil {
      let bytes = shadow.held.document == nil ? nil : shadow.held.size
      let place = known.firstIndex { $0.thing.hasSameScalars(as: shadow.address.thing) }
      let entry = KnownNetworkedThing(
        thing: shadow.address.thing, bytes: bytes ?? place.flatMap { known[$0].bytes })
      if let place { known[place] = entry } else { known.append(entry) }
    }
    return known
  }

  /// Whether this is a shadow of a networked thing of ours.
  func isNetworked(_ address: ShadowAddress) -> Bool {
    address.parent?.hasSameScalars(as: parentThing) == true
  }

  /// Opens the question for the type of a networked thing that is to be.
  mutating func openThingType(of address: ShadowAddress) {
    reply = nil
    entry = Entry(.thingType(address), killed: killed)
  }

  /// Opens a networked thing, and stages the type that it is to have in its first document.
  mutating func enterThingType(_ entry: Entry, of address: ShadowAddress) -> [Effect] {
    let type = entry.line.text
    closeEntry()
    let effects = show(address)
    guard !type.isEmpty else {
      reply = Reply([
        Span("The first document makes it, of its parent's type.", .editStaged),
        Span("a adds a value, P publishes it. \(Self.creationWords)"),
      ])
      return effects
    }
    target = .reported
    stage(
      StagedEdit(
        .reported, JSONPath(keys: ["tcxn", "thingType"]), of: shadow.document, to: .string(type)))
    reply = Reply([
      Span("P publishes this as the first document, which makes the thing.", .editStaged),
      Span(
        "MIC's public pages do not confirm where the type stands. a adds values to it. "
          + Self.creationWords),
    ])
    return effects
  }

  /// What a thing cannot see of it (mic-thing-api 39).
  static let creationWords =
    "Whether MIC could make it shows only in the cloud, as the event THING.CREATE."

  /// Tells once of a shadow that it fills up, and of the way to more room.
  mutating func tellIfFilling() {
    guard replay == nil, !shadows[current].isFillingTold, shadow.document != nil,
      shadow.size * 10 >= ShadowLimits().size * 8
    else { return }
    shadows[current].isFillingTold = true
    let key = keys[.shadows].first?.label ?? ":"
    notices.append("Over 80 % of 8 KB is used: \(key) opens networked things.")
  }
}
