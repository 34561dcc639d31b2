import JSON
import Shadow

/// What a thing measured, and when.
package struct Observation: Hashable, Sendable {
  package let thing: String
  /// Milliseconds since 1970: the document's `timestamp`, or its arrival without one.
  package let observedAt: Int64
  /// The document as it came.
  package let payload: [UInt8]
}

/// The latest observations that came by MIC's backdate topic, in the order of their arrival.
///
/// They change no shadow (mic-thing-api 1.6).
package struct Observations: Sendable {
  /// The oldest go when there are more than these.
  package static let mostKept = 1000
  /// The oldest go when their documents have more bytes than these together.
  package static let mostBytes = 4 << 20

  /// How many came, those that are no longer kept included.
  package private(set) var count = 0
  package private(set) var kept: [Observation] = []
  private var bytes = 0

  /// Stores a document.
  ///
  /// - Parameters:
  ///   - payload: as it came.
  ///   - thing: whose it is.
  ///   - now: milliseconds since 1970.
  /// - Returns: what was stored.
  /// - Throws: `ShadowError` for what is no shadow document, or has a `timestamp` that is no
  ///   integer. Nobody is told over MQTT.
  mutating func store(
    _ payload: [UInt8], of thing: String, now: Int64
  ) throws(ShadowError) -> Observation {
    do { _ = try UpdateRequest(payload: payload, limits: ShadowLimits()) } catch {
      throw error.error
    }
    let timestamp = (try? JSONParser.parse(payload))?.object?["timestamp"]
    guard timestamp == nil || timestamp?.integer != nil else {
      throw ShadowError(code: 400, message: "Invalid timestamp")
    }
    let observation = Observation(
      thing: thing, observedAt: timestamp?.integer ?? now, payload: payload)
    count += 1
    kept.append(observation)
    bytes += payload.count
    while kept.count > Self.mostKept || bytes > Self.mostBytes {
      bytes -= kept.removeFirst().payload.count
    }
    return observation
  }
}
