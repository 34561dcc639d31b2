import Glibc
import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

/// A zip that is not what it should be, and what is said of it.
struct HostileZip: Sendable, CustomTestStringConvertible {
  let name: String
  let kind: CredentialError.Kind
  /// The cause as it is told, or a part of it.
  let words: String
  /// Makes it out of the files of a good thing.
  let make: @Sendable ([ZipBytes.Entry]) -> [UInt8]

  var testDescription: String { name }

  init(
    _ name: String, _ kind: CredentialError.Kind, _ words: String,
    _ make: @escaping @Sendable ([ZipBytes.Entry]) -> [UInt8]
  ) {
    (self.name, self.kind, self.words, self.make) = (name, kind, words, make)
  }

  /// One with a further file.
  init(_ name: String, adding entry: String, _ words: String) {
    self.init(name, .zipRefused, words) { ZipBytes($0 + [ZipBytes.Entry(entry, [65])]).bytes }
  }

  /// One with a change to the file behind the thing's.
  init(
    _ name: String, _ kind: CredentialError.Kind, _ words: String,
    changing change: @escaping @Sendable (inout ZipBytes.Entry) -> Void
  ) {
    self.init(name, kind, words) { good in
      var odd = ZipBytes.Entry("odd", [65, 66])
      change(&odd)
      return ZipBytes(good + [odd]).bytes
    }
  }

  static let all: [HostileZip] = [
    // Names.
    HostileZip("slip", adding: "../../.ssh/authorized_keys", "leads out of the folder by “..”"),
    HostileZip("slip within", adding: "a/../../b", "leads out of the folder by “..”"),
    HostileZip("absolute", adding: "/etc/passwd", "meant for a place of its own on the disk"),
    HostileZip("drive", adding: "C:/Windows/x", "is meant for a drive"),
    HostileZip("backslash", adding: #"..\..\x"#, "has a backslash"),
    HostileZip("NUL", .zipRefused, "holds a character that is none") {
      $0.name = Array("cert.pem\0.txt".utf8)
    },
    HostileZip("escape sequence", adding: "\u{1B}[2J", "holds a character that is none"),
    HostileZip("long", adding: String(repeating: "n", count: 600), "longer than any thing's"),
    HostileZip("twice", adding: "lamp1/cert.pem", "“lamp1/cert.pem” is in it twice"),
    HostileZip("twice by a dot", adding: "./lamp1/cert.pem", "“lamp1/cert.pem” is in it twice"),
    HostileZip(
      "twice by case", adding: "LAMP1/Cert.PEM",
      "“lamp1/cert.pem” and “LAMP1/Cert.PEM” in it are one file"),
    HostileZip("file and folder", adding: "lamp1", "“lamp1” in it is both a file and a folder"),
    HostileZip(
      "folder of a file", adding: "lamp1/cert.pem/x", "“lamp1/cert.pem” in it is both a file"),
    // What is no file.
    HostileZip("link", .zipRefused, "“odd” in it is a link") { $0.mode = 0o120777 },
    HostileZip("device", .zipRefused, "neither file nor folder") { $0.mode = 0o020666 },
    HostileZip("pipe", .zipRefused, "neither file nor folder") { $0.mode = 0o010666 },
    HostileZip("encrypted", .zipUnsuitable, "needs a password") { $0.flags = 1 },
    // Two ways to read it.
    HostileZip("another name in front", .zipDamaged, "not where the directory says") {
      $0.localName = Array("cert.pem".utf8)
    },
    HostileZip("another size in front", .zipDamaged, "differs") { $0.localSize = 1 },
    HostileZip("shared bytes", .zipDamaged, "not where the directory says") { good in
      var twin = good[0]
      twin.sharedWith = 0
      twin.name = Array("lamp1/cert.pen".utf8)
      var first = good
      first[0].localName = twin.name
      return ZipBytes([first[0], twin]).bytes
    },
    HostileZip("overlap", .zipRefused, "share the same bytes") { good in
      // The stored file holds a header and a body of its own.
      let inner = ZipBytes.Entry("b", [1, 2, 3])
      let body = Array(ZipBytes([inner]).bytes.prefix(31 + 3))
      var zip = ZipBytes([ZipBytes.Entry("a", body), inner])
      zip.entries[1].sharedWith = 0
      var bytes = zip.bytes
      // The second points at the header within the first.
      let place = bytes.count - 22 - 4 - 1
      bytes[place] = 31
      return bytes
    },
    HostileZip("two directories", .zipRefused, "has two directories") { good in
      var outer = ZipBytes([ZipBytes.Entry("lamp2/cert.pem", [65])])
      outer.comment = ZipBytes([]).bytes
      return outer.bytes
    },
    HostileZip("several parts", .zipDamaged, "one of several parts") { good in
      var bytes = ZipBytes(good).bytes
      bytes[bytes.count - 18] = 1
      return bytes
    },
    HostileZip("directory elsewhere", .zipDamaged, "not where its end says") { good in
      var zip = ZipBytes(good)
      zip.directoryShift = 1
      return zip.bytes
    },
    HostileZip("fewer than it has", .zipDamaged, "longer than what it lists") { good in
      var zip = ZipBytes(good)
      zip.claimedCount = 1
      return zip.bytes
    },
    HostileZip("more than it has", .zipDamaged, "its directory is damaged") { good in
      var zip = ZipBytes(good)
      zip.claimedCount = 9
      return zip.bytes
    },
    // Too much.
    HostileZip("too many", .zipUnsuitable, "No more than 16384 are read") { _ in
      ZipBytes((0...16_384).map { ZipBytes.Entry("\($0)") }).bytes
    },
    HostileZip("for large archives", .zipUnsuitable, "does not need that") { good in
      var zip = ZipBytes(good)
      zip.claimedCount = 0xFFFF
      return zip.bytes
    },
    // None, or not whole.
    HostileZip("empty", .zipDamaged, "has no bytes") { _ in [] },
    HostileZip("text", .notAZip, "does not begin as a zip does") { _ in Array("PEM".utf8) },
    HostileZip("something before it", .notAZip, "does not begin as a zip does") {
      Array("#!/bin/sh\n".utf8) + ZipBytes($0).bytes
    },
    HostileZip("something behind it", .zipDamaged, "ends with a directory") {
      ZipBytes($0).bytes + [0, 0, 0]
    },
    HostileZip("cut off", .zipDamaged, "ends with a directory") {
      ZipBytes($0).bytes.dropLast(200)
    },
    HostileZip("cut by a byte", .zipDamaged, "ends with a directory") {
      ZipBytes($0).bytes.dropLast(1)
    },
    HostileZip("a comment that goes on", .zipDamaged, "ends with a directory") { good in
      var zip = ZipBytes(good)
      zip.comment = Array(repeating: 32, count: 100)
      return zip.bytes.dropLast(50)
    },
  ]
}

/// A file in a zip that is not what it should be, and what is said of it.
struct OddFile: Sendable, CustomTestStringConvertible {
  let kind: CredentialError.Kind
  /// A part of the cause.
  let words: String
  /// Spoils a good certificate's.
  let change: @Sendable (inout ZipBytes.Entry) -> Void

  var testDescription: String { words }

  init(
    _ kind: CredentialError.Kind, _ words: String,
    _ change: @escaping @Sendable (inout ZipBytes.Entry) -> Void
  ) {
    (self.kind, self.words, self.change) = (kind, words, change)
  }

  static let all: [OddFile] = [
    OddFile(.zipRefused, "no more than 65536 are read") { $0 = zeros(70_000, isDeflated: false) },
    OddFile(.zipRefused, "times as large as it is in the zip") {
      $0 = zeros(60_000, isDeflated: true)
    },
    OddFile(.zipDamaged, "its checksum is wrong") { $0.checksum ^= 1 },
    OddFile(.zipDamaged, "does not unpack to what its size says") { $0.size -= 1 },
    OddFile(.zipDamaged, "does not unpack to what its size says") { $0.size += 1 },
    OddFile(.zipDamaged, "The zip is damaged") { $0.packed[10] ^= 0xFF },
    OddFile(.zipDamaged, "larger packed than unpacked") { $0.size = 1 },
    OddFile(.zipUnsuitable, "(method 12)") { $0.method = 12 },
  ]

  private static func zeros(_ count: Int, isDeflated: Bool) -> ZipBytes.Entry {
    ZipBytes.Entry("odd/cert.pem", Array(repeating: 0, count: count), isDeflated: isDeflated)
  }
}

@Suite("A zip that is not what it should be")
struct HostileZipTests {
  @Test("is refused as a whole, in words that tell why", arguments: HostileZip.all)
  func refused(_ zip: HostileZip) throws {
    let workshop = try ZipWorkshop()
    try PrivateFiles.write(zip.make(workshop.thing("lamp1/")), to: workshop.path)
    let fault = try workshop.fault()
    #expect(fault.kind == zip.kind)
    #expect(fault.cause.contains(zip.words), "\(fault.cause)")
    #expect(fault.what.contains(workshop.path))
    #expect(!fault.remedy.isEmpty)
    // Whatever reads it says the same.
    let listing = #expect(throws: CredentialError.self) {
      try Batch.inventory(of: workshop.path) { _ in true }
    }
    let loading = #expect(throws: CredentialError.self) {
      try Credentials.load(ThingFolder(place: "lamp1", inZip: workshop.path))
    }
    #expect(listing == fault)
    #expect(loading == fault)
  }

  @Test("in one file of a thing is no reason to refuse the others", arguments: OddFile.all)
  func oneFile(_ file: OddFile) throws {
    let workshop = try ZipWorkshop()
    var odd = workshop.thing("odd/")
    file.change(&odd[0])
    try workshop.write(workshop.thing("good/") + odd)
    var entries: [BatchEntry] = []
    try Batch.inventory(of: workshop.path) {
      entries += $0
      return true
    }
    #expect(entries.map(\.folder.thingName) == ["good", "odd"])
    #expect(entries.first?.fault == nil)
    let fault = try #require(entries.last?.fault)
    #expect(fault.kind == file.kind)
    #expect(fault.what == "\(workshop.path): odd/cert.pem cannot be unpacked.")
    #expect(fault.cause.contains(file.words), "\(fault.cause)")
    _ = try Credentials.load(Batch.list(workshop.path).thing(named: "good"))
  }

  @Test("is read no further than the certificates of a thousand things would be")
  func inAll() throws {
    let workshop = try ZipWorkshop()
    var generator = SeededGenerator(seed: 1)
    let filling = (0..<60_000).map { _ in UInt8.random(in: 65...90, using: &generator) }
    let long = workshop.identity.certificate + filling
    try workshop.write((0..<100).map { ZipBytes.Entry("\(100 + $0)/cert.pem", long) })
    var entries: [BatchEntry] = []
    try Batch.inventory(of: workshop.path) {
      entries += $0
      return true
    }
    let isRead = entries.map { $0.certificate != nil }
    let count = (4 << 20) / long.count
    #expect(
      isRead == Array(repeating: true, count: count) + Array(repeating: false, count: 100 - count))
    #expect(entries.last?.fault?.kind == .zipRefused)
    #expect(entries.last?.fault?.cause.contains("together larger") == true)
  }

  @Test("but has only a long comment is read")
  func comment() throws {
    let workshop = try ZipWorkshop()
    var zip = ZipBytes(workshop.thing("lamp1/"))
    zip.comment = Array(repeating: 65, count: 65_535)
    try workshop.write(zip)
    #expect(try Batch.list(workshop.path).only().thingName == "lamp1")
  }

  @Test("never gets further than an error that explains it, whatever was done to a good one")
  func mutations() throws {
    let workshop = try ZipWorkshop()
    let rounds = getenv("SHADOWSCOPE_FUZZ_ZIPS").flatMap { Int(String(cString: $0)) } ?? 500
    let seed = getenv("SHADOWSCOPE_FUZZ_SEED").flatMap { UInt64(String(cString: $0)) } ?? 1
    print("zip mutations: \(rounds) from seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let good = ZipBytes(
      workshop.thing("a/") + [ZipBytes.Entry("b/")] + workshop.thing("b/", isDeflated: false)
    ).bytes
    var refused = 0
    for round in 0..<rounds {
      let bytes = Self.mutated(good, &generator)
      try PrivateFiles.write(bytes, to: workshop.path)
      do throws(CredentialError) {
        try Batch.inventory(of: workshop.path) { entries in
          for entry in entries { _ = try? Credentials.load(entry.folder) }
          return true
        }
      } catch {
        refused += 1
        #expect(!error.what.isEmpty && !error.cause.isEmpty && !error.remedy.isEmpty, "\(round)")
      }
    }
    print("zip mutations: \(refused) of \(rounds) refused")
    #expect(refused > rounds / 10 && refused < rounds)
  }

  /// The bytes with a few changed, doubled or cut out, most of them where a zip's structure is.
  private static func mutated(
    _ good: [UInt8], _ generator: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = good
    for _ in 0...Int.random(in: 0..<4, using: &generator) {
      let isInDirectory = Bool.random(using: &generator)
      let range = isInDirectory ? max(0, bytes.count - 600)..<bytes.count : 0..<bytes.count
      guard !range.isEmpty else { break }
      let place = Int.random(in: range, using: &generator)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: bytes.removeSubrange(place..<min(bytes.count, place + 9))
      case 1: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
      case 2: bytes[place] = 0xFF
      case 3: bytes[place] = 0
      case 4: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
    }
    return bytes
  }
}
