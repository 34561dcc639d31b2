/// A name in a zip, taken apart and found harmless.
struct ZipName: Hashable {
  /// Bytes that a name may have: a thing's has 128 (device-shadow spec 2.3), and there are a few
  /// folders above it.
  private static let longest = 512

  /// The names on the way, the last one included; never empty, "." or "..".
  let parts: [String]
  let isFolder: Bool

  /// Checks a name.
  ///
  /// - Parameter name: with `/` between the parts, and at the end for a folder.
  /// - Throws: `ZipFault` for a name that would lead elsewhere when a program unpacks it, or that
  ///   programs disagree on.
  init(_ name: String) throws(ZipFault) {
    guard name.utf8.count <= Self.longest else { throw .longName(String(name.prefix(60)) + "…") }
    let isPlain = name.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    guard
      isPlain || !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw .controlName(name) }
    guard !name.utf8.contains(UInt8(ascii: "\\")) else { throw .backslashName(name) }
    guard name.utf8.first != UInt8(ascii: "/") else { throw .absoluteName(name) }
    let start = Array(name.utf8.prefix(2))
    guard !(start.count == 2 && start[1] == UInt8(ascii: ":") && (start[0] | 32).isLowercaseLetter)
    else { throw .driveName(name) }
    // Some programs write "./" before every name.
    let parts = name.utf8.split(separator: UInt8(ascii: "/")).compactMap { String($0) }
      .filter { !$0.utf8.elementsEqual(".".utf8) }
    guard !parts.contains(where: { $0.utf8.elementsEqual("..".utf8) }) else {
      throw .climbingName(name)
    }
    self.parts = parts
    isFolder = name.utf8.last == UInt8(ascii: "/") || parts.isEmpty
  }

  /// The folder that it is in, without a slash at the end; empty for the root.
  var folder: String { parts.dropLast().joined(separator: "/") }
  /// All of it, without a slash at the end.
  var path: String { parts.joined(separator: "/") }
}

extension UInt8 {
  fileprivate var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}
