import Glibc
import JSON
import Settings
import Simulation
import Thing

/// Rules for a simulated device, with all that they name read from disk.
struct LoadedRules {
  /// The longest table that is read, in bytes.
  private static let tableLimit = 16 << 20

  /// As it was named.
  let name: String
  let about: String?
  private(set) var rules: Rules

  /// Reads a file of rules, or one that the program holds.
  ///
  /// - Parameter name: a path; where there is no such file, a name.
  /// - Throws: `CommandFailure` with all that is wrong.
  init(_ name: String) throws(CommandFailure) {
    let path = Environment.expanding(name)
    let read: String?
    do throws(SettingsFault) { read = try SettingsFile.text(path) } catch {
      throw CommandFailure(
        status: .noInput, what: "\(error).", cause: "", remedy: "Name a file of rules in TOML.")
    }
    guard let text = read ?? BuiltInRules.text(of: name) else {
      let hint = BuiltInRules.nearest(to: name).map { " Did you mean “\($0)”?" } ?? ""
      throw CommandFailure(
        status: .noInput, what: "There is no file “\(name)”.\(hint)", cause: "",
        remedy: "The program's own rules are \(BuiltInRules.list); an example to start from: "
          + "shadowscope simulate --print weather-station")
    }
    let parsed = RulesText(text, file: name)
    try Self.check(parsed.faults)
    (self.name, about, rules) = (name, parsed.about, parsed.rules)
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    var faults: [RulesFault] = []
    for reference in parsed.references {
      do throws(RulesFault) {
        rules.series.append(try Self.series(reference, in: folder, of: parsed))
      } catch {
        faults.append(error)
      }
    }
    try Self.check(faults)
    try Self.check(rules.clashes(file: name))
  }

  private static func check(_ faults: [RulesFault]) throws(CommandFailure) {
    guard let first = faults.first else { return }
    throw CommandFailure(
      status: .badData, what: first.description, cause: "",
      remedy: "Nothing was sent. Correct the file; `--check` reads it without connecting.",
      excerpt: faults.dropFirst().map(\.description))
  }

  private static func series(
    _ reference: RulesText.Reference, in folder: String, of text: RulesText
  ) throws(RulesFault) -> Series {
    let named = Environment.expanding(reference.file)
    let path = named.hasPrefix("/") ? named : folder + named
    switch reference.kind {
    case .table(let rule):
      guard let bytes = Files.bytes(of: path, limit: tableLimit) else {
        throw text.fault(
          at: reference, "“\(path)” cannot be read", remedy: reason(path))
      }
      do throws(CSVText.Fault) {
        return try Series(
          table: bytes, rule, name: reference.file, path: RulesText.path(of:))
      } catch {
        throw RulesFault(file: path, line: error.line, what: error.words, remedy: "")
      }
    case .recording(let rule):
      return try RecordedShadow(path, rule).series(reference, of: text)
    }
  }

  /// Why a file cannot be read.
  static func reason(_ path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return String(cString: strerror(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { return "it is no regular file" }
    guard access(path, R_OK) == 0 else { return String(cString: strerror(errno)) }
    return Int(status.st_size) > tableLimit ? "it is longer than 16 MiB" : "try again"
  }
}

extension Rules {
  /// Resources that both a table and something else write.
  fileprivate func clashes(file: String) -> [RulesFault] {
    var written = reporters.map { ($0.path, "a [report] of its own") }
    var faults: [RulesFault] = []
    for one in series {
      let paths = Set(one.points.flatMap { $0.changes.leafPaths })
      for path in paths.sorted(by: { $0.pointer < $1.pointer }) {
        guard
          let other = written.first(where: { $0.0.isPrefix(of: path) || path.isPrefix(of: $0.0) })
        else { continue }
        faults.append(
          RulesFault(
            file: file, what: "\(one.name) writes “\(path.pointer)”, which has \(other.1) too",
            remedy: "take one of them out"))
      }
      written += paths.map { ($0, "a place in \(one.name)") }
    }
    return faults
  }
}

extension JSONObject {
  /// The paths of all that is no object in it; recursion is bounded by the parser's depth.
  fileprivate var leafPaths: [JSONPath] {
    effectiveMembers.flatMap { member in
      let first = JSONPath(keys: [member.key])
      guard case .object(let inner) = member.value, !inner.isEmpty else { return [first] }
      return inner.leafPaths.map { JSONPath(first.steps + $0.steps) }
    }
  }
}
