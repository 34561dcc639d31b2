import JSON
import Monitor
import Sandbox
import Thing

/// What the program remembers from run to run by itself: when things were looked at, the broker
/// named last, and where the dividers stand.
///
/// Nothing in it is needed: a file that is missing or damaged is an empty one.
struct RememberedState {
  /// Things beyond these are forgotten, those unused for longest first.
  private static let mostThings = 2000
  /// A file that is larger is not ours.
  private static let longest = 1 << 20

  /// nil where there is no place for it.
  private let path: String?
  private var members: JSONObject

  /// Reads the file; `path` is nil where the person has no home.
  init(path: String?) {
    self.path = path
    members = path.flatMap(Self.read) ?? JSONObject()
  }

  /// The broker that was connected to last, host and port as they were given; empty if none was.
  var endpoint: String { members["endpoint"]?.string ?? "" }

  /// When a thing was connected last, in ms since 1970.
  func lastUsed(_ thing: String, at endpoint: String) -> Int64? {
    members["lastUsed"]?.object?[endpoint]?.object?[thing]?.integer
  }

  /// Where the dividers stood last.
  var dividers: Dividers {
    let held = members["dividers"]?.object
    func place(_ key: String) -> Int? {
      // What is beyond a screen is made the best of.
      held?[key]?.integer.map { Int(clamping: max(0, min($0, 10_000))) }
    }
    return Dividers(side: place("side"), log: place("log"), below: place("below"))
  }

  /// Writes down where the dividers stand, if that is news.
  mutating func note(_ dividers: Dividers) {
    guard dividers != self.dividers else { return }
    change { members in
      var object = JSONObject()
      let places = [("side", dividers.side), ("log", dividers.log), ("below", dividers.below)]
      for case (let key, let place?) in places { object[key] = .number(JSONNumber(place)) }
      members["dividers"] = .object(object)
    }
  }

  /// Writes down that a thing was connected; `now` in ms since 1970.
  mutating func noteUse(of thing: String, at endpoint: String, now: Int64) {
    change { members in
      members["endpoint"] = .string(endpoint)
      var all = members["lastUsed"]?.object ?? JSONObject()
      var things = all[endpoint]?.object ?? JSONObject()
      things[thing] = .number(JSONNumber(now))
      while things.count > Self.mostThings, let oldest = things.oldest { things[oldest] = nil }
      all[endpoint] = .object(things)
      members["lastUsed"] = .object(all)
    }
  }

  /// Changes what the file has by now: another monitor may have written meanwhile.
  private mutating func change(_ body: (inout JSONObject) -> Void) {
    if let path, let current = Self.read(path) { members = current }
    body(&members)
    guard let path else { return }
    // Not worth a word to the person if it fails: only convenience is lost.
    try? PrivateFiles.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    try? PrivateFiles.write(JSONValue.object(members).compactBytes, to: path)
  }

  private static func read(_ path: String) -> JSONObject? {
    Files.bytes(of: path, limit: longest).flatMap { try? JSONParser.parse($0) }?.object
  }
}

extension JSONObject {
  /// The key of the smallest number.
  fileprivate var oldest: String? {
    self.min { ($0.value.integer ?? 0) < ($1.value.integer ?? 0) }?.key
  }
}
