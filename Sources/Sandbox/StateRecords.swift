import JSON
import Shadow
import ShadowService

/// The records of the two state files, as JSON.
///
/// The journal begins with `{"journal":1,"after":N}`; each further record is one write,
/// `{"sequence":N+1,"changes":[…]}` and on. The snapshot begins with
/// `{"snapshot":1,"sequence":N,"shadows":COUNT}`; each further record is one shadow. A shadow is
/// `{"thing":T,"shadow":S,"document":{…}}`, for a deleted one `"deleted":{"version":V,"at":SECONDS}`
/// in the document's place; the classic shadow has no `"shadow"`.
enum StateRecords {
  /// Rises when older programs could not read the files any more.
  private static let format = 1

  static func journalHead(after sequence: Int64) -> [UInt8] {
    let head: JSONValue = [
      "journal": .number(JSONNumber(format)), "after": .number(JSONNumber(sequence)),
    ]
    return head.compactBytes
  }

  static func snapshotHead(sequence: Int64, shadows: Int) -> [UInt8] {
    let head: JSONValue = [
      "snapshot": .number(JSONNumber(format)), "sequence": .number(JSONNumber(sequence)),
      "shadows": .number(JSONNumber(shadows)),
    ]
    return head.compactBytes
  }

  static func write(_ changes: [StateChange], sequence: Int64) -> [UInt8] {
    let list = changes.map { shadow($0.address, $0.stored) }
    var record = JSONObjectWriter()
    record.append(key: "sequence", value: .number(JSONNumber(sequence)))
    record.append(
      key: "changes",
      written: Array("[".utf8) + Array(list.joined(separator: ",".utf8)) + Array("]".utf8))
    return record.finish()
  }

  static func shadow(_ address: ShadowAddress, _ stored: StoredShadow) -> [UInt8] {
    var record = JSONObjectWriter()
    record.append(key: "thing", value: .string(address.thing))
    if let name = address.shadow { record.append(key: "shadow", value: .string(name)) }
    switch stored {
    // The service has written it for its answers already.
    case .document(let document): record.append(key: "document", written: document.json)
    case .deleted(let version, let time):
      record.append(
        key: "deleted",
        value: ["version": .number(JSONNumber(version)), "at": .number(JSONNumber(time))])
    }
    return record.finish()
  }

  // MARK: Reading

  /// A record that is JSON, but not what belongs in its place.
  struct Fault: Error { let reason: String }

  static func readJournalHead(_ record: JSONValue) throws(Fault) -> Int64 {
    try check(record, is: "journal")
    return try count("after", of: record)
  }

  static func readSnapshotHead(
    _ record: JSONValue
  ) throws(Fault) -> (sequence: Int64, shadows: Int64) {
    try check(record, is: "snapshot")
    return (try count("sequence", of: record), try count("shadows", of: record))
  }

  static func readWrite(
    _ record: JSONValue
  ) throws(Fault) -> (sequence: Int64, changes: [StateChange]) {
    guard case .array(let changes)? = record.object?["changes"] else {
      throw Fault(reason: "it holds no “changes”")
    }
    var read: [StateChange] = []
    for change in changes { read.append(try readShadow(change)) }
    return (try count("sequence", of: record), read)
  }

  static func readShadow(_ record: JSONValue) throws(Fault) -> StateChange {
    guard let thing = record.object?["thing"]?.string else {
      throw Fault(reason: "it names no “thing”")
    }
    let address = ShadowAddress(thing: thing, shadow: record.object?["shadow"]?.string)
    if let deleted = record.object?["deleted"] {
      return StateChange(
        address: address,
        stored: .deleted(
          version: try count("version", of: deleted), at: try count("at", of: deleted)))
    }
    guard let document = record.object?["document"] else {
      throw Fault(reason: "it holds no “document”")
    }
    let stored: ShadowDocument
    do { stored = try ShadowDocument(json: document) } catch { throw Fault(reason: error.reason) }
    guard counts.contains(stored.version) else { throw Fault(reason: "its version is none") }
    return StateChange(address: address, stored: .document(WrittenDocument(stored)))
  }

  /// What versions and times can be, far from where counting on would overflow.
  private static let counts: ClosedRange<Int64> = 0...(1 << 62)

  private static func count(_ key: String, of record: JSONValue) throws(Fault) -> Int64 {
    let count = try integer(key, of: record)
    guard counts.contains(count) else { throw Fault(reason: "“\(key)” is out of range") }
    return count
  }

  private static func check(_ record: JSONValue, is kind: String) throws(Fault) {
    let found = try integer(kind, of: record)
    guard found == format else {
      throw Fault(
        reason: "it has format \(found), and this shadowscope knows \(format) only")
    }
  }

  private static func integer(_ key: String, of record: JSONValue) throws(Fault) -> Int64 {
    guard let integer = record.object?[key]?.integer else {
      throw Fault(reason: "it holds no integer “\(key)”")
    }
    return integer
  }
}
