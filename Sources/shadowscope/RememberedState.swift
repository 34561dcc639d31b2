import JSON
import Monitor
import Sandbox
import Thing

/// What the program remembers from run to run by itself: when things were looked at, their
/// networked things, the broker named last, and where the dividers stand.
///
/// Nothing in it is needed: a file that is missing or damaged is an empty one.
struct RememberedState {
  /// Things beyond these are forgotten, those unused for longest first.
  private static let mostThings = 2000
  /// Endpoints beyond these are forgotten, those unused for longest first.
  private static let mostEndpoints = 50
  /// Networked things of one thing beyond these are forgotten, those known for longest first.
  private static let mostNetworked = 200
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

  /// The networked things of a thing that were opened before, and how large their shadows were.
  func networkedThings(of parent: String, at endpoint: String) -> [KnownNetworkedThing] {
    let held = members["networked"]?.object?[endpoint]?.object?[parent]?.object ?? JSONObject()
    return held.map { KnownNetworkedThing(thing: $0.key, bytes: $0.value.integer.map { Int($0) }) }
  }

  /// The networked things of a thing that comes to the screen, once those of the one that was there
  /// are written down.
  mutating func networkedThings(of next: Model, noting model: Model) -> [KnownNetworkedThing] {
    noteNetworkedThings(of: model)
    return networkedThings(of: next.parentThing, at: next.endpoint)
  }

  /// Writes down what a monitor that ends has come to know, if that is news.
  mutating func note(_ model: Model) {
    note(model.dividers)
    noteNetworkedThings(of: model)
  }

  /// Writes down the networked things that a monitor knows of.
  private mutating func noteNetworkedThings(of model: Model) {
    let known = model.knownNetworkedThings
    let (parent, endpoint) = (model.parentThing, model.endpoint)
    guard notesUse, known != networkedThings(of: parent, at: endpoint) else { return }
    change { members in
      var all = members["networked"]?.object ?? JSONObject()
      var parents = all[endpoint]?.object ?? JSONObject()
      var things = parents[parent]?.object ?? JSONObject()
      for entry in known {
        things[entry.thing] = entry.bytes.map { .number(JSONNumber(Int64($0))) } ?? .null
      }
      while things.count > Self.mostNetworked, let first = things.first(where: { _ in true }) {
        things[first.key] = nil
      }
      parents[parent] = .object(things)
      while parents.count > Self.mostThings, let first = parents.first(where: { _ in true }) {
        parents[first.key] = nil
      }
      all[endpoint] = .object(parents)
      while all.count > Self.mostEndpoints, let first = all.first(where: { _ in true }) {
        all[first.key] = nil
      }
      members["networked"] = .object(all)
    }
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
