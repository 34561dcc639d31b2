import Monitor
import Settings

/// What the command line, the environment and the file of settings come to.
struct ResolvedOptions {
  let effective: EffectiveOptions
  /// The file of settings; nil where there is no place for one.
  let configuration: Configuration?
  /// What keeps the file from being read, where a profile in it might have forbidden changes.
  private let darkness: [SettingsFault]
  /// Which thing, and where, as plain values.
  var choice: ThingChoice

  /// - Parameters:
  ///   - sources: what is said where.
  ///   - makeClientID: a client id for an owner, who cannot take the thing's.
  /// - Throws: `CommandFailure` if that contradicts itself or cannot be used.
  init(
    _ sources: EffectiveOptions.Sources, makeClientID: () -> String
  ) throws(CommandFailure) {
    let effective: EffectiveOptions
    do throws(OptionFault) { effective = try EffectiveOptions(sources) } catch {
      throw CommandFailure(error)
    }
    func text(_ setting: Setting) -> String? { effective[setting]?.value.text }
    self.effective = effective
    configuration = sources.configuration
    darkness =
      sources.refusesProfiles || configuration?.isReadable ?? true
      ? [] : configuration?.faults ?? []
    choice = ThingChoice(
      thingDir: text(.thingDir), batch: text(.batch), owner: text(.asOwner), thing: text(.thing),
      endpoint: text(.endpoint) ?? "", ca: text(.ca),
      clientID: text(.clientID) ?? (effective[.asOwner] == nil ? nil : makeClientID()),
      shadow: text(.shadow), keepAliveSeconds: effective[.keepAlive]?.value.seconds)
    if let owner = effective[.asOwner], choice.thing == nil {
      throw CommandFailure(
        status: .usage, what: "Name the thing that the owner acts for: --thing NAME.",
        cause: "\(owner.origin.words) names no thing of its own.", remedy: "")
    }
  }

  /// Whether a folder or batch is named where the thing's files are.
  var namesThing: Bool { Setting.sources.contains { effective[$0] != nil } }

  /// Whether nothing may be changed, as also where a file that cannot be read may say so.
  var isReadOnly: Bool { effective[.readOnly]?.value.flag ?? !darkness.isEmpty }

  /// Has the choice tell the thing's presence, if that is wished.
  ///
  /// - Throws: `CommandFailure` if it contradicts something else that is wished.
  mutating func takePresence() throws(CommandFailure) {
    guard let wish = effective[.presence], wish.value.flag == true else { return }
    if let reading = effective[.readOnly], isReadOnly {
      throw CommandFailure(
        status: .usage, what: "Presence changes the shadow, and this connection is read-only.",
        cause: "\(wish.origin.words) asks for the one, \(reading.origin.words) for the other.",
        remedy: "Add --no-presence to watch, or --no-read-only to be seen.")
    }
    if let owner = effective[.asOwner] {
      throw CommandFailure(
        status: .usage, what: "Only the thing itself can tell its presence.",
        cause: "\(owner.origin.words) makes this the connection of somebody else.",
        remedy: "Add --no-presence.")
    }
    choice.tellsPresence = true
  }

  /// The profiles of the file, as the start screen lists them.
  var profiles: [StartProfile] {
    (configuration?.profiles ?? []).map { profile in
      let parts = [Setting.thing, .thingDir, .batch, .endpoint].compactMap { setting in
        profile.entries[setting].map { "\($0.value)" }
      }
      return StartProfile(name: profile.name, note: parts.joined(separator: "  "))
    }
  }

  /// What in the file of settings keeps profiles from being found.
  var warnings: [String] {
    guard let configuration, !configuration.isReadable else { return [] }
    return configuration.faults.map(\.description)
  }

  /// Insists on a thing and a broker, for commands that can ask nobody.
  ///
  /// - Throws: `CommandFailure` that tells what is missing.
  func requireThing() throws(CommandFailure) {
    let known = configuration?.profiles.map(\.name) ?? []
    let remedy =
      !darkness.isEmpty
      ? "Or correct the file of settings: `shadowscope config` names what is wrong in it."
      : known.isEmpty
        ? "Or keep it in a profile: `shadowscope init` asks and writes it."
        : "Or name a profile with --profile: \(SettingsFault.list(known))."
    guard namesThing else {
      throw CommandFailure(
        status: .usage,
        what: "Name the thing: --thing-dir FOLDER, --batch FOLDER, or --as-owner FOLDER "
          + "--thing NAME.", cause: "", remedy: remedy)
    }
    guard effective[.endpoint] != nil else {
      throw CommandFailure(
        status: .usage, what: "Name the broker: --endpoint HOST[:PORT].", cause: "",
        remedy: remedy)
    }
  }

  /// Insists that something may be changed.
  ///
  /// - Throws: `CommandFailure` that tells what forbids it.
  func requireWriting() throws(CommandFailure) {
    guard isReadOnly else { return }
    guard let choice = effective[.readOnly] else {
      throw CommandFailure(
        status: .badData,
        what: "Nothing was sent: the file of settings cannot be read, and may forbid it.",
        cause: darkness.first?.description ?? "",
        remedy:
          "Correct the file; --no-profile does without it, --no-read-only publishes all the same.")
    }
    throw CommandFailure(
      status: .usage, what: "Nothing was sent: this connection is read-only.",
      cause: "\(choice.origin.words) says so.", remedy: "To publish all the same: --no-read-only.")
  }
}

extension CommandFailure {
  init(_ fault: OptionFault) {
    switch fault {
    case .contradiction(let one, let other):
      self.init(
        status: .usage, what: "\(one.words) and \(other.words) contradict each other.",
        cause: "Both say where the thing's files are.", remedy: "Give only one of them.")
    case .wrongVariable(let name, let words):
      self.init(
        status: .usage, what: "\(name) in the environment cannot be used: \(words)", cause: "",
        remedy: "Correct it, or take it away: unset \(name).")
    case .unknownProfile(let name, let origin, let file, let known, let meant):
      let place = file.map { " in \($0)" } ?? ""
      let hint = meant.map { " Did you mean “\($0)”?" } ?? ""
      let list = SettingsFault.list(known)
      self.init(
        status: .usage, what: "There is no profile “\(name)”\(place).\(hint)",
        cause: "\(origin.words) names it; \(list).",
        remedy: "`shadowscope init` makes a profile.")
    case .faulty(let faults):
      self.init(
        status: .badData, what: faults.first?.description ?? "The profile cannot be used.",
        cause: "",
        remedy: "Correct the file: `shadowscope config` names all that is wrong in it. "
          + "--no-profile does without.",
        excerpt: faults.dropFirst().map(\.description))
    }
  }
}
