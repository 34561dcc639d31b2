import Glibc
import Sandbox
import Shadow
import TestSupport
import Testing

@testable import Thing

@Suite("The folder of what is kept of a shadow")
struct KeptFolderTests {
  private func folder(
    _ home: borrowing TemporaryFolder, endpoint: String = "example.com",
    _ address: ShadowAddress = ShadowAddress(thing: "lamp1")
  ) throws -> KeptFolder {
    KeptFolder(
      state: home.path("state/shadowscope"), endpoint: try Endpoint(parsing: endpoint),
      address: address)
  }

  private func open(_ folder: KeptFolder) throws -> KeptOpening {
    try KeptOpening(folder) { bytes in
      switch bytes.first {
      case UInt8(ascii: "x"): .damaged(reason: "it begins with x")
      case UInt8(ascii: "2"): .newer
      default: .readable
      }
    }
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test("has a name of its own for any names, short and plain enough for every file system")
  func names() throws {
    let home = try TemporaryFolder()
    let long = String(repeating: "日本/", count: 40)
    let addresses: [ShadowAddress] = [
      .init(thing: "lamp1"), .init(thing: "Lamp1"), .init(thing: "lamp1", shadow: "classic"),
      .init(thing: "lamp1", shadow: "a"), .init(thing: "lamp1.a"), .init(thing: "lamp1__a"),
      .init(thing: ".."), .init(thing: "../../etc"), .init(thing: ""), .init(thing: "a\u{0}b"),
      .init(thing: "é"), .init(thing: "e\u{301}"), .init(thing: long), .init(thing: long + "x"),
      .init(thing: "T", shadow: long), .init(thing: "con"), .init(thing: "\u{1B}[2J\n"),
    ]
    var names: Set<String> = []
    for endpoint in ["example.com", "example.com:8884", "other.example.com"] {
      for address in addresses {
        let name = try folder(home, endpoint: endpoint, address).name
        #expect(name.utf8.count < 200)
        #expect(
          name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "._-".contains($0)) })
        #expect(!name.hasPrefix("."))
        names.insert(name)
      }
    }
    #expect(names.count == 3 * addresses.count)
    #expect(
      try folder(home, endpoint: "EXAMPLE.com:443") == folder(home, endpoint: "example.com:8883"))
  }

  @Test("and its files are private, also if they were not")
  func modes() throws {
    let home = try TemporaryFolder()
    let folder = try folder(home)
    let opening = try open(folder)
    try folder.write([1, 2, 3], to: opening.slot.file)
    #expect(mode(folder.path) == 0o700)
    #expect(mode(folder.collection) == 0o700)
    #expect(mode("\(folder.path)/edits-1.json") == 0o600)
    #expect(mode("\(folder.path)/edits-1.lock") == 0o600)
    chmod(folder.path, 0o755)
    try folder.make()
    #expect(mode(folder.path) == 0o700)
  }

  @Test("refuses a symbolic link in the place of any of its parts")
  func links() throws {
    let home = try TemporaryFolder()
    let folder = try folder(home)
    try folder.make()
    try home.write("mine", to: "mine")
    #expect(symlink(home.path("mine"), "\(folder.path)/edits-1.json") == 0)
    #expect(throws: KeepingFault.self) { try folder.write([1], to: "edits-1.json") }
    #expect(throws: KeepingFault.self) { try folder.read("edits-1.json") }
    // Another slot is as good.
    let opening = try open(folder)
    #expect(opening.slot.number == 2)
    #expect(opening.remarks.count == 1)
    #expect(Files.bytes(of: home.path("mine"), limit: 100) == Array("mine".utf8))
    unlink("\(folder.path)/edits-1.json")
    unlink("\(folder.path)/edits-3.lock")
    #expect(symlink(home.path("mine"), "\(folder.path)/edits-3.lock") == 0)
    #expect(throws: KeepingFault.self) { try KeptSlot.claim(3, in: folder.path) }

    let other = try self.folder(home, ShadowAddress(thing: "lamp2"))
    #expect(symlink(home.path, other.path) == 0)
    #expect(throws: KeepingFault.self) { try open(other) }
    #expect(throws: KeepingFault.self) { try other.make() }
  }

  @Test("gives a second monitor a file of its own, and tells of the first")
  func twoMonitors() throws {
    let home = try TemporaryFolder()
    let folder = try folder(home)
    let first = try open(folder)
    try folder.write(Array("first".utf8), to: first.slot.file)
    let second = try open(folder)
    #expect(second.slot.file == "edits-2.json")
    #expect(second.files.isEmpty)
    #expect(second.neighbours.map(\.process) == [getpid()])
    #expect(second.neighbours.map(\.bytes) == [Array("first".utf8)])
    try folder.write(Array("second".utf8), to: second.slot.file)
    #expect(try folder.read(first.slot.file) == Array("first".utf8))
  }

  @Test("hands what monitors left behind to the next one, which empties the others")
  func orphans() throws {
    let home = try TemporaryFolder()
    let folder = try folder(home)
    do {
      let (first, second) = (try open(folder), try open(folder))
      try folder.write(Array("first".utf8), to: first.slot.file)
      try folder.write(Array("second".utf8), to: second.slot.file)
    }
    let next = try open(folder)
    #expect(next.slot.number == 1)
    #expect(next.orphans.map(\.number) == [2])
    #expect(
      next.files.sorted { $0.count < $1.count } == [Array("first".utf8), Array("second".utf8)])
    #expect(next.neighbours.isEmpty)
    for orphan in next.orphans { try folder.remove(orphan.file) }
    #expect(try folder.read("edits-2.json") == nil)
  }

  @Test("leaves nothing of a monitor that had nothing to keep")
  func nothing() throws {
    let home = try TemporaryFolder()
    let folder = try folder(home)
    do { _ = try open(folder) }
    #expect(Files.names(in: folder.path) == [])
  }

  @Test("sets a damaged file aside under a free name, and leaves a newer one alone")
  func damaged() throws {
    let home = try TemporaryFolder()
    let folder = try folder(home)
    try folder.write(Array("xyz".utf8), to: "edits-1.json")
    try folder.write(Array("older".utf8), to: "edits-1.json.damaged-1")
    try folder.write(Array("2".utf8), to: "edits-2.json")
    let opening = try open(folder)
    #expect(opening.slot.number == 1)
    #expect(opening.files.isEmpty)
    #expect(try folder.read("edits-1.json.damaged-2") == Array("xyz".utf8))
    #expect(try folder.read("edits-1.json.damaged-1") == Array("older".utf8))
    #expect(try folder.read("edits-2.json") == Array("2".utf8))
    #expect(opening.remarks.contains { $0.contains("edits-1.json.damaged-2 in \(folder.path)") })
    #expect(opening.remarks.contains { $0.contains("newer shadowscope") })
  }

  @Test("forgets old documents and too many of them, and never what is staged")
  func tidying() throws {
    let home = try TemporaryFolder()
    func age(_ path: String, days: Int) {
      let time = timespec(tv_sec: 1_800_000_000 - days * 86_400, tv_nsec: 0)
      _ = utimensat(AT_FDCWD, path, [time, time], 0)
    }
    let folders = try (0..<6).map { try folder(home, ShadowAddress(thing: "lamp\($0)")) }
    for (days, folder) in zip([91, 1, 2, 3, 4, 5], folders) {
      try folder.write([1], to: KeptFolder.document)
      age("\(folder.path)/document.json", days: days)
    }
    try folders[0].write([1], to: "edits-1.json")
    age("\(folders[0].path)/edits-1.json", days: 4000)
    try folders[5].write([1], to: "edits-1.lock")
    KeptTidying(state: home.path("state/shadowscope"), now: 1_800_000_000, most: 3).run()
    let left = try folders.map { try $0.read(KeptFolder.document) != nil }
    #expect(left == [false, true, true, true, false, false])
    #expect(try folders[0].read("edits-1.json") == [1])
    #expect(Files.names(in: folders[0].collection)?.count == 4)
  }
}
