package import JSON

extension Series {
  /// What a shadow reported at a time.
  package struct Document: Sendable {
    /// Ms of any clock.
    package let time: Int64
    /// All of it.
    package let reported: JSONObject

    package init(time: Int64, reported: JSONObject) {
      (self.time, self.reported) = (time, reported)
    }
  }

  /// Plays what a shadow reported: the first document whole, then what each changed, at its pace; nil
  /// if nothing was reported.
  ///
  /// - Parameters:
  ///   - documents: as they followed each other, held one at a time; one that is earlier than that before it counts as
  ///     coming with it.
  ///   - name: where they come from.
  ///   - ending: what comes after the last one.
  package init?(documents: some Sequence<Document>, name: String, ending: Ending) {
    var points: [Point] = []
    var before = JSONObject()
    var beginning: Int64?
    var time: Int64 = 0
    for document in documents {
      let start = beginning ?? document.time
      beginning = start
      time = max(time, document.time - start)
      let patch = try? JSONMergePatch(from: .object(before), to: .object(document.reported))
      // Nulls within a value cannot be in a patch, and are not in a shadow: the whole says it as well.
      let changes = (patch?.json ?? .object(document.reported)).object ?? JSONObject()
      before = document.reported
      guard !changes.isEmpty else { continue }
      points.append(Point(time: time, changes: changes))
    }
    guard let first = points.first else { return nil }
    let shifted = points.map { Point(time: $0.time - first.time, changes: $0.changes) }
    let gap =
      shifted.count < 2 ? 1000 : shifted[shifted.count - 1].time - shifted[shifted.count - 2].time
    self.init(name: name, points: shifted, pause: gap, ending: ending)
  }
}
