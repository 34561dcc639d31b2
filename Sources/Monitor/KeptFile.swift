package import JSON
import Shadow

/// The form of a file that is kept from run to run.
///
/// It has two lines:
///
///     {"format":1,"kind":"edits","endpoint":"HOST:PORT","thing":"T","shadow":"NAME",…}
///     1c291ca3
///
/// The first is compact JSON; `shadow` is left out for the classic one. The second is its CRC-32,
/// eight hexadecimal digits, so that a file that was cut off or damaged is known as such. What else
/// is in it is told at ``KeptEdits`` and ``KeptDocument``, and
/// where other rooms keep something. A change that an older program cannot
/// read makes `format` 2.
package enum KeptFile {
  /// The form that is written, and the newest that can be read.
  package static let format: Int64 = 1

  /// Containers inside one another: what is kept may be as deep as what is received, inside ours.
  static let mostDepth = JSONParser.greatestMaximumDepth

  /// The whole file.
  package static func bytes(of members: JSONObject) -> [UInt8] {
    let json = JSONValue.object(members).compactBytes
    return json + [lineFeed] + sum(of: json) + [lineFeed]
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - kind: what it must be.
  /// - Returns: the members of its first line.
  /// - Throws: `KeptFault`.
  package static func read(_ bytes: [UInt8], kind: String) throws(KeptFault) -> JSONObject {
    guard let end = bytes.firstIndex(of: lineFeed) else {
      throw .damaged(reason: bytes.isEmpty ? "it is empty" : "its end is missing")
    }
    let json = bytes[..<end]
    let value: JSONValue
    do throws(JSONSyntaxError) {
      value = try JSONParser.parse(json, maximumDepth: mostDepth)
    } catch {
      throw .damaged(reason: "it is not JSON: \(error.message)")
    }
    guard let members = value.object, let format = members["format"]?.integer else {
      throw .damaged(reason: "it does not say its format")
    }
    // Before anything else: what a newer program means by the rest is not known here.
    guard format <= Self.format else { throw .newer(format: format) }
    guard bytes[(end + 1)...].elementsEqual(sum(of: json) + [lineFeed]) else {
      throw .damaged(reason: "its checksum does not fit")
    }
    guard format == Self.format, members["kind"]?.string == kind else {
      throw .damaged(reason: "it is not a file of \(kind)")
    }
    return members
  }

  private static func sum(of json: some Sequence<UInt8>) -> [UInt8] {
    let digits = String(Checksum.crc32(json), radix: 16)
    return Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
  }

  private static let lineFeed = UInt8(ascii: "\n")
}

/// Why a kept file cannot be used.
package enum KeptFault: Error, Hashable, Sendable {
  /// A newer program wrote it, in a form that this one does not know.
  case newer(format: Int64)
  /// For people, for instance `its checksum does not fit`.
  case damaged(reason: String)
}

/// Reading members that must be there; each fault names the member.
extension JSONObject {
  /// A text.
  ///
  /// - Throws: `KeptFault.damaged` where it is none.
  package func text(_ key: String) throws(KeptFault) -> String {
    guard let text = self[key]?.string else { throw .damaged(reason: "'\(key)' is not a text") }
    return text
  }

  /// A whole number.
  ///
  /// - Throws: `KeptFault.damaged` where it is none.
  package func whole(_ key: String) throws(KeptFault) -> Int64 {
    guard let integer = self[key]?.integer else {
      throw .damaged(reason: "'\(key)' is not a whole number")
    }
    return integer
  }

  /// A member that may be left out.
  func wholeIfAny(_ key: String) throws(KeptFault) -> Int64? {
    self[key] == nil ? nil : try whole(key)
  }

  func truth(_ key: String) throws(KeptFault) -> Bool {
    guard let truth = self[key]?.bool else {
      throw .damaged(reason: "'\(key)' is neither true nor false")
    }
    return truth
  }

  func members(_ key: String) throws(KeptFault) -> JSONObject {
    guard let members = self[key]?.object else {
      throw .damaged(reason: "'\(key)' is not an object")
    }
    return members
  }

  /// A list.
  ///
  /// - Throws: `KeptFault.damaged` where it is none.
  package func list(_ key: String) throws(KeptFault) -> [JSONValue] {
    guard let list = self[key]?.array else { throw .damaged(reason: "'\(key)' is not a list") }
    return list
  }
}
