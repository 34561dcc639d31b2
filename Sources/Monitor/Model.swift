package import Shadow

/// The whole state of the monitor.
package struct Model: Sendable {
  package let address: ShadowAddress
  /// Host and port as the person gave them.
  package let endpoint: String

  /// - Parameters:
  ///   - thing: the name to show.
  ///   - endpoint: host and port as the person gave them.
  ///   - address: the shadow that is watched.
  ///   - seed: randomness for client tokens, different at every start.
  ///   - utcOffsetSeconds: seconds that local time is ahead of UTC.
  package init(
    thing: String, endpoint: String, address: ShadowAddress, seed: UInt64,
    utcOffsetSeconds: Int = 0
  ) {
    self.address = address
    self.endpoint = endpoint
  }
}
