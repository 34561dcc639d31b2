package import JSON
import Shadow

/// The recent past of every resource, bounded; the oldest is forgotten and counted.
package struct Traces: Sendable {
  /// Bytes that all remembered changes may take, about.
  package static let standardLimit = 8 << 20

  private let limit: Int
  private var traces: [JSONPath: Trace] = [:]
  /// About what all remembered changes take in memory.
  package private(set) var bytes = 0
  /// When the first document came, in ms since 1970.
  private(set) var since: Int64?

  /// Nothing yet, of which no more than `limit` bytes will be remembered.
  package init(limit: Int = standardLimit) { self.limit = limit }

  subscript(path: JSONPath) -> Trace? { traces[path] }

  /// Changes that are remembered of a resource, and how many were forgotten.
  package func count(of path: JSONPath) -> (kept: Int, forgotten: Int) {
    (traces[path]?.changes.count ?? 0, traces[path]?.forgotten ?? 0)
  }

  /// Takes in a new tree of the shadow.
  ///
  /// - Parameters:
  ///   - tree: as it is now.
  ///   - older: as it was.
  ///   - now: when it arrived, in ms since 1970.
  ///   - version: the version of the new one.
  ///   - author: who made it so; nil when the tree is the first, and nothing in it a change.
  package mutating func note(
    _ tree: ResourceTree, after older: ResourceTree, at now: Int64, version: Int64,
    by author: ValueChange.Author?
  ) {
    if since == nil { since = now }
    tree.compare(
      with: older,
      changed: { change in
        guard let author else { return }
        if change.new != nil { traces[change.path, default: Trace()][change: change.section] = now }
        bytes += traces[change.path, default: Trace()].remember(
          ValueChange(change, at: now, version: version, by: author))
      },
      written: { node, section in
        guard !node.isBranch else { return }
        traces[node.path, default: Trace()].note(node.leafValue(section), section)
      })
    if bytes > limit { forgetOldest() }
    guard traces.count > 2 * tree.nodes.count + 64 else { return }
    // Resources that are long gone are forgotten.
    let alive = Set(tree.nodes.map(\.path))
    traces = traces.filter { alive.contains($0.key) }
    bytes = traces.values.reduce(0) { $0 + $1.bytes }
  }

  /// Forgets the oldest eighth of all changes, at least.
  private mutating func forgetOldest() {
    let times = traces.values.flatMap { $0.changes.map(\.time) }.sorted()
    guard !times.isEmpty else { return }
    let end = times[times.count / 8]
    traces = traces.mapValues { trace in
      var trace = trace
      trace.forget(upTo: end)
      return trace
    }
    bytes = traces.values.reduce(0) { $0 + $1.bytes }
  }
}
