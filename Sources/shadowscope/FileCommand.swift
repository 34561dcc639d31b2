import ArgumentParser
import Glibc
import JSON
import Sandbox
import Settings
import Terminal
import Thing

struct FileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "file", _superCommandName: "shadowscope",
    abstract: "Put a file of the thing into Managed IoT Cloud (MIC), or get one.",
    discussion: """
      Asks MIC's invoke service for a signed URL, and has curl transfer the file by HTTPS. The URL is \
      a secret: curl gets it on its standard input, and it stands in no argument, message or log. \
      Redirections are not followed. A transfer that breaks off is begun again twice, with a new URL \
      if the five minutes of the old one are over.

      Confirmed by MIC's documents are the call and that its URL reads or writes a file for five \
      minutes. Not public is what the server behind it answers; the form of S3's refusals is \
      understood.

      The exit status is 0 for a file that is transferred, 66 if there is no such file, 77 if the \
      server refused the signature or the URL had expired, 76 if TLS failed, 73 if the file cannot be \
      written, 69 without curl or connection, 124 when --timeout is over.

      Examples:
        shadowscope file put log.txt --profile rig | jq .bytes
        shadowscope file get firmware/1.2.bin - --profile rig | sha256sum
      """,
    subcommands: [Put.self, Get.self])

  func run() throws {
    throw ValidationError("Say what to do: put or get.")
  }

  /// What both take.
  struct Options: ParsableArguments {
    @OptionGroup var options: ThingOptions

    @Flag(help: "Call GetSignedUrl, whose answer bears no id.")
    var plain = false

    @Option(
      name: .customLong("file-ca"),
      help: ArgumentHelp(
        "The authority that vouches for the server of the files. Otherwise the system's, or where "
          + "that server is this machine, the one that vouches for the broker.", valueName: "file"))
    var authority: String?

    @Option(
      help: ArgumentHelp(
        "How long it all may take, such as 10m. Otherwise as long as bytes move: a transfer that "
          + "stands still for \(CurlRequest.patience) s has broken off.", valueName: "duration"),
      transform: DurationArgument.read)
    var timeout: DurationArgument?

    /// What can be known to be wrong before anybody is asked.
    ///
    /// - Returns: the absolute path of curl.
    /// - Throws: `CommandFailure`.
    fileprivate func curl(byHand: String) throws(CommandFailure) -> String {
      if let authority, access(Environment.expanding(authority), R_OK) != 0 {
        throw CommandFailure(
          status: .noInput, what: "\(authority) cannot be read.",
          cause: "The system says: \(String(cString: strerror(errno))).",
          remedy: "--file-ca wants a file of certificates in PEM.")
      }
      guard let curl = Executable.find("curl") else {
        throw CommandFailure(
          status: .unavailable, what: "curl is not installed, and it is what transfers files.",
          cause: "It is in none of the folders of PATH.",
          remedy: "On Debian: apt install curl. By hand, with any client of HTTPS: \(byHand)")
      }
      return curl
    }

    fileprivate func transfer(
      _ resolved: ResolvedOptions, _ signals: Signals, curl: String, key: String,
      direction: CurlRequest.Direction, size: Int?
    ) throws(CommandFailure) -> FileTransfer {
      let deadline = timeout.map { Clock.monotonicMilliseconds + $0.milliseconds }
      return FileTransfer(
        thing: try resolved.openThing(signals, toWrite: size != nil), key: key,
        direction: direction, authority: authority, isPlain: plain,
        curl: CurlRun(program: curl, signals: signals, deadline: deadline), size: size)
    }
  }

  struct Put: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "put", abstract: "Put a file.",
      discussion: """
        Prints one JSON object on one line when it is there: key, bytes and seconds. A file of the \
        same key is replaced, as S3 does.

        Example: shadowscope file put /var/log/app.log logs/app.log --profile rig
        """)

    @OptionGroup var file: Options

    @OptionGroup var permission: InvokeCommand.WritingOption

    @Argument(help: ArgumentHelp("A file of this machine.", valueName: "file"))
    var path: String

    @Argument(
      help: ArgumentHelp(
        "Its name in the cloud, relative to the thing; the file's own unless given.",
        valueName: "key"))
    var key: String?

    func run() throws {
      do throws(CommandFailure) {
        let local = Environment.expanding(path)
        let size = try Self.size(of: local, as: path)
        let key =
          key
          ?? String(
            local[(local.lastIndex(of: "/").map(local.index(after:)) ?? local.startIndex)...])
        let curl = try file.curl(
          byHand: "`shadowscope invoke upload KEY --show-url` prints a URL to PUT it to.")
        let resolved = try file.options.resolve(
          permission.writes ? [.readOnly: .flag(false)] : [:])
        try resolved.requireWriting()
        let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
        let transfer = try file.transfer(
          resolved, signals, curl: curl, key: key,
          // To curl a name such as - is no file.
          direction: .upload(local.hasPrefix("/") ? local : "./\(local)"), size: size)
        let answer = try FileCommand.unnamedFile()
        let result = try transfer.run(into: answer)
        try StandardStreams.writeLine(result.json.compact(escaping: .invisible))
      } catch {
        throw StandardStreams.report(error)
      }
    }

    /// Bytes of a file that can be sent.
    private static func size(of path: String, as typed: String) throws(CommandFailure) -> Int {
      var status = stat()
      let code = stat(path, &status) != 0 || access(path, R_OK) != 0 ? errno : 0
      guard code == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw CommandFailure(
          status: .noInput,
          what: code == 0 ? "\(typed) is no file." : "\(typed) cannot be read.",
          cause: code == 0
            ? "Only a file has the size that the server wants to know beforehand."
            : "The system says: \(String(cString: strerror(code))).",
          remedy: typed == "-" ? "Write it into a file first." : "")
      }
      return Int(status.st_size)
    }
  }

  struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "get", abstract: "Get a file.",
      discussion: """
        Prints one JSON object on one line when it is there: key, bytes and seconds; with - only \
        the file's bytes, once all of them have come. The file is there whole or not at all, and \
        only its owner can read it.

        Example: shadowscope file get logs/app.log --profile rig
        """)

    @OptionGroup var file: Options

    @Flag(help: "Replace a file of this name.")
    var force = false

    @Argument(
      help: ArgumentHelp("Its name in the cloud, relative to the thing.", valueName: "key"))
    var key: String

    @Argument(
      help: ArgumentHelp(
        "Where it goes, - for standard output; the key's last part unless given.",
        valueName: "file"))
    var path: String?

    func run() throws {
      do throws(CommandFailure) {
        let curl = try file.curl(
          byHand: "`shadowscope invoke download KEY --show-url` prints a URL to GET it from.")
        if path == "-" { try print(using: curl) } else { try save(using: curl) }
      } catch {
        throw StandardStreams.report(error)
      }
    }

    private func save(using curl: String) throws(CommandFailure) {
      let name =
        path ?? String(key[(key.lastIndex(of: "/").map(key.index(after:)) ?? key.startIndex)...])
      let output = OutputFile(path: name, isReplacing: force)
      try output.check()
      let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
      let transfer = try transfer(using: curl, signals)
      let unfinished: UnfinishedFile
      do throws(OutputFile.Fault) { unfinished = try UnfinishedFile(becoming: output) } catch {
        throw output.failure(error)
      }
      let result = try transfer.run(into: unfinished)
      if let fault = unfinished.finish() { throw output.failure(fault) }
      try StandardStreams.writeLine(result.json.compact(escaping: .invisible))
    }

    private func print(using curl: String) throws(CommandFailure) {
      guard isatty(STDOUT_FILENO) == 0 else {
        throw CommandFailure(
          status: .usage, what: "Standard output is a terminal, and a file may hold anything.",
          cause: "", remedy: "Name a file, or send it on: shadowscope file get KEY - | less")
      }
      let unfinished = try FileCommand.unnamedFile()
      do {
        // Only until the file is here: whoever does not read it must not keep Control-C away.
        let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
        _ = try transfer(using: curl, signals).run(into: unfinished)
      }
      try unfinished.copyToOutput()
    }

    private func transfer(
      using curl: String, _ signals: Signals
    ) throws(CommandFailure) -> FileTransfer {
      try file.transfer(
        file.options.resolve(), signals, curl: curl, key: key, direction: .download, size: nil)
    }
  }

  /// What goes with this program.
  fileprivate static func unnamedFile() throws(CommandFailure) -> UnfinishedFile {
    let folder = Environment.temporaryFolder
    do throws(OutputFile.Fault) { return try UnfinishedFile(in: folder) } catch {
      throw OutputFile(path: folder, isReplacing: false).failure(error)
    }
  }
}
