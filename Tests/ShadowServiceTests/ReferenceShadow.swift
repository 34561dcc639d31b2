import JSON

/// The rules of merge, metadata and delta once more, in another form than the service has them: a
/// shadow is a flat map from the path of each value to its text and the time it was written.
///
/// Good for what `RandomStates` makes.
struct ReferenceShadow {
  struct Entry: Equatable {
    /// Compact JSON; `{` for an object, whose members are entries of their own.
    var text: String
    var time: Int64
  }

  private(set) var entries: [[String]: Entry] = [:]
  private(set) var version: Int64 = 0

  /// Plays the `state` of an accepted update.
  mutating func play(_ state: JSONValue, at time: Int64) {
    version += 1
    guard let sections = state.object else {
      entries = [:]
      return
    }
    for section in sections {
      write(section.value, at: [section.key], time)
      // What is left without a member is no section.
      if !entries.keys.contains(where: { $0.first == section.key && $0.count > 1 }) {
        entries[[section.key]] = nil
      }
    }
  }

  private mutating func write(_ value: JSONValue, at path: [String], _ time: Int64) {
    if let object = value.object {
      if entries[path]?.text != "{" {
        clear(path)
        entries[path] = Entry(text: "{", time: 0)
      }
      for member in object { write(member.value, at: path + [member.key], time) }
    } else {
      clear(path)
      if !value.isNull { entries[path] = Entry(text: value.compact, time: time) }
    }
  }

  private mutating func clear(_ path: [String]) {
    entries = entries.filter { !$0.key.starts(with: path) }
  }

  /// What `desired` has and `reported` does not, by the path below `desired`.
  var delta: [[String]: Entry] {
    var open: [[String]: Entry] = [:]
    for (path, entry) in entries where path.first == "desired" && path.count > 1 {
      let other = entries[["reported"] + path.dropFirst()]
      guard other.map({ Self.differ(entry.text, $0.text) }) ?? true else { continue }
      open[Array(path.dropFirst())] = entry
      // The objects on the way are in the delta with it.
      for length in 2..<max(2, path.count) {
        let way = Array(path[..<length])
        open[Array(way.dropFirst())] = entries[way]
      }
    }
    return open
  }

  /// The only numbers that are equal and written differently are `1` and `1.0`.
  private static func differ(_ left: String, _ right: String) -> Bool {
    left.replacing("1.0", with: "1") != right.replacing("1.0", with: "1")
  }

  /// A state and its metadata in the form of `entries`; nil if one does not mirror the other.
  static func entries(
    of state: JSONValue, _ metadata: JSONValue, at path: [String] = []
  ) -> [[String]: Entry]? {
    guard let object = state.object else {
      return time(of: state, metadata).map { [path: Entry(text: state.compact, time: $0)] }
    }
    guard let times = metadata.object, times.count == object.count else { return nil }
    var entries = path.isEmpty ? [:] : [path: Entry(text: "{", time: 0)]
    for member in object {
      guard let mirrored = times[member.key],
        let inside = Self.entries(of: member.value, mirrored, at: path + [member.key])
      else { return nil }
      entries.merge(inside) { _, new in new }
    }
    return entries
  }

  /// The one time at all leaves of an array or scalar; 0 for an array without any.
  private static func time(of value: JSONValue, _ metadata: JSONValue) -> Int64? {
    guard let times = times(of: value, metadata), times.count < 2 else { return nil }
    return times.first ?? 0
  }

  private static func times(of value: JSONValue, _ metadata: JSONValue) -> Set<Int64>? {
    let pairs: [(JSONValue, JSONValue)]
    if let elements = value.array {
      guard let mirrored = metadata.array, mirrored.count == elements.count else { return nil }
      pairs = Array(zip(elements, mirrored))
    } else if let members = value.object {
      guard let mirrored = metadata.object, mirrored.count == members.count else { return nil }
      pairs = members.map { ($0.value, mirrored[$0.key] ?? nil) }
    } else {
      guard let leaf = metadata.object, leaf.count == 1 else { return nil }
      return leaf["timestamp"]?.integer.map { [$0] }
    }
    return pairs.reduce([]) { found, pair in
      guard let found, let more = times(of: pair.0, pair.1) else { return nil }
      return found.union(more)
    }
  }
}
