package import JSON
import Shadow

/// What desired asks for and reported does not have, since when, and what became of our own wishes.
///
/// Pure: told each document and when it came.
package struct WishList: Sendable {
  /// One open difference.
  package struct Wish: Equatable, Sendable {
    package let path: JSONPath
    package let desired: JSONValue
    /// nil where the thing has nothing there.
    package internal(set) var reported: JSONValue?
    /// When desired was written, in seconds since 1970 by the service's clock; nil if unknown.
    package let written: Int64?
    /// When it was first seen here, in ms since 1970.
    package let seen: Int64
    /// The client token of the request that asked for it; nil if that was not seen.
    package let token: String?
    package let isOurs: Bool
  }

  /// How a wish ended.
  package enum End: Hashable, Sendable {
    /// The thing reports it, so many ms after the wish was seen.
    case answered(milliseconds: Int64)
    /// The thing reports it; when it began to was not seen.
    case answeredUnseen
    /// Desired asks for something else now.
    case superseded
    /// Desired asks for nothing there any more.
    case withdrawn
    /// The shadow was deleted.
    case deleted
  }

  /// One of our wishes that is open no more.
  package struct Ended: Equatable, Sendable {
    package let wish: Wish
    package let end: End
  }

  /// Ended wishes that are remembered.
  package static let mostEnded = 20

  /// By path, in the order of the table.
  package private(set) var open: [Wish] = []
  /// The newest first.
  package private(set) var ended: [Ended] = []
  /// Whether something may have happened since the last document.
  private var hasGap = false

  package init() {}

  /// The connection is gone: what happens from here on is not seen.
  package mutating func loseSight() { hasGap = true }

  /// Takes in the shadow as it is now.
  ///
  /// - Parameters:
  ///   - tree: of the document; an empty one where there is no shadow.
  ///   - older: the tree before.
  ///   - now: when it came, in ms since 1970.
  ///   - token: the client token of the request that made it; nil if that is not known.
  ///   - isOurs: whether that request is from here.
  ///   - isDeleted: whether there is no shadow any more.
  package mutating func take(
    _ tree: ResourceTree, after older: ResourceTree, at now: Int64, token: String?, isOurs: Bool,
    isDeleted: Bool = false
  ) {
    defer { hasGap = false }
    guard tree.differences > 0 || !open.isEmpty else { return }
    let before = Dictionary(open.map { ($0.path, $0) }) { $1 }
    var asked: [JSONPath: JSONValue] = [:]
    for node in older.nodes { asked[node.path] = node.leafValue(.desired) }
    open = tree.nodes.filter(\.differsHere).compactMap { node in
      guard let desired = node.desired else { return nil }
      if var held = before[node.path], held.desired == desired {
        held.reported = node.reported
        return held
      }
      // Whoever changed the other side has not asked for this.
      let isAsked = token != nil && asked[node.path] != desired
      return Wish(
        path: node.path, desired: desired, reported: node.reported, written: node.desiredTime,
        seen: now, token: isAsked ? token : nil, isOurs: isAsked && isOurs)
    }
    let still = Dictionary(open.map { ($0.path, $0) }) { $1 }
    let gone = before.values.filter { $0.isOurs && still[$0.path] != $0.with(still[$0.path]) }
    guard !gone.isEmpty else { return }
    let places = Dictionary(tree.nodes.map { ($0.path, $0) }) { $1 }
    let news = gone.sorted { $0.path.pointer.precedes($1.path.pointer) }.map { wish in
      Ended(wish: wish, end: end(of: wish, places[wish.path], at: now, isDeleted: isDeleted))
    }
    ended = Array((news + ended).prefix(Self.mostEnded))
  }

  private func end(
    of wish: Wish, _ node: ResourceNode?, at now: Int64, isDeleted: Bool
  ) -> End {
    if isDeleted { return .deleted }
    if let desired = node?.desired, desired != wish.desired { return .superseded }
    // MIC's own code clears desired while it reports.
    if node?.reported == wish.desired {
      return hasGap ? .answeredUnseen : .answered(milliseconds: max(0, now - wish.seen))
    }
    return .withdrawn
  }
}

extension WishList.Wish {
  /// The same wish with what another says is reported; it is equal to that one if both are one wish.
  fileprivate func with(_ other: Self?) -> Self {
    var wish = self
    if let other { wish.reported = other.reported }
    return wish
  }
}
