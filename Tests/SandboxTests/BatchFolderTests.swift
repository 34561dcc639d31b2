import Glibc
@testable import Sandbox
import TestSupport
import Testing

@Suite("The sandbox's folder")
struct BatchFolderTests {
  @Test("has the layout that scripts rely on, for its owner alone")
  func layout() throws {
    let folder = try TemporaryFolder()
    let batch = BatchFolder(path: folder.path("new/dir"))
    _ = try batch.claim()
    try batch.fill(things: ["lamp1", "a:b_c-D"], key: .elliptic, validity: .aroundNow)
    let files = tree(batch.path)
    for path in [
      "ca.pem", "things/lamp1/cert.pem", "things/lamp1/privkey.pem", "things/lamp1/pubkey.pem",
      "things/a:b_c-D/cert.pem", "things/a:b_c-D/privkey.pem", "owner/cert.pem",
      "owner/privkey.pem",
    ] {
      #expect(files[path] == 0o600, "\(path)")
    }
    #expect(Set(PrivateFiles.names(in: batch.things)) == ["lamp1", "a:b_c-D"])
    for (path, mode) in files {
      #expect(mode == 0o600 || mode == 0o700, "\(path) has \(String(mode, radix: 8))")
    }
  }

  @Test("keeps no key of the authority")
  func noAuthorityKey() throws {
    let folder = try TemporaryFolder()
    let batch = BatchFolder(path: folder.path)
    try batch.fill(things: ["lamp1"], key: .elliptic, validity: .aroundNow)
    let keys = tree(batch.path).keys.filter { $0.hasSuffix("privkey.pem") }
    #expect(
      Set(keys) == [
        "things/lamp1/privkey.pem", "owner/privkey.pem", "broker/server/privkey.pem",
        "broker/service/privkey.pem",
      ])
  }

  @Test("is made anew where a sandbox was, without things that are no longer named")
  func reuse() throws {
    let folder = try TemporaryFolder()
    let batch = BatchFolder(path: folder.path)
    do {
      let lock = try batch.claim()
      try batch.fill(things: ["lamp1", "lamp2"], key: .elliptic, validity: .aroundNow)
      try withExtendedLifetime(lock) {
        try folder.write("mine", to: "things/lamp2/notes.txt")
      }
    }
    _ = try batch.claim()
    try batch.fill(things: ["lamp3"], key: .elliptic, validity: .aroundNow)
    // What a person put there stays.
    #expect(PrivateFiles.names(in: batch.thing("lamp2").path) == ["notes.txt"])
    #expect(Set(PrivateFiles.names(in: batch.things)) == ["lamp2", "lamp3"])
  }

  @Test("is refused where something else is")
  func foreignFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "file")
    let error = #expect(throws: SandboxError.self) { try BatchFolder(path: folder.path).claim() }
    #expect(error?.description.contains("holds files that are not a sandbox's") == true)
    #expect(PrivateFiles.names(in: folder.path) == ["file"])
  }

  @Test("is refused while another sandbox runs in it")
  func locked() throws {
    let folder = try TemporaryFolder()
    let batch = BatchFolder(path: folder.path)
    let lock = try batch.claim()
    let error = #expect(throws: SandboxError.self) { try batch.claim() }
    #expect(error?.description.contains("a sandbox is running in") == true)
    withExtendedLifetime(lock) {}
  }

  @Test("is refused under a name that would end a line of the broker's configuration")
  func brokenName() throws {
    let folder = try TemporaryFolder()
    let batch = BatchFolder(path: folder.path("a\nlistener 1883 0.0.0.0"))
    #expect(throws: SandboxError.self) { try batch.claim() }
    #expect(PrivateFiles.names(in: folder.path).isEmpty)
  }

  @Test(
    "takes no name that a thing cannot have",
    arguments: [
      "", "a/b", "..", "lamp 1", "sandbox.owner", "+", "#", "lämp",
      String(repeating: "x", count: 129),
    ])
  func names(name: String) throws {
    let folder = try TemporaryFolder()
    let batch = BatchFolder(path: folder.path)
    let error = #expect(throws: SandboxError.self) {
      try batch.fill(things: ["lamp1", name], key: .elliptic, validity: .aroundNow)
    }
    #expect(error?.description.contains("cannot be a thing's name") == true)
    #expect(PrivateFiles.names(in: folder.path).isEmpty)
  }

  @Test("replaces a symbolic link in its way and leaves the target alone")
  func link() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "target")
    let batch = BatchFolder(path: folder.path("batch"))
    try PrivateFiles.makeFolder(batch.path)
    #expect(symlink(folder.path("target"), batch.authority) == 0)
    try batch.fill(things: [], key: .elliptic, validity: .aroundNow)
    #expect(mode(of: batch.authority) == 0o600)
    #expect(tree(folder.path)["target"] == 0o600)
    var status = stat()
    #expect(stat(folder.path("target"), &status) == 0 && status.st_size == 8)
  }

  // MARK: -

  /// Paths below a folder with their modes.
  private func tree(_ root: String, under prefix: String = "") -> [String: mode_t] {
    var found: [String: mode_t] = [:]
    for name in PrivateFiles.names(in: prefix.isEmpty ? root : "\(root)/\(prefix)") {
      let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
      found[path] = mode(of: "\(root)/\(path)")
      found.merge(tree(root, under: path)) { first, _ in first }
    }
    return found
  }

  private func mode(of path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }
}
