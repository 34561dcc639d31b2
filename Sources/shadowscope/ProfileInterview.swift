import Glibc
import JSON
import Monitor
import Settings
import Thing

/// Finds out what goes into a profile: from options, else from the person.
struct ProfileInterview {
  /// What was given already.
  struct Given {
    /// A folder, a batch or a zip, whichever it is.
    var path: String?
    var thingDir: String?
    var batch: String?
    var thing: String?
    var endpoint: String?
    var ca: String?
    var name: String?
    var isDefault: Bool?
  }

  /// What comes of it.
  struct Outcome {
    var profile: ProfileText
    var isDefault: Bool
  }

  /// Where the thing's files are.
  private enum Source {
    case thingDir(String)
    case batch(String)

    var path: String {
      switch self {
      case .thingDir(let path), .batch(let path): path
      }
    }
  }

  private let given: Given
  private let configuration: Configuration
  /// The broker that was used last; empty if none was.
  private let lastEndpoint: String
  /// nil if there is nobody to ask.
  private(set) var prompt: LinePrompt?

  init(
    _ given: Given, configuration: Configuration, lastEndpoint: String, prompt: LinePrompt?
  ) {
    self.given = given
    self.configuration = configuration
    self.lastEndpoint = lastEndpoint
    self.prompt = prompt
  }

  /// Asks for everything that was not given.
  ///
  /// - Returns: the profile, and whether it shall be the default.
  /// - Throws: `CommandFailure` where something given is wrong, where something is missing and there
  ///   is nobody to ask, and when the person ends it.
  mutating func run() throws(CommandFailure) -> Outcome {
    try checkMissing()
    let source = try source()
    let thing = try thing(in: source)
    let endpoint = try endpoint()
    let ca = try authority(for: source, thing)
    let name = try name(suggesting: thing.folder?.thingName)
    let isDefault = try isDefault(name)
    var entries: [(setting: Setting, value: SettingValue)] = []
    switch source {
    case .thingDir(let path): entries.append((.thingDir, .text(Self.kept(path))))
    case .batch(let path): entries.append((.batch, .text(Self.kept(path))))
    }
    if let name = thing.entry { entries.append((.thing, .text(name))) }
    entries.append((.endpoint, .text(endpoint)))
    if let ca { entries.append((.ca, .text(Self.kept(ca)))) }
    return Outcome(profile: ProfileText(name: name, entries: entries), isDefault: isDefault)
  }

  private func checkMissing() throws(CommandFailure) {
    guard prompt == nil else { return }
    var missing: [String] = []
    if (given.path ?? given.thingDir ?? given.batch) == nil {
      missing.append("--batch FOLDER or --thing-dir FOLDER")
    }
    if given.endpoint == nil { missing.append("--endpoint HOST[:PORT]") }
    guard !missing.isEmpty else { return }
    throw CommandFailure(
      status: .usage, what: "Missing: \(missing.joined(separator: ", ")).",
      cause: "Standard input is no terminal, so that nobody can be asked.",
      remedy: "Give them as options, or run shadowscope init in a terminal.")
  }

  /// Asks until the answer will do; what was given is tried first.
  private mutating func answer<Value>(
    given: String?, asking question: String, standard: String? = nil,
    _ take: (String) throws(CommandFailure) -> Value
  ) throws(CommandFailure) -> Value {
    var waiting = given
    while true {
      var text = waiting ?? ""
      if waiting == nil { text = try ask(question, standard) }
      waiting = nil
      do throws(CommandFailure) { return try take(text) } catch {
        guard prompt != nil else { throw error }
        for line in [error.what, error.cause, error.remedy] where !line.isEmpty {
          StandardStreams.tell("  \(line)")
        }
      }
    }
  }

  private mutating func ask(
    _ question: String, _ standard: String?
  ) throws(CommandFailure) -> String {
    guard var asked = prompt else { return standard ?? "" }
    defer { prompt = asked }
    return try asked.line(question, standard: standard)
  }

  // MARK: The questions

  private mutating func source() throws(CommandFailure) -> Source {
    if let path = given.thingDir { return try Self.checked(.thingDir(path)) }
    if let path = given.batch { return try Self.checked(.batch(path)) }
    if given.path == nil {
      StandardStreams.tell(
        "Where are the certificates? MIC's zip as it is, a folder of things' folders, or the\n"
          + "folder of one thing (cert.pem and privkey.pem).")
    }
    return try answer(given: given.path, asking: "Batch or folder") { text throws(CommandFailure) in
      guard !text.isEmpty else {
        throw CommandFailure(status: .usage, what: "A path is needed.", cause: "", remedy: "")
      }
      switch StartRun.finding(at: Environment.expanding(text)) {
      case .thing: return .thingDir(text)
      case .batch: return .batch(text)
      case .nothing(let words):
        // With the reason's own status, where the batch gives one.
        _ = try Self.explained { () throws(CredentialError) in
          try Batch.list(Environment.expanding(text))
        }
        throw CommandFailure(status: .noInput, what: words, cause: "", remedy: "")
      }
    }
  }

  /// The folder in which the thing's files are, nil for a batch of which none was chosen, and the
  /// name that the profile needs to say.
  private mutating func thing(
    in source: Source
  ) throws(CommandFailure) -> (folder: ThingFolder?, entry: String?) {
    switch source {
    case .thingDir(let path):
      let expanded = Environment.expanding(path)
      let found = try Self.explained { () throws(CredentialError) in
        try ThingFolder.find(expanded, named: given.thing)
      }
      let folderName = given.thing == nil ? found.thingName : nil
      if let folderName, Setting.thing.fault(in: folderName) == nil {
        StandardStreams.tell("The thing is \(folderName), as its folder is called.")
        return (found, nil)
      }
      let name = try answer(given: given.thing, asking: "The thing's name", Self.thingName)
      return (found.naming(name), name)
    case .batch(let path):
      let batch = try Self.explained { () throws(CredentialError) in
        try Batch.list(Environment.expanding(path))
      }
      let names = batch.things.map(\.thingName)
      if given.thing == nil, names.count == 1, let only = batch.things.first {
        StandardStreams.tell("The batch holds one thing: \(only.thingName).")
        return (only, nil)
      }
      guard prompt != nil || given.thing != nil else { return (nil, nil) }
      let folder =
        try given.thing == nil
        ? choose(among: batch)
        : answer(given: given.thing, asking: "Thing") { text throws(CommandFailure) in
          try Self.explained { () throws(CredentialError) in try batch.thing(reaching: text) }
        }
      return (folder, folder?.thingName)
    }
  }

  /// One thing of a batch by its number, its name or a part of that; nil to be asked each time.
  private mutating func choose(among batch: Batch) throws(CommandFailure) -> ThingFolder? {
    var list = NumberedThings(batch.things.map(\.thingName))
    StandardStreams.tell("The batch holds \(batch.things.count) things:")
    list.lines.forEach { StandardStreams.tell($0) }
    StandardStreams.tell(
      "Choose one by its number, its name or a part of that, or leave it empty to be asked each time."
    )
    while true {
      let text = try ask("Thing", nil)
      guard !text.isEmpty else { return nil }
      switch list.take(text) {
      case .thing(let name):
        if !name.hasSameScalars(as: text) { StandardStreams.tell("That is \(name).") }
        return try Self.explained { () throws(CredentialError) in try batch.thing(reaching: name) }
      case .narrowed:
        StandardStreams.tell("\(list.listed.count) names hold “\(text)”:")
        list.lines.forEach { StandardStreams.tell($0) }
      case .none: StandardStreams.tell("  No name holds “\(text)”.")
      }
    }
  }

  private mutating func endpoint() throws(CommandFailure) -> String {
    if given.endpoint == nil {
      StandardStreams.tell(
        "The broker, as HOST or HOST:PORT. MIC's App Board shows it under Settings, About; it looks\n"
          + "like abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com.")
    }
    let standard = lastEndpoint.isEmpty ? nil : lastEndpoint
    var waiting = given.endpoint
    while true {
      var text = waiting ?? ""
      if waiting == nil { text = try ask("Endpoint", standard) }
      waiting = nil
      switch TypedEndpoint(text) {
      case .good(let text): return text
      case .doubtful(let text, let meant, let why):
        StandardStreams.tell("\(prompt == nil ? "warning: " : "  ")\(why)")
        guard try confirms("Use \(meant) instead?", standard: true) else { return text }
        return meant
      case .bad(let error, let meant, let why):
        guard prompt != nil else {
          throw error.map { CommandFailure($0) }
            ?? CommandFailure(status: .usage, what: why, cause: "", remedy: "")
        }
        StandardStreams.tell("  \(why)")
        if let meant, try confirms("Use \(meant) instead?", standard: true) { return meant }
      }
    }
  }

  /// The CA if it must be named; one that is found by itself is told.
  private mutating func authority(
    for source: Source, _ thing: (folder: ThingFolder?, entry: String?)
  ) throws(CommandFailure) -> String? {
    var batch: String?
    if case .batch(let path) = source { batch = Environment.expanding(path) }
    if given.ca == nil {
      do throws(CredentialError) {
        // Of a batch of which none was chosen, the first stands for all.
        let first = batch.flatMap { try? Batch.list($0) }?.things.first
        let trust = try Trust.find(thingFolder: thing.folder ?? first, batchFolder: batch)
        StandardStreams.tell("\(trust.words).")
        return nil
      } catch {
        guard prompt != nil else { throw CommandFailure(error) }
        StandardStreams.tell("\(error.what) \(error.cause)\n\(error.remedy)")
      }
    }
    return try answer(given: given.ca, asking: "CA file") { text throws(CommandFailure) in
      _ = try Self.explained { () throws(CredentialError) in
        try Trust.find(given: Environment.expanding(text))
      }
      return text
    }
  }

  private mutating func name(suggesting thing: String?) throws(CommandFailure) -> String {
    let standard = thing ?? "default"
    let given = given.name ?? (prompt == nil ? standard : nil)
    return try answer(given: given, asking: "Name of the profile", standard: standard) {
      text throws(CommandFailure) in
      guard !text.isEmpty, text.unicodeScalars.count <= 64 else {
        throw CommandFailure(
          status: .usage, what: "A name has 1 to 64 characters.", cause: "", remedy: "")
      }
      return text
    }
  }

  private mutating func isDefault(_ name: String) throws(CommandFailure) -> Bool {
    if let given = given.isDefault { return given }
    let now = configuration.defaultProfile?.name
    if let now, now.utf8.elementsEqual(name.utf8) { return true }
    guard var asked = prompt else { return false }
    defer { prompt = asked }
    let instead = now.map { " in place of \($0)" } ?? ""
    return try asked.yes(
      "Use it where no profile is named\(instead)?", standard: now == nil)
  }

  /// Puts a question to which yes or no is the answer; nobody to ask is a no.
  ///
  /// - Throws: `CommandFailure` when the person ends it.
  mutating func confirms(_ question: String, standard: Bool) throws(CommandFailure) -> Bool {
    guard var asked = prompt else { return false }
    defer { prompt = asked }
    return try asked.yes(question, standard: standard)
  }

  /// Gives back the keys that end it, for as long as something else runs that can be ended.
  mutating func pause<Result>(
    _ body: () throws(CommandFailure) -> Result
  ) throws(CommandFailure) -> Result {
    let asks = prompt != nil
    prompt = nil
    let result = try body()
    if asks { prompt = try LinePrompt() }
    return result
  }

  // MARK: Checks

  /// A source that is what it was said to be.
  private static func checked(_ source: Source) throws(CommandFailure) -> Source {
    let what: String
    switch (source, StartRun.finding(at: Environment.expanding(source.path))) {
    case (_, .nothing(let words)): what = words
    case (.batch, .batch), (.thingDir, .thing): return source
    case (.batch, .thing): what = "\(source.path) is one thing's folder: use --thing-dir."
    case (.thingDir, .batch):
      // A zip with one thing in it is as good as its folder.
      if (try? ThingFolder.find(Environment.expanding(source.path))) != nil,
        !SettingsFile.isFolder(Environment.expanding(source.path))
      {
        return source
      }
      what = "\(source.path) holds things' folders: use --batch."
    }
    throw CommandFailure(status: .noInput, what: what, cause: "", remedy: "")
  }

  private static func thingName(_ text: String) throws(CommandFailure) -> String {
    if let fault = Setting.thing.fault(in: text) {
      throw CommandFailure(status: .usage, what: fault, cause: "", remedy: "")
    }
    return text
  }

  private static func explained<Value>(
    _ body: () throws(CredentialError) -> Value
  ) throws(CommandFailure) -> Value {
    do throws(CredentialError) { return try body() } catch { throw CommandFailure(error) }
  }

  /// A path as the file keeps it: whole, since it would start from the file's folder there.
  private static func kept(_ path: String) -> String {
    guard !path.hasPrefix("/"), path != "~", !path.hasPrefix("~/"),
      let working = getcwd(nil, 0)
    else { return path }
    defer { free(working) }
    var rest = path[...]
    while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
    let folder = String(cString: working)
    return rest.isEmpty || rest == "." ? folder : folder == "/" ? "/\(rest)" : "\(folder)/\(rest)"
  }
}
