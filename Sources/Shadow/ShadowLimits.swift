import JSON

/// How large a shadow may grow (spec 10.1, 10.2).
package struct ShadowLimits: Hashable, Sendable {
  /// The `size` up to which AWS raises it on request: 30 KB, as Greengrass knows.
  package static let greatestSize = 30 * 1024
  /// The `depth` that AWS's quotas page tells, the highest of its figures.
  package static let greatestDepth = 8

  /// Bytes of a request that AWS's broker takes (spec 10.4).
  package static let greatestPayload = 128 * 1024

  /// Bytes of the compact `desired` and `reported` together that are still allowed.
  package var size: Int
  /// Levels of objects and arrays that are still allowed, the section being the first.
  package var depth: Int

  package init(size: Int = 8192, depth: Int = 6) {
    self.size = size
    self.depth = depth
  }
}

extension ShadowDocument {
  /// What counts against `ShadowLimits.size`: bytes of the compact UTF-8 JSON of `desired` plus that
  /// of `reported`, each 0 if it does not exist (spec 10.1).
  package var size: Int {
    [desired, reported].reduce(0) { sum, section in
      sum + (section.map { JSONValue.object($0).compactBytes.count } ?? 0)
    }
  }
}
