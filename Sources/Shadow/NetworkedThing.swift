/// MIC's networked things: `PARENT__NAME` spreads a thing's data over further shadows, reached over
/// the parent's connection (mic-thing-api 1.9).
extension ShadowAddress {
  /// The parent thing's name if this is a shadow of a networked thing.
  package var parent: String? { networkedParts?.parent }

  /// The networked thing's own name, without its parent's.
  package var networkedName: String? { networkedParts?.name }

  /// The parts before and after the first `__`, if neither is empty.
  private var networkedParts: (parent: String, name: String)? {
    let bytes = thing.utf8
    let underscore = UInt8(ascii: "_")
    guard
      let split = bytes.indices.dropLast().first(where: {
        bytes[$0] == underscore && bytes[bytes.index(after: $0)] == underscore
      })
    else { return nil }
    let parent = thing[..<split]
    let name = thing[bytes.index(split, offsetBy: 2)...]
    guard !parent.isEmpty, !name.isEmpty else { return nil }
    return (String(parent), String(name))
  }
}
