import JSON
import Shadow

/// What MIC reads in what a thing reports, as the table has it (mic-thing-api 1.5).
struct MICReading {
  /// The resources that are places, that at the top level first, then in the order of the table.
  let places: [ResourceNode]
  /// What is reported as `tcxn`; nil for nothing.
  let tcxn: JSONValue?

  init(_ tree: ResourceTree) {
    let found = tree.nodes.filter { node in
      node.reported != nil && node.name.hasSameScalars(as: ThingFact.placeKey)
        && node.path.keys.first?.hasSameScalars(as: ThingFact.key) != true
    }
    places = found.filter { $0.depth == 0 } + found.filter { $0.depth > 0 }
    tcxn = tree.place(of: JSONPath(keys: [ThingFact.key])).flatMap { tree.nodes[$0].reported }
  }

  var isEmpty: Bool { places.isEmpty && tcxn == nil }

  var facts: [ThingFact] { tcxn?.object.map(ThingFact.facts(in:)) ?? [] }

  /// What can be copied, by what it is called: where the thing is, and what names it.
  var copies: [(name: String, text: String)] {
    places.compactMap { node in
      node.reported.map { (node.path.display, $0.string ?? $0.compact) }
    }
      + facts.filter(\.field.isIdentity).map {
        ($0.field.name, $0.value.string ?? $0.value.compact)
      }
  }
}

extension Model {
  /// What MIC reads in the document on the screen.
  var micReading: MICReading { MICReading(table.tree) }

  /// Whether there is something that MIC reads, as far as that is seen at once.
  var hasMICValues: Bool {
    let reported = shadow.document?.reported
    return [ThingFact.key, ThingFact.placeKey].contains { reported?[$0] != nil }
  }

  /// Whether the keys go to the MIC pane.
  var isAtMICPanel: Bool { focus == .side && side == .mic }
}
