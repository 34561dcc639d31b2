import ArgumentParser
import JSON
import Monitor
import Shadow

struct GetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", _superCommandName: "shadowscope",
    abstract: "Print a thing's shadow, or a part of it, as JSON.",
    discussion: """
      The document, or the part that is asked for, stands on standard output and nothing else; words \
      for people stand on standard error. On a terminal it is coloured (not with NO_COLOR).

      --section takes a section of the state, with --metadata that of the metadata. --path leads on \
      from there: with a / in front it is a JSON Pointer, otherwise one name. Without a section it \
      leads into the whole document: --path /state/reported/temperature is the same as \
      --section reported --path temperature.

      --pretty and --compact escape in texts what is invisible or steers a terminal; the value is the \
      same. --raw prints the message byte for byte as it came, our clientToken included, and a line \
      feed; of a part it prints a text bare, as jq -r does, and anything else as --compact. On a \
      terminal even then nothing comes through that it would act on.

      The exit status is 0 if the shadow was read, 4 if the thing has none, and 6 if there is nothing \
      at the section or path: --section delta gives 6 where nothing differs.

      Examples:
        shadowscope get --thing-dir certs/00000001 --endpoint HOST | jq .state
        shadowscope get --profile plant --section reported --path /pump1/flow
        shadowscope get --profile plant --section desired --metadata --compact
        mode=$(shadowscope get --profile plant --section reported --path mode --raw)
      """)

  /// How it is written.
  enum Form: String, EnumerableFlag {
    case pretty, compact, raw

    static func help(for form: Form) -> ArgumentHelp? {
      switch form {
      case .pretty: "A member a line."
      case .compact: "All on one line."
      case .raw: "The message as it came; of a part, a text without its quotes."
      }
    }
  }

  @OptionGroup var options: ThingOptions

  @Option(
    help: ArgumentHelp(
      "Only this section: reported, desired or delta.", valueName: "reported|desired|delta"))
  var section: DocumentPart.Name?

  @Option(
    help: ArgumentHelp(
      "Only what is there in what would be printed without it: /a/b/0 or a name.",
      valueName: "pointer"))
  var path: PathArgument?

  @Flag(help: "The metadata in place of the state: when each value was written.")
  var metadata = false

  @Flag var form = Form.pretty

  func run() throws {
    do throws(CommandFailure) {
      let thing = try options.resolve().openThing()
      let part = DocumentPart(
        section: section, isMetadata: metadata, path: path?.path ?? JSONPath())
      let answer = try RequestRun(thing: thing).answer(to: .document)
      if part.isAll, form == .raw {
        try StandardStreams.writeAsItIs(String(decoding: answer.payload, as: UTF8.self))
      } else {
        try write(try value(of: part, in: answer.body, of: thing.address))
      }
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private func write(_ value: JSONValue) throws(CommandFailure) {
    switch form {
    case .pretty: try StandardStreams.writeJSON(value.pretty(escaping: .invisible))
    case .compact: try StandardStreams.writeJSON(value.compact(escaping: .invisible))
    case .raw: try StandardStreams.writeAsItIs(value.string ?? value.compact)
    }
  }

  private func value(
    of part: DocumentPart, in document: JSONValue, of address: ShadowAddress
  ) throws(CommandFailure) -> JSONValue {
    do throws(DocumentPart.Missing) { return try part.value(in: document) } catch {
      throw CommandFailure(error, part, of: address)
    }
  }
}

extension DocumentPart.Name: ExpressibleByArgument {}

extension CommandFailure {
  /// A document that has no such part.
  init(_ missing: DocumentPart.Missing, _ part: DocumentPart, of address: ShadowAddress) {
    let shadow = address.words
    switch missing {
    case .section where part.section == .delta && !part.isMetadata:
      self.init(
        status: .nothingThere, what: "Nothing differs: \(shadow) has no delta.", cause: "",
        remedy: "")
    case .section:
      let section = part.section.map { " of \($0.rawValue)" } ?? ""
      let what =
        part.isMetadata
        ? "\(shadow) has no metadata\(section)."
        : "\(shadow) has no \(part.section?.rawValue ?? "") section."
      self.init(status: .nothingThere, what: what.capitalised, cause: "", remedy: "")
    case .path(let end, let names):
      let place = JSONPath(part.base.steps + end.steps)
      let holds = names.isEmpty ? "nothing by name" : Self.list(names)
      self.init(
        status: .nothingThere, what: "There is nothing at \(part.path.pointer) in \(part.words).",
        cause: "\(place.isEmpty ? "The document" : place.display) holds \(holds).",
        remedy: part.section == nil && !part.isMetadata
          ? "Without --section a path leads into the whole document: /state/reported/…" : "")
    }
  }

  /// The first of the names.
  private static func list(_ names: [String]) -> String {
    let most = 12
    return names.prefix(most).joined(separator: ", ")
      + (names.count > most ? " and \(names.count - most) more" : "")
  }
}

extension DocumentPart {
  /// Where its path begins, for people.
  fileprivate var words: String {
    let name = section?.rawValue ?? "the whole document"
    return isMetadata ? "the metadata\(section.map { " of \($0.rawValue)" } ?? "")" : name
  }
}

extension ShadowAddress {
  /// The shadow for people: `the classic shadow of lamp1`.
  var words: String { "\(shadow.map { "the shadow “\($0)”" } ?? "the classic shadow") of \(thing)" }
}

extension String {
  /// With a capital in front.
  var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
