import Glibc
import Sandbox
import ShadowService
import TestSupport
import Testing

@Suite("Files that were put")
struct StoredFilesTests {
  private func grant(_ key: String, thing: String = "lamp1") throws -> FileGrant {
    try #require(FileGrant(thing: thing, key: key, operation: .put, issuedAt: 0))
  }

  private func put(_ text: String, _ grant: FileGrant, in files: StoredFiles) throws {
    let file = try files.begin(grant)
    try Array(text.utf8).withUnsafeBytes { bytes in try file.write(bytes) }
    try file.finish()
  }

  @Test("lie apart whatever their keys are, private and in the thing's folder")
  func names() throws {
    let folder = try TemporaryFolder()
    let files = StoredFiles(folder: folder.path("files"))
    let long = String(repeating: "ä/", count: 300)
    let keys = [
      "a", "a/b", "a%2Fb", ".a", "...", "A", "a b", "~", "a\nb", long + "x", long + "y",
      String(repeating: "k", count: 180), String(repeating: "k", count: 181),
    ]
    let grants = try keys.map { try grant($0) } + [grant("a", thing: "lamp:2")]
    let paths = grants.map { files.path(of: $0) }
    #expect(Set(paths).count == grants.count)
    for (grant, path) in zip(grants, paths) {
      try put(grant.key, grant, in: files)
      #expect(path.hasPrefix(folder.path("files/lamp")))
      let (descriptor, size) = try #require(files.open(grant))
      defer { close(descriptor) }
      #expect(size == grant.key.utf8.count)
      var status = stat()
      #expect(fstat(descriptor, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
    #expect(entries(of: folder.path("files/lamp1")).count == keys.count)
  }

  @Test("are replaced whole, and one that was given up leaves nothing")
  func replacing() throws {
    let folder = try TemporaryFolder()
    let files = StoredFiles(folder: folder.path)
    let grant = try grant("a")
    #expect(files.open(grant) == nil)
    try put("first", grant, in: files)
    do {
      let file = try files.begin(grant)
      try Array("half".utf8).withUnsafeBytes { bytes in try file.write(bytes) }
    }
    let (kept, size) = try #require(files.open(grant))
    close(kept)
    #expect(size == 5)
    try put("2nd", grant, in: files)
    let (descriptor, newSize) = try #require(files.open(grant))
    close(descriptor)
    #expect(newSize == 3)
    #expect(entries(of: folder.path("lamp1")) == ["a"])
  }
}
