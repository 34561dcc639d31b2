import JSON
import Shadow

/// The recent past of every resource.
struct Traces: Sendable {
  private var traces: [JSONPath: Trace] = [:]

  subscript(path: JSONPath) -> Trace? { traces[path] }

  /// Takes in a new tree of the shadow.
  ///
  /// - Parameters:
  ///   - tree: as it is now.
  ///   - older: as it was.
  ///   - now: ms since 1970; nil when the tree is the first, and nothing in it a change.
  mutating func note(_ tree: ResourceTree, after older: ResourceTree, at now: Int64?) {
    tree.compare(
      with: older,
      changed: { change in
        if let now, change.new != nil {
          traces[change.path, default: Trace()][change: change.section] = now
        }
      },
      written: { node in
        guard !node.isBranch else { return }
        traces[node.path, default: Trace()].note(node.reported ?? node.desired)
      })
    guard traces.count > 2 * tree.nodes.count + 64 else { return }
    // Resources that are long gone are forgotten.
    let alive = Set(tree.nodes.map(\.path))
    traces = traces.filter { alive.contains($0.key) }
  }
}
