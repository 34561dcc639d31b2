import Shadow
import Thing

/// What holds in the end for every setting, and where each of them comes from.
///
/// The ranks are: command line, environment, profile, the file outside of profiles. Within them some
/// settings belong together, so that a higher rank replaces them as a whole: a folder or batch comes
/// with its thing, client id and shadow; a thing with its client id and shadow; an endpoint with its
/// CA. What is left unsaid has no entry.
package struct EffectiveOptions: Sendable {
  /// A value and its origin.
  package struct Choice: Hashable, Sendable {
    package let setting: Setting
    /// Paths are absolute, or relative to the working directory.
    package let value: SettingValue
    package let origin: SettingOrigin
  }

  /// A choice that does not count, and the one because of which it does not.
  package struct LeftOut: Hashable, Sendable {
    package let choice: Choice
    package let because: Choice
  }

  /// What is said where.
  package struct Sources: Sendable {
    /// The options of the command line.
    package var options: [Setting: SettingValue] = [:]
    /// The profile that the command line names.
    package var profile: String?
    /// Whether no profile is to be used, not even the one that the file names.
    package var refusesProfiles = false
    /// Variables by name; those that are empty count as not set.
    package var environment: [String: String] = [:]
    /// The file of settings, if there is one.
    package var configuration: Configuration?
    /// The person's own folder, for `~` in front of a path.
    package var home: String?

    package init() {}
  }

  /// The variable that names a profile.
  package static let profileVariable = "SHADOWSCOPE_PROFILE"

  /// The profile in use, and what named it.
  package let profile: (profile: Profile, origin: SettingOrigin)?
  private var choices: [Setting: Choice] = [:]
  /// What does not count, highest rank first.
  package private(set) var leftOut: [LeftOut] = []

  /// The choice for a setting; nil if nothing is said.
  package subscript(setting: Setting) -> Choice? { choices[setting] }

  /// Puts together what is said.
  ///
  /// - Throws: `OptionFault` if that contradicts itself or cannot be used.
  package init(_ sources: Sources) throws(OptionFault) {
    profile = try Self.profile(of: sources)
    let ranks = [
      Self.commandLine(sources), try Self.environment(sources),
      Self.profileEntries(profile?.profile, sources), Self.file(sources),
    ]
    for rank in ranks { try Self.checkContradictions(rank) }
    var places: [Setting: Int] = [:]
    for (place, rank) in ranks.enumerated() {
      for setting in Setting.allCases {
        guard let choice = rank[setting] else { continue }
        // Only what is of a higher rank can be in the way.
        let higher = choices.filter { places[$0.key].map { $0 < place } ?? false }
        if let because = Self.obstacle(to: choice, of: rank, in: higher) {
          leftOut.append(LeftOut(choice: choice, because: because))
        } else {
          (choices[setting], places[setting]) = (choice, place)
        }
      }
    }
  }

  /// What a choice gives way to.
  private static func obstacle(
    to choice: Choice, of rank: [Setting: Choice], in higher: [Setting: Choice]
  ) -> Choice? {
    if let same = higher[choice.setting] { return same }
    let source = Setting.sources.lazy.compactMap { higher[$0] }.first
    switch choice.setting {
    case .thingDir, .batch, .asOwner, .thing: return source
    case .clientID, .shadow:
      if let source { return source }
      // What a rank says of no thing in particular holds for every thing.
      guard let thing = higher[.thing], let own = rank[.thing], own.value != thing.value else {
        return nil
      }
      return thing
    case .ca:
      guard let endpoint = higher[.endpoint], let own = rank[.endpoint],
        !own.hasSameHost(as: endpoint)
      else { return nil }
      return endpoint
    case .endpoint, .keepAlive, .readOnly, .presence, .theme: return nil
    }
  }

  private static func checkContradictions(_ rank: [Setting: Choice]) throws(OptionFault) {
    let named = Setting.sources.compactMap { rank[$0] }
    guard named.count > 1 else { return }
    throw .contradiction(named[0].origin, named[1].origin)
  }
}

// MARK: The ranks

extension EffectiveOptions {
  private static func commandLine(_ sources: Sources) -> [Setting: Choice] {
    choices(sources.options) { .option($0.option) }
  }

  private static func environment(_ sources: Sources) throws(OptionFault) -> [Setting: Choice] {
    var values: [Setting: SettingValue] = [:]
    for setting in Setting.allCases {
      guard let text = sources.environment[setting.variable], !text.isEmpty else { continue }
      values[setting] = try value(of: text, for: setting, home: sources.home)
    }
    return choices(values) { .variable($0.variable) }
  }

  private static func profileEntries(
    _ profile: Profile?, _ sources: Sources
  ) -> [Setting: Choice] {
    guard let profile, let configuration = sources.configuration else { return [:] }
    var choices: [Setting: Choice] = [:]
    for (setting, entry) in profile.entries {
      var value = entry.value
      if setting.kind == .path, case .text(let path) = value {
        value = .text(expanding(path, home: sources.home, folder: configuration.folder))
      }
      choices[setting] = Choice(
        setting: setting, value: value,
        origin: .profile(profile.name, file: configuration.file, line: entry.line))
    }
    return choices
  }

  private static func file(_ sources: Sources) -> [Setting: Choice] {
    guard let configuration = sources.configuration, let theme = configuration.theme else {
      return [:]
    }
    return [
      .theme: Choice(
        setting: .theme, value: .text(theme.name),
        origin: .file(configuration.file, line: theme.line))
    ]
  }

  private static func choices(
    _ values: [Setting: SettingValue], _ origin: (Setting) -> SettingOrigin
  ) -> [Setting: Choice] {
    var choices: [Setting: Choice] = [:]
    for (setting, value) in values {
      choices[setting] = Choice(setting: setting, value: value, origin: origin(setting))
    }
    return choices
  }

  private static func value(
    of text: String, for setting: Setting, home: String?
  ) throws(OptionFault) -> SettingValue {
    func wrong(_ words: String) -> OptionFault {
      .wrongVariable(setting.variable, words: words)
    }
    switch setting.kind {
    case .flag:
      switch text.lowercased() {
      case "1", "true", "yes", "on": return .flag(true)
      case "0", "false", "no", "off": return .flag(false)
      default: throw wrong("It wants \(setting.wanted).")
      }
    case .seconds:
      guard let seconds = Int(text), Setting.keepAliveRange.contains(seconds) else {
        throw wrong("It wants \(setting.wanted).")
      }
      return .seconds(seconds)
    case .text, .path:
      if let words = setting.fault(in: text) { throw wrong(words) }
      return .text(setting.kind == .path ? expanding(text, home: home, folder: nil) : text)
    }
  }

  /// A path with the home folder in place of `~`, as a shell would have it, and a relative one in a
  /// folder.
  package static func expanding(_ path: String, home: String?, folder: String?) -> String {
    if path == "~" || path.hasPrefix("~/"), let home { return home + path.dropFirst() }
    guard !path.hasPrefix("/"), let folder else { return path }
    return "\(folder)/\(path)"
  }

  // MARK: The profile

  private static func profile(
    of sources: Sources
  ) throws(OptionFault) -> (profile: Profile, origin: SettingOrigin)? {
    guard !sources.refusesProfiles else { return nil }
    let configuration = sources.configuration
    let name: String
    let origin: SettingOrigin
    if let option = sources.profile {
      (name, origin) = (option, .option("--profile"))
    } else if let variable = sources.environment[profileVariable], !variable.isEmpty {
      (name, origin) = (variable, .variable(profileVariable))
    } else if let configuration, let (standard, line) = configuration.defaultProfile {
      (name, origin) = (standard, .file(configuration.file, line: line))
    } else if let fault = configuration?.defaultFault {
      // Which one was meant, and what it forbids, nobody can tell.
      throw .faulty([fault])
    } else {
      return nil
    }
    if let configuration, !configuration.isReadable { throw .faulty(configuration.faults) }
    if case .file = origin, let fault = configuration?.missingDefault { throw .faulty([fault]) }
    guard let configuration, let profile = configuration.profile(named: name) else {
      let known = configuration?.profiles.map(\.name) ?? []
      throw .unknownProfile(
        name, origin: origin, file: configuration?.file, known: known,
        meant: Spelling.nearest(to: name, among: known))
    }
    guard profile.faults.isEmpty else { throw .faulty(profile.faults) }
    return (profile, origin)
  }
}

extension EffectiveOptions.Choice {
  /// Whether two endpoints differ in their ports at most.
  fileprivate func hasSameHost(as other: EffectiveOptions.Choice) -> Bool {
    guard let own = value.text, let others = other.value.text,
      let left = try? Endpoint(parsing: own), let right = try? Endpoint(parsing: others)
    else { return value == other.value }
    return left.host.lowercased() == right.host.lowercased()
  }
}
