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
  /// Endpoints beyond these are forgotten, those unused for longest first.
  private static let mostEndpoints = 50
  /// A file that is larger is not ours: that many names of 128 letters take less.
  private static let longest = 1 << 24

  /// nil where there is no place for it.
  private let path: String?
  /// Whether it is written down what is connected to.
  private let notesUse: Bool
  private var members: JSONObject

  /// Reads the file.
  ///
  /// - Parameters:
  ///   - path: nil where the person has no home.
  ///   - notesUse: false where the broker is gone with this run, so that neither it nor its things
  ///     are worth remembering.
  init(path: String?, notesUse: Bool = true) {
    self.path = path
    self.notesUse = notesUse
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
    guard notesUse else { return }
    change { members in
      members["endpoint"] = .string(endpoint)
      var all = members["lastUsed"]?.object ?? JSONObject()
      var things = all[endpoint]?.object ?? JSONObject()
      things[thing] = .number(JSONNumber(now))
      while things.count > Self.mostThings, let oldest = things.oldest(\.integer) {
        things[oldest] = nil
      }
      all[endpoint] = .object(things)
      while all.count > Self.mostEndpoints, let oldest = all.oldest(\.lastUse) {
        all[oldest] = nil
      }
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
  /// The key of the value with the smallest time; a value that has none is the oldest.
  fileprivate func oldest(_ time: (JSONValue) -> Int64?) -> String? {
    self.min { (time($0.value) ?? 0) < (time($1.value) ?? 0) }?.key
  }
}

extension JSONValue {
  /// The latest time among the things of an endpoint.
  fileprivate var lastUse: Int64? { object?.compactMap(\.value.integer).max() }
}
