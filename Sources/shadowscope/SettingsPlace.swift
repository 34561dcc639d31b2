import ArgumentParser
import Settings

/// Which file of settings counts.
struct SettingsPlace: ParsableArguments {
  /// The variable that names the file.
  static let variable = "SHADOWSCOPE_CONFIG"

  @Option(
    help: ArgumentHelp(
      "The file of settings. Otherwise SHADOWSCOPE_CONFIG, then config.toml in "
        + "~/.config/shadowscope.", valueName: "file"))
  var config: String?

  /// Reads the file that counts; nothing is set where there is none.
  ///
  /// - Throws: `CommandFailure` if it was named and is not there.
  func read() throws(CommandFailure) -> Configuration? { try Self.read(naming: config) }

  /// The file that counts, which need not be there; nil without a home.
  ///
  /// The option is the file that the command line names, if it does.
  static func path(naming option: String?) -> String? {
    named(option) ?? Environment.configurationFolder.map { "\($0)/config.toml" }
  }

  /// Reads the file that counts, as above; nothing is set where there is none.
  ///
  /// - Throws: `CommandFailure` if it was named and is not there.
  static func read(naming option: String?) throws(CommandFailure) -> Configuration? {
    guard let path = path(naming: option) else { return nil }
    if let named = named(option), !SettingsFile.exists(named) {
      throw CommandFailure(
        status: .noInput, what: "There is no file of settings at \(named).",
        cause: option == nil ? "\(variable) names it." : "--config names it.",
        remedy: "Correct the path, or let `shadowscope init` write the file.")
    }
    return Configuration.read(path)
  }

  private static func named(_ option: String?) -> String? {
    option ?? Environment.settings[variable].map(Environment.expanding)
  }
}

extension EffectiveOptions.Sources {
  /// What is said where, by this process's arguments, its environment and the file of settings.
  ///
  /// - Parameters:
  ///   - options: what is on the command line.
  ///   - profile: the profile that it names.
  ///   - refusesProfiles: whether it refuses all of them.
  ///   - place: which file counts.
  /// - Throws: `CommandFailure` if the file was named and is not there.
  init(
    _ options: [Setting: SettingValue], profile: String?, refusesProfiles: Bool,
    from place: SettingsPlace
  ) throws(CommandFailure) {
    self.init()
    self.options = options
    self.profile = profile
    self.refusesProfiles = refusesProfiles
    environment = Environment.settings
    configuration = try place.read()
    home = Environment.homeFolder
  }
}
