import CZip
import Glibc
import Sandbox
import TestSupport
import Testing
import Thing

@Suite("A batch in a zip")
struct ZipBatchTests {
  @Test(
    "is listed whether its things lie at the top or in one folder, whatever else is in it",
    arguments: [
      (["a/", "b/"], ["a", "b"]), (["mic/a/", "mic/b/"], ["a", "b"]),
      (["out/mic/a/", "out/mic/b/"], ["a", "b"]), (["./a/", "./b/"], ["a", "b"]),
      (["lamp/"], ["lamp"]), ([""], ["batch"]), (["", "a/"], ["a", "batch"]),
      (["a/", "a/old/", "b/"], ["a", "b"]), (["a/", ".trash/b/"], ["a"]),
    ] as [([String], [String])])
  func layouts(_ places: [String], _ names: [String]) throws {
    let workshop = try ZipWorkshop()
    try workshop.write(
      [ZipBytes.Entry("__MACOSX/a/._cert.pem"), ZipBytes.Entry("read me.txt", [1, 2, 3])]
        + places.filter { !$0.isEmpty }.map { ZipBytes.Entry($0) }
        + places.flatMap { workshop.thing($0) })
    let batch = try Batch.list(workshop.path)
    #expect(batch.things.map(\.thingName) == names)
    for thing in batch.things {
      #expect(try Credentials.load(thing).subject.contains("CN=thing"))
    }
  }

  @Test("made by libzip itself, deflated and stored, is read")
  func libzip() throws {
    let workshop = try ZipWorkshop()
    let files = [
      ("lamp1/cert.pem", workshop.identity.certificate),
      ("lamp1/privkey.pem", workshop.identity.privateKey),
    ]
    let archive = try #require(zip_open(workshop.path, ZIP_CREATE, nil))
    for (index, (name, content)) in files.enumerated() {
      // The archive frees the copy.
      let copy = try #require(malloc(content.count))
      memcpy(copy, content, content.count)
      let source = zip_source_buffer(archive, copy, zip_uint64_t(content.count), 1)
      try #require(zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8)) == index)
      let method = index == 0 ? ZIP_CM_DEFLATE : ZIP_CM_STORE
      zip_set_file_compression(archive, zip_uint64_t(index), method, 0)
    }
    try #require(zip_close(archive) == 0)
    let thing = try Batch.list(workshop.path).only()
    #expect(try Credentials.load(thing).thingName == "lamp1")
  }

  @Test("names its files by zip and place")
  func words() throws {
    let workshop = try ZipWorkshop()
    try workshop.write(workshop.thing("mic/lamp1/"))
    let thing = try Batch.list(workshop.path).thing(named: "lamp1")
    #expect(thing.words == "\(workshop.path): mic/lamp1")
    #expect(thing.certificatePath == "\(workshop.path): mic/lamp1/cert.pem")
    #expect(thing.keyPath == "\(workshop.path): mic/lamp1/privkey.pem")
    #expect(thing.batchPath == workshop.path)
    try workshop.write(workshop.thing(""))
    #expect(try Batch.list(workshop.path).only().keyPath == "\(workshop.path): privkey.pem")
  }

  @Test("tells what a thing lacks by zip and place, and lists the others")
  func missing() throws {
    let workshop = try ZipWorkshop()
    var withoutKey = workshop.thing("b/")
    withoutKey[1].name = Array("b/privkey.pem/".utf8)
    try workshop.write(
      workshop.thing("a/") + withoutKey + [ZipBytes.Entry("c/privkey.pem", [1])])
    var entries: [BatchEntry] = []
    try Batch.inventory(of: workshop.path) {
      entries += $0
      return true
    }
    #expect(entries.map(\.folder.thingName) == ["a", "b", "c"])
    #expect(entries.map(\.hasKey) == [true, false, true])
    #expect(
      entries.map { $0.fault?.what } == [
        nil, "The private key \(workshop.path): b/privkey.pem is missing.",
        "The certificate \(workshop.path): c/cert.pem is missing.",
      ])
    #expect(try Batch.list(workshop.path).things.map(\.thingName) == ["a"])
    let error = #expect(throws: CredentialError.self) {
      try Credentials.load(ThingFolder(place: "b", inZip: workshop.path))
    }
    #expect(error?.cause == "The system says: it is a folder.")
  }

  @Test("has the facts that it has unpacked, and not one key is unpacked for them")
  func facts() throws {
    let workshop = try ZipWorkshop()
    try IdentityFolder(path: workshop.folder.path("lamp1")).write(workshop.identity)
    var files = workshop.thing("lamp1/")
    // A key that is opened would be found damaged.
    files[1].packed = files[1].packed.map { ~$0 }
    try workshop.write(files)
    var inZip: [BatchEntry] = []
    try Batch.inventory(of: workshop.path) {
      inZip += $0
      return true
    }
    let onDisk = BatchEntry(of: ThingFolder(path: workshop.folder.path("lamp1")))
    #expect(inZip.first?.certificate != nil)
    #expect(inZip.first?.certificate == onDisk?.certificate)
    #expect(inZip.first?.fault == nil)
    let error = #expect(throws: CredentialError.self) {
      try Credentials.load(Batch.list(workshop.path).only())
    }
    #expect(error?.kind == .zipDamaged)
    #expect(error?.what == "\(workshop.path): lamp1/privkey.pem cannot be unpacked.")
  }

  @Test("of one thing stands for its folder, under another name if one is given")
  func single() throws {
    let workshop = try ZipWorkshop()
    try workshop.write(workshop.thing("00000001/"))
    #expect(try ThingFolder.find(workshop.path).thingName == "00000001")
    let pump = try ThingFolder.find(workshop.path, named: "00000001__pump")
    #expect(pump.thingName == "00000001__pump")
    #expect(pump.ownerName == "00000001")
    try workshop.write(workshop.thing(""))
    #expect(try ThingFolder.find(workshop.path, named: "lamp1").ownerName == "lamp1")
    #expect(try Batch.list(workshop.path).thing(reaching: "lamp1").thingName == "lamp1")
    try workshop.write(workshop.thing("a/") + workshop.thing("b/"))
    #expect(try ThingFolder.find(workshop.path, named: "b").placeInZip == "b")
    let error = #expect(throws: CredentialError.self) { try ThingFolder.find(workshop.path) }
    #expect(error?.kind == .noSuchThing)
  }

  @Test(
    "may hold the CA, by any usual name and in any folder on the way to the thing",
    arguments: ["ca.pem", "mic/root.crt", "mic/lamp1/AmazonRootCA1.pem"])
  func authority(_ name: String) throws {
    let workshop = try ZipWorkshop()
    try workshop.write(
      workshop.thing("mic/lamp1/")
        + [ZipBytes.Entry(name, workshop.authority.certificate, isDeflated: true)])
    let thing = try Batch.list(workshop.path).only()
    let trust = try Trust.find(thingFolder: thing, batchFolder: workshop.path)
    #expect(trust.source == .packed(zip: workshop.path, name: name))
    #expect(trust.words == "CA: \(workshop.path): \(name), found beside the thing")
    #expect(trust.file == nil)
  }

  @Test("has the CA of the folder that it lies in, if it holds none itself")
  func authorityBeside() throws {
    let workshop = try ZipWorkshop()
    try workshop.write(workshop.thing("lamp1/"))
    let place = workshop.folder.path("root.pem")
    try PrivateFiles.write(workshop.authority.certificate, to: place)
    let thing = try Batch.list(workshop.path).only()
    #expect(
      try Trust.find(thingFolder: thing, batchFolder: workshop.path).source == .found(place))
  }

  @Test("that others may read comes with the command that cures it")
  func mode() throws {
    let workshop = try ZipWorkshop()
    try workshop.write(workshop.thing("lamp1/"))
    let thing = try Batch.list(workshop.path).only()
    #expect(try Credentials.load(thing).advice == [])
    chmod(workshop.path, 0o644)
    let advice = try Credentials.load(thing).advice
    #expect(advice.map(\.remedy) == ["chmod 600 \(workshop.path)"])
    #expect(
      advice.map(\.what) == [
        "Others on this machine may read the zip with the private keys (mode 644)."
      ])
  }

  @Test("without a thing says what it holds instead")
  func empty() throws {
    let workshop = try ZipWorkshop()
    try workshop.write([ZipBytes.Entry("notes.txt", [65])])
    var fault = try workshop.fault()
    #expect(fault.kind == .emptyBatch)
    #expect(fault.what == "There is no thing in \(workshop.path).")
    try workshop.write([ZipBytes.Entry("inner.zip", ZipBytes(workshop.thing("a/")).bytes)])
    fault = try workshop.fault()
    #expect(fault.cause == "It holds another zip, inner.zip.")
    try workshop.write([])
    #expect(try workshop.fault().kind == .emptyBatch)
    try workshop.write(workshop.thing("one/x/a/") + workshop.thing("two/x/b/"))
    fault = try workshop.fault()
    #expect(fault.what == "\(workshop.path) holds several batches.")
    #expect(fault.cause == "There are things' folders in one/x, two/x.")
  }

  @Test("of a thousand things takes no time to speak of, even on a busy machine")
  func speed() throws {
    let workshop = try ZipWorkshop()
    let files = workshop.thing("")
    try workshop.write(
      (1...1000).flatMap { number in
        files.map { file in
          var file = file
          file.name = Array("mic/\(number)/".utf8) + file.name
          return file
        }
      })
    let start = processorTime
    var entries: [BatchEntry] = []
    try Batch.inventory(of: workshop.path) {
      entries += $0
      return true
    }
    let listing = processorTime
    _ = try Credentials.load(Batch.list(workshop.path).thing(named: "777"))
    let loading = processorTime - listing
    print("zip of 1000 things: listed in \(listing - start) ms, one loaded in \(loading) ms")
    #expect(entries.count { $0.fault == nil && $0.certificate != nil } == 1000)
    #expect(listing - start < 1000)
    #expect(loading < 1000)
  }

  /// What this thread has used, in ms: unlike the time that passes, it is the same on a busy machine.
  private var processorTime: Int {
    var usage = rusage()
    getrusage(1, &usage)  // RUSAGE_THREAD, a GNU name that the Glibc module leaves out
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    return seconds * 1000 + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000
  }
}
