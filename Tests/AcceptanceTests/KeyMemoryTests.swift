import Glibc
import Sandbox
import TestSupport
import Testing
import Thing

/// What may not be found, kept so that our own copies do not matter: only another process is looked
/// into.
private struct Needle {
  let name: String
  let bytes: [UInt8]
}

/// The writable memory of another process.
private struct ProcessMemory: ~Copyable {
  private let descriptor: CInt
  private let regions: [(start: UInt64, end: UInt64)]

  /// Whether this process may look into one that hides its memory: `CAP_SYS_PTRACE`.
  static var isReadable: Bool {
    guard let status = text(of: "/proc/self/status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
      let bits = UInt64(line.dropFirst(7).trimmingPrefix { $0 == "\t" || $0 == " " }, radix: 16)
    else { return false }
    return bits >> 19 & 1 == 1
  }

  init(of process: Int32) throws {
    guard let maps = Self.text(of: "/proc/\(process)/maps") else {
      throw ChildProcess.Failure(description: "the process's memory is out of reach")
    }
    let descriptor = open("/proc/\(process)/mem", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ChildProcess.Failure(description: "no memory: \(String(cString: strerror(errno)))")
    }
    self.descriptor = descriptor
    regions = maps.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count > 1, words[1].hasPrefix("rw"), !line.contains("[vvar") else { return nil }
      let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      return ends.count == 2 ? (ends[0], ends[1]) : nil
    }
  }

  deinit { close(descriptor) }

  /// The names of those that are in it.
  func finding(_ needles: [Needle]) -> Set<String> {
    var found: Set<String> = []
    for region in regions {
      var bytes = [UInt8](repeating: 0, count: Int(region.end - region.start))
      let count = pread(descriptor, &bytes, bytes.count, off_t(region.start))
      guard count > 0 else { continue }
      for needle in needles {
        let place = bytes.withUnsafeBytes { memmem($0.baseAddress, count, needle) }
        if place { found.insert(needle.name) }
      }
    }
    return found
  }

  private func memmem(_ start: UnsafeRawPointer?, _ count: Int, _ needle: Needle) -> Bool {
    guard let start, needle.bytes.count > 0, count >= needle.bytes.count else { return false }
    var place = start
    let end = start + count - needle.bytes.count + 1
    while place < end, let hit = memchr(place, CInt(needle.bytes[0]), end - place) {
      if memcmp(hit, needle.bytes, needle.bytes.count) == 0 { return true }
      place = UnsafeRawPointer(hit) + 1
    }
    return false
  }

  static func text(of path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Where the key comes from.
private enum KeyPlace: CaseIterable { case folder, encrypted, zip }

@Suite("Once a key is loaded")
struct KeyMemoryTests {
  @Test(
    "neither its text nor its passphrase is left in memory, and no core would be written",
    .enabled(if: ProcessMemory.isReadable, "looking into a process that hides its memory"),
    arguments: KeyPlace.allCases)
  fileprivate func memory(_ place: KeyPlace) throws {
    let folder = try TemporaryFolder()
    let passphrase = "\(UInt64.random(in: 1 << 60...UInt64.max))-passphrase"
    try folder.write("\(passphrase)\n", to: "pass")
    let authority = try CertificateAuthority(validity: .aroundNow)
    try PrivateFiles.write(authority.certificate, to: folder.path("ca.pem"))
    let identity = try authority.issue(
      CertificateRequest(
        commonName: "lamp1", purpose: .client, validity: .aroundNow, key: .rsa2048))
    let thing = folder.path("lamp1")
    try IdentityFolder(path: thing).write(identity)
    let key = String(decoding: identity.privateKey, as: UTF8.self)
    var needles = Self.lines(of: key, "line of the key")
    var path = thing
    switch place {
    case .folder: break
    case .encrypted:
      let run = try ChildProcess.run(
        ["openssl", "pkcs8", "-topk8", "-in", "\(thing)/privkey.pem"]
          + ["-passout", "file:\(folder.path("pass"))", "-out", "\(thing)/new.pem"])
      #expect(run.ending == .exited(0), "\(run.errors)")
      rename("\(thing)/new.pem", "\(thing)/privkey.pem")
      chmod("\(thing)/privkey.pem", 0o600)
      let text = try #require(ProcessMemory.text(of: "\(thing)/privkey.pem"))
      needles += Self.lines(of: text, "line of the encrypted key")
      needles.append(Needle(name: "passphrase", bytes: Array(passphrase.utf8)))
    case .zip:
      path = folder.path("batch.zip")
      let entries = [
        ZipBytes.Entry("lamp1/cert.pem", identity.certificate, isDeflated: true),
        ZipBytes.Entry("lamp1/privkey.pem", identity.privateKey, isDeflated: true),
      ]
      needles.append(Needle(name: "packed key", bytes: Array(entries[1].packed[100..<140])))
      try PrivateFiles.write(ZipBytes(entries).bytes, to: path)
    }
    // A host that says nothing: the program has done everything before the handshake, and waits.
    let silent = try ScriptedPeer { client, _ in client.waitForEnd() }
    let child = try ChildProcess(
      ["sh", "-c", "exec \"$0\" \"$@\" 3<\"$PASS\"", Program.path, "get", "--thing-dir", path]
        + ["--ca", folder.path("ca.pem"), "--endpoint", "127.0.0.1:\(silent.port)"]
        + ["--passphrase-fd", "3"],
      environment: ["PASS": folder.path("pass"), "PATH": "/usr/bin:/bin"])
    // On this thread: another test that holds up the next step would outlast the child's patience.
    try child.wait(seconds: 20, for: "connection") { _ in silent.accepted == 1 }
    let memory = try ProcessMemory(of: child.identifier)
    // What is there is found: the path is in the arguments.
    let control = Needle(name: "control", bytes: Array(path.utf8))
    #expect(memory.finding(needles + [control]) == ["control"])
    let limits = try #require(ProcessMemory.text(of: "/proc/\(child.identifier)/limits"))
    #expect(limits.contains(#/Max core file size +0 /#))
    child.signal(SIGTERM)
    try child.waitForEnd(seconds: 20)
  }

  /// Each line of a PEM text between the first and the last, from its middle on as well: a buffer
  /// that was used again begins with something else.
  private static func lines(of pem: String, _ name: String) -> [Needle] {
    let lines = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") && $0.count > 40 }
    return lines.enumerated().flatMap { index, line in
      [
        Needle(name: "\(name) \(index)", bytes: Array(line.utf8.dropFirst(40))),
        Needle(name: "\(name) \(index)", bytes: Array(line.utf8.prefix(24))),
      ]
    }
  }
}
