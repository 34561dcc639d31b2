import Glibc
@testable import Sandbox
import TestSupport
import Testing
import Thing

@Suite("The sandbox's zip")
struct BatchZipTests {
  /// A filled batch in a folder of its own.
  private func fill(_ things: [String], in folder: borrowing TemporaryFolder) throws -> BatchFolder
  {
    let batch = BatchFolder(path: folder.path("box"))
    try batch.fill(things: things, key: .elliptic, validity: .aroundNow)
    return batch
  }

  @Test(
    "is a batch as MIC hands it out, of one thing or several, for its owner alone",
    arguments: [["lamp1"], ["lamp1", "lamp2", "b_c-D"]])
  func shape(_ things: [String]) throws {
    let folder = try TemporaryFolder()
    let batch = try fill(things, in: folder)
    try batch.zip.write(things, of: batch)
    var status = stat()
    #expect(lstat(batch.zip.path, &status) == 0 && status.st_mode == S_IFREG | 0o600)
    let found = try Batch.list(batch.zip.path)
    #expect(Set(found.things.map(\.thingName)) == Set(things))
    for thing in found.things {
      #expect(thing.placeInZip == thing.thingName)
      let zipped = try Credentials.load(thing)
      let onDisk = try Credentials.load(ThingFolder(path: batch.thing(thing.thingName).path))
      #expect(zipped.certificate == onDisk.certificate)
    }
    // The authority is not in it, and is found beside it.
    let trust = try Trust.find(thingFolder: found.things.first, batchFolder: batch.zip.path)
    #expect(trust.words.contains(batch.authority))
  }

  @Test("has a folder for each thing with the three files of MIC's, as Info-ZIP sees it")
  func listing() throws {
    let folder = try TemporaryFolder()
    let batch = try fill(["lamp1"], in: folder)
    try batch.zip.write(["lamp1"], of: batch)
    let run = try ChildProcess.run(
      [
        "/usr/bin/python3", "-c",
        """
        import sys, zipfile
        z = zipfile.ZipFile(sys.argv[1])
        assert z.testzip() is None
        for i in z.infolist(): print(i.filename, oct(i.external_attr >> 16))
        """, batch.zip.path,
      ], seconds: 20)
    #expect(
      run.output == """
        lamp1/ 0o40700
        lamp1/cert.pem 0o100600
        lamp1/privkey.pem 0o100600
        lamp1/pubkey.pem 0o100600

        """, "\(run.errors)")
  }

  @Test("takes the place of its own kind")
  func anew() throws {
    let folder = try TemporaryFolder()
    let batch = try fill(["lamp1", "lamp2"], in: folder)
    try batch.zip.write(["lamp1", "lamp2"], of: batch)
    try batch.zip.write(["lamp2"], of: batch)
    #expect(try Batch.list(batch.zip.path).things.map(\.thingName) == ["lamp2"])
    #expect(Set(PrivateFiles.names(in: batch.path)).isDisjoint(with: ["batch.zip.new"]))
  }

  @Test("never takes the place of something else", arguments: ["file", "zip", "link", "folder"])
  func refused(_ kind: String) throws {
    let folder = try TemporaryFolder()
    let batch = try fill(["lamp1"], in: folder)
    let zip = BatchZip(path: folder.path("mine.zip"))
    switch kind {
    case "file": try folder.write("mine", to: "mine.zip")
    case "zip": try PrivateFiles.write(ZipBytes([.init("a", [1])]).bytes, to: zip.path)
    case "link": symlink(folder.path("elsewhere"), zip.path)
    default: try PrivateFiles.makeFolder(zip.path)
    }
    var before = stat()
    #expect(lstat(zip.path, &before) == 0)
    #expect(throws: SandboxError.self) { try zip.write(["lamp1"], of: batch) }
    var after = stat()
    #expect(lstat(zip.path, &after) == 0)
    #expect(after.st_ino == before.st_ino && after.st_size == before.st_size)
    #expect(access(folder.path("elsewhere"), F_OK) != 0)
  }
}
