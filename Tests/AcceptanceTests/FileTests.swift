import Glibc
import JSON
import Sandbox
import TestSupport
import Testing
import Thing

@Suite("file")
struct FileTests {
  @Test("puts a file and gets the same bytes back", arguments: [0, 1, 5_000_003])
  func roundTrip(_ size: Int) throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let folder = try TemporaryFolder()
    let bytes = Self.bytes(size)
    try PrivateFiles.write(bytes, to: folder.path("sent.bin"))
    for (key, plain) in [("a b/ä?.bin", []), ("sent.bin", ["--plain"])] {
      let put = try Program.run(
        ["file", "put", folder.path("sent.bin"), key] + plain + sandbox.options)
      #expect(put.status == 0, "\(put.errors)")
      #expect(put.errors == "")
      let line = try #require(JSONParser.parse(put.output.utf8).object)
      #expect(line["key"] == .string(key))
      #expect(line["bytes"] == .number(JSONNumber(Int64(size))))
      #expect(line.effectiveMembers.map(\.key) == ["key", "bytes", "seconds"])

      let path = folder.path("came\(plain.count)")
      let get = try Program.run(["file", "get", key, path] + plain + sandbox.options)
      #expect(get.status == 0, "\(get.errors)")
      #expect(try JSONParser.parse(get.output.utf8).object?["bytes"] == line["bytes"])
      #expect(Files.bytes(of: path, limit: 1 << 24) == bytes)
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
    #expect(entries(of: folder.path) == ["came0", "came1", "sent.bin"])
  }

  @Test("takes the names of file and key from each other, and writes only bytes to -")
  func names() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let folder = try TemporaryFolder()
    try folder.write("hello\n", to: "-x{1}.txt")
    let put = try ChildProcess.run(
      [Program.path, "file", "put"] + sandbox.options + ["--", "-x{1}.txt"],
      environment: Program.ours, in: folder.path)
    #expect(put.ending == .exited(0), "\(put.errors)")
    #expect(try JSONParser.parse(put.output.utf8).object?["key"] == "-x{1}.txt")
    let get = try Program.run(["file", "get"] + sandbox.options + ["--", "-x{1}.txt", "-"])
    #expect(get.status == 0)
    #expect(get.output == "hello\n")
    #expect(get.errors == "")
    let named = try ChildProcess.run(
      [Program.path, "file", "get", "--force"] + sandbox.options + ["--", "-x{1}.txt"],
      environment: Program.ours, in: folder.path)
    #expect(named.ending == .exited(0), "\(named.errors)")
    #expect(entries(of: folder.path) == ["-x{1}.txt"])
  }

  @Test("leaves a file that is there alone, unless it is to be replaced")
  func existing() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let folder = try TemporaryFolder()
    try folder.write("new", to: "new")
    try folder.write("old", to: "old")
    #expect(
      try Program.run(["file", "put", folder.path("new"), "k"] + sandbox.options).status == 0)
    let get = ["file", "get", "k", folder.path("old")] + sandbox.options
    let refused = try Program.run(get)
    #expect(refused.status == 73)
    #expect(refused.errors.contains("--force"))
    #expect(Files.bytes(of: folder.path("old"), limit: 10) == Array("old".utf8))
    #expect(try Program.run(get + ["--force"]).status == 0)
    #expect(Files.bytes(of: folder.path("old"), limit: 10) == Array("new".utf8))
    #expect(entries(of: folder.path) == ["new", "old"])
  }

  @Test("explains that there is no such file, and leaves none")
  func noSuchKey() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let folder = try TemporaryFolder()
    for path in [folder.path("f"), "-"] {
      let run = try Program.run(["file", "get", "logs/none", path] + sandbox.options)
      #expect(run.status == 66)
      #expect(run.output.isEmpty)
      #expect(run.errors.contains("There is no file “logs/none”."))
      #expect(run.errors.contains("404: NoSuchKey: The specified key does not exist."))
    }
    #expect(entries(of: folder.path).isEmpty)
  }

  @Test("explains a URL that had expired, and names what compares the clocks")
  func expired() throws {
    let sandbox = try TestSandbox(servesFiles: true, clockSkew: -400_000)
    let folder = try TemporaryFolder()
    try folder.write("x", to: "f")
    for arguments in [["put", folder.path("f")], ["get", "f", folder.path("g")]] {
      let run = try Program.run(["file"] + arguments + sandbox.options)
      #expect(run.status == 77)
      #expect(run.errors.contains("had expired"))
      #expect(run.errors.contains("403: AccessDenied: Request has expired"))
      #expect(run.errors.contains("shadowscope invoke time"))
    }
    #expect(entries(of: folder.path) == ["f"])
  }

  @Test("explains a signature that was refused")
  func wrongSignature() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let folder = try TemporaryFolder()
    try folder.write("x", to: "f")
    let path = try Self.curl(
      in: folder,
      script: #"sed 's/Signature=./Signature=x/' | "$real" "$@""#)
    for arguments in [["put", folder.path("f")], ["get", "f", folder.path("g")]] {
      let run = try Program.run(["file"] + arguments + sandbox.options, environment: path)
      #expect(run.status == 77)
      #expect(run.errors.contains("403: SignatureDoesNotMatch"))
      #expect(!run.errors.contains("X-Amz"))
    }
    #expect(!entries(of: folder.path).contains("g"))
  }

  @Test("lets nobody see the URL: not in curl's arguments or environment, no message, no log")
  func secrecy() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let folder = try TemporaryFolder()
    try folder.write("x", to: "f")
    let path = try Self.curl(
      in: folder,
      script: """
        { tr '\\0' '\\n' < /proc/$$/cmdline; tr '\\0' '\\n' < /proc/$$/environ; } >> "$0.seen"
        exec "$real" "$@"
        """)
    let log = folder.path("log")
    for arguments in [
      ["put", folder.path("f")], ["get", "f", folder.path("g")], ["get", "none", folder.path("h")],
    ] {
      let run = try Program.run(
        ["file"] + arguments + ["--verbose", "--log-file", log] + sandbox.options,
        environment: path)
      #expect(run.status == (arguments[1] == "none" ? 66 : 0))
      #expect(!run.errors.contains("X-Amz") && !run.output.contains("X-Amz"))
    }
    let seen = try #require(Files.bytes(of: folder.path("bin/curl.seen"), limit: 1 << 20))
    let words = String(decoding: seen, as: UTF8.self)
    #expect(words.contains("--disable\n--config\n-\n"))
    #expect(!words.contains("X-Amz") && !words.contains("/things/"))
    let logged = try #require(Files.bytes(of: log, limit: 1 << 20))
    #expect(logged.count > 100)
    #expect(!String(decoding: logged, as: UTF8.self).contains("X-Amz"))
  }

  @Test("ends curl when it is interrupted or late, and leaves no part of a file")
  func interrupted() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let folder = try TemporaryFolder()
    let path = try Self.curl(
      in: folder,
      script: """
        echo half of it
        echo $$ > "$0.new" && mv "$0.new" "$0.pid"
        exec sleep 600
        """)
    let pidFile = folder.path("bin/curl.pid")
    let command = ["file", "get", "k", folder.path("f")] + sandbox.options
    for (signal, status) in [(SIGINT, CInt(130)), (SIGTERM, 143)] {
      let child = try ChildProcess([Program.path] + command, environment: path)
      try child.wait(for: "curl") { _ in access(pidFile, F_OK) == 0 }
      let curl = try #require(Self.number(in: pidFile))
      child.signal(signal)
      #expect(try child.waitForEnd() == .exited(status))
      #expect(kill(curl, 0) == -1 && errno == ESRCH)
      #expect(child.errorText.contains("interrupted"))
      unlink(pidFile)
    }
    let late = try Program.run(command + ["--timeout", "1s"], environment: path)
    #expect(late.status == 124)
    #expect(late.errors.contains("--timeout"))
    let curl = try #require(Self.number(in: pidFile))
    #expect(kill(curl, 0) == -1 && errno == ESRCH)
    #expect(!entries(of: folder.path).contains { $0.hasPrefix("f") })
  }

  @Test("begins again what broke off")
  func again() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let folder = try TemporaryFolder()
    try folder.write("all of it", to: "f")
    #expect(
      try Program.run(["file", "put", folder.path("f"), "k"] + sandbox.options).status == 0)
    let path = try Self.curl(
      in: folder,
      script: """
        if [ ! -e "$0.tried" ]; then touch "$0.tried"; printf 'much more than all'; exit 18; fi
        exec "$real" "$@"
        """)
    let run = try Program.run(
      ["file", "get", "k", folder.path("g")] + sandbox.options, environment: path)
    #expect(run.status == 0)
    #expect(run.errors.contains("broke off. It is begun again."))
    #expect(Files.bytes(of: folder.path("g"), limit: 100) == Array("all of it".utf8))
  }

  @Test("explains that TLS failed where another authority vouches for the server")
  func otherAuthority() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let other = try TestSandbox()
    let run = try Program.run(
      ["file", "get", "f", "-", "--file-ca", other.batch.authority] + sandbox.options)
    #expect(run.status == 76)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("TLS with the host of the signed URL failed."))
    let right = try Program.run(
      ["file", "get", "f", "-", "--file-ca", sandbox.batch.authority] + sandbox.options)
    #expect(right.status == 66)
  }

  @Test("explains a machine without curl, and a sandbox that serves no files")
  func missing() throws {
    let sandbox = try TestSandbox()
    let none = Program.ours.merging(["PATH": "/nowhere"]) { $1 }
    let run = try Program.run(["file", "get", "f", "-"] + sandbox.options, environment: none)
    #expect(run.status == 69)
    #expect(run.errors.contains("curl is not installed"))
    #expect(run.errors.contains("shadowscope invoke download KEY --show-url"))
    let unserved = try Program.run(["file", "get", "f", "-"] + sandbox.options)
    #expect(unserved.status == 69)
    #expect(unserved.errors.contains("This sandbox serves no files."))
  }

  @Test("puts nothing on a read-only connection, unless it is told to")
  func readOnly() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let folder = try TemporaryFolder()
    try folder.write("[profiles.rig]\nread-only = true\n", to: "config.toml")
    let settings = ["--config", folder.path("config.toml"), "--profile", "rig"]
    let put = ["file", "put", folder.path("config.toml"), "k"] + sandbox.options + settings
    let refused = try Program.run(put)
    #expect(refused.status == 64)
    #expect(refused.errors.contains("this connection is read-only"))
    let get = ["file", "get", "k", "-"] + sandbox.options + settings
    #expect(try Program.run(get).status == 66)
    #expect(try Program.run(put + ["--no-read-only"]).status == 0)
    #expect(try Program.run(get).output == "[profiles.rig]\nread-only = true\n")
  }

  @Test("explains what is wrong before it connects")
  func malformed() throws {
    let thing = ["--thing-dir", "/nowhere", "--endpoint", "localhost:1"]
    for (arguments, status, words) in [
      (["put", "/nowhere/f"], 66, "/nowhere/f cannot be read."), (["put", "/tmp"], 66, "no file"),
      (["put", "-"], 66, "Write it into a file first."),
      (["get", "k", "/tmp"], 73, "cannot be written"),
      (["get", "k", "/nowhere/f", "--file-ca", "/nowhere/ca"], 66, "--file-ca wants"),
      (["get"], 64, "Missing"), (["put"], 64, "Missing"),
      (["get", "k", "--timeout", "5"], 64, "Wanted is"),
    ] {
      let run = try Program.run(["file"] + arguments + thing)
      #expect(run.status == CInt(status), "\(arguments)")
      #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
    }
    let bare = try Program.run(["file"])
    #expect(bare.status == 64)
    #expect(bare.errors.contains("put or get"))
  }

  @Test("the server takes GET and PUT alone, and only what the URL is for")
  func methods() throws {
    let sandbox = try TestSandbox(servesFiles: true)
    let folder = try TemporaryFolder()
    let run = try Program.run(["invoke", "download", "k", "--show-url"] + sandbox.options)
    let url = try #require(JSONParser.parse(run.output.utf8).object?["url"]?.string)
    #expect(url.hasPrefix("https://localhost:"))
    try folder.write("x", to: "f")
    for (options, status) in [
      (["-X", "POST", "-d", "x"], "405"), (["-X", "DELETE"], "405"), (["-I"], "405"),
      (["-T", folder.path("f")], "403"), ([], "404"),
    ] {
      let curl = try ChildProcess.run(
        [
          "curl", "-s", "-o", folder.path("answer"), "-w", "%{http_code}", "--cacert",
          sandbox.batch.authority, url,
        ] + options)
      #expect(curl.output == status, "\(options)")
    }
    let words = try #require(Files.bytes(of: folder.path("answer"), limit: 10_000))
    #expect(String(decoding: words, as: UTF8.self).contains("<Code>NoSuchKey</Code>"))
    // Nothing without a signature, and no secret left where it was handed over.
    let origin = try #require(url.firstRange(of: "/things/")?.lowerBound)
    let bare = try ChildProcess.run(
      ["curl", "-s", "--cacert", sandbox.batch.authority, url[..<origin] + "/things/lamp1/k"])
    #expect(bare.output.contains("<Code>AccessDenied</Code>"))
    #expect(!entries(of: sandbox.batch.path + "/broker").contains("file-secret"))
  }

  // MARK: -

  /// Bytes of all kinds, the same each time.
  private static func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
  }

  private static func number(in path: String) -> pid_t? {
    Files.bytes(of: path, limit: 100).flatMap {
      pid_t(String(decoding: $0, as: UTF8.self).filter(\.isNumber))
    }
  }

  /// An environment where `curl` is a script, for which `$real` is curl.
  private static func curl(
    in folder: borrowing TemporaryFolder, script: String
  ) throws -> [String: String] {
    let real = try #require(Executable.find("curl"))
    try PrivateFiles.makeFolder(folder.path("bin"))
    let path = folder.path("bin/curl")
    try PrivateFiles.write(Array("#!/bin/sh\nreal=\(real)\n\(script)\n".utf8), to: path)
    try #require(chmod(path, 0o700) == 0)
    let folders = Program.ours["PATH"] ?? "/usr/bin:/bin"
    return Program.ours.merging(["PATH": "\(folder.path("bin")):\(folders)"]) { $1 }
  }
}
