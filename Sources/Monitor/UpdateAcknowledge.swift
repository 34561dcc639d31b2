import Canvas
import JSON
import Shadow

extension ResourceTree {
  /// The resources that are desired otherwise than they are reported (spec 8.1).
  var differing: [ResourceNode] { nodes.filter(\.differsHere) }

  /// The fewest paths whose removal takes everything that differs out of desired, and nothing else.
  var differingInDesired: [JSONPath] {
    var paths: [JSONPath] = []
    var place = 0
    while place < nodes.count {
      let inside = nodes[place..<nodes[place].end].filter { $0.leafValue(.desired) != nil }
      if !inside.isEmpty, inside.allSatisfy(\.differsHere) {
        paths.append(nodes[place].path)
        place = nodes[place].end
      } else {
        place += 1
      }
    }
    return paths
  }
}

extension Model {
  /// Asks whether to report what is desired wherever that differs.
  mutating func acknowledge() {
    let count = ResourceTree(shadow.document).differing.count
    guard count > 0 else { return }
    guard !choice.isBackdate else {
      // A backdate changes no shadow, so it answers no wish.
      reply = Reply(
        passing: "Edits go to the backdate topic, which fulfils no wish: t goes on to reported",
        .editError)
      return
    }
    ask(.acknowledge(count))
  }

  /// Stages the reports of everything that is desired and differs, as one step.
  ///
  /// - Parameter isClearing: whether to take these out of desired too, as MIC's own things do
  ///   (mic-thing-api 1.4).
  mutating func stageAcknowledgement(isClearing: Bool) {
    let document = shadow.document
    let tree = ResourceTree(document)
    var edits = tree.differing.map {
      StagedEdit(.reported, $0.path, of: document, to: $0.desired)
    }
    let reports = edits.count
    if isClearing {
      edits += tree.differingInDesired.map { StagedEdit(.desired, $0, of: document, to: nil) }
    }
    guard stageAll(edits) else { return }
    let cleared = isClearing ? ", and the wishes cleared" : ""
    reply = Reply(
      passing: reports == 0
        ? "Nothing differs any more"
        : "\(counted(reports, "wish", plural: "wishes")) reported as done\(cleared): P publishes")
  }
}
