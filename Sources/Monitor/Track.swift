import JSON
import Shadow

/// The places that a thing has reported at one path while it was watched.
///
/// They are those of the resource's trace, which forgets the oldest.
struct Track {
  /// The oldest first; the last is where it is, or was in an earlier version.
  let places: [LatLng]
  /// When the first of them was seen, in ms since 1970; nil where there is only one.
  let since: Int64?
  /// When the last of them came, likewise.
  let until: Int64?
  /// Changes that the trace has forgotten.
  let forgotten: Int

  /// - Parameters:
  ///   - model: the state, at an earlier version where that is looked at.
  ///   - node: the resource, as that version has it.
  init(_ model: Model, _ node: ResourceNode) {
    let last = model.travel?.moment.version ?? .max
    let trace = model.traces[node.path]
    let changes = (trace?.changes ?? []).filter { $0.section == .reported && $0.version <= last }
    forgotten = trace?.forgotten ?? 0
    func place(_ value: JSONValue?) -> LatLng? { (value?.string).flatMap { try? LatLng($0) } }
    var found = changes.compactMap { change in
      place(change.new).map { (place: $0, time: change.time) }
    }
    // What was there when the first document came.
    if forgotten == 0, let first = changes.first, let place = place(first.old) {
      found.insert((place, model.traces.since ?? first.time), at: 0)
    }
    if found.isEmpty, let place = place(node.reported) { found = [(place, 0)] }
    places = found.map(\.place)
    since = found.count > 1 ? found.first?.time : nil
    until = found.count > 1 ? found.last?.time : nil
  }
}
