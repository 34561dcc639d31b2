import ArgumentParser
import Canvas
import Monitor
import Sandbox
import Settings
import Terminal

/// The options of commands that open a screen.
struct ScreenOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The colours; shadowscope themes lists them. Otherwise SHADOWSCOPE_THEME, then config.toml.",
      valueName: "name"))
  var theme: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Only watch: refuse everything that would change the shadow.")
  var readOnly: Bool?
}

/// What the person has set, from the file of settings and the environment.
struct PersonalSettings {
  let configuration: Configuration?
  let folders: ThemeFolders

  /// The profile in use, whose theme and keys come before those of the file.
  let profile: Profile?

  /// Reads the file of settings, if there is one.
  ///
  /// - Throws: `CommandFailure` if it was named and is not there.
  init() throws(CommandFailure) {
    self.init(try SettingsPlace.read(naming: nil), profile: nil)
  }

  /// Takes what a command has read already.
  init(_ options: ResolvedOptions) {
    self.init(options.configuration, profile: options.effective.profile?.profile)
  }

  private init(_ configuration: Configuration?, profile: Profile?) {
    self.configuration = configuration
    self.profile = profile
    folders = ThemeFolders(
      configuration: Environment.configurationFolder, program: Executable.ownFolder)
  }

  /// How the screen looks and which keys it has.
  ///
  /// - Parameter option: the theme of the command line; nil without one.
  /// - Returns: the look; what could not be used is in its notices.
  /// - Throws: `CommandFailure` if there is no theme of that name; elsewhere a wrong name is a notice.
  func look(theme option: String?) throws(CommandFailure) -> ScreenLook {
    let keys = configuration?.keyMap(with: profile)
    var faults = (configuration?.faults ?? []) + (keys?.faults ?? [])
    let theme = try theme(option, &faults)
    return ScreenLook(
      styles: theme.styles, keys: keys?.map ?? KeyMap(),
      takesMouse: configuration?.mouse ?? !Environment.isRemote,
      notices: (faults + theme.faults).map(\.description))
  }

  /// The theme of a name, as a command that is about it wants it.
  func theme(named name: String) throws(CommandFailure) -> LoadedTheme {
    if let theme = folders.theme(named: name) { return theme }
    let meant = folders.nearest(to: name).map { " Did you mean “\($0)”?" } ?? ""
    throw CommandFailure(
      status: .usage, what: "There is no theme “\(name)”.\(meant)", cause: "",
      remedy: "shadowscope themes lists them.")
  }

  private func theme(
    _ option: String?, _ faults: inout [SettingsFault]
  ) throws(CommandFailure) -> LoadedTheme {
    let chosen = try option.map { name throws(CommandFailure) in try theme(named: name) }
    if Environment.wantsNoColour {
      return folders.theme(named: "mono") ?? LoadedTheme(theme: .mono)
    }
    if let chosen { return chosen }
    var wishes: [(name: String, file: String, line: Int?)] = []
    if let name = Environment.settings[Setting.theme.variable] {
      wishes.append((name, Setting.theme.variable, nil))
    }
    if let configuration, let entry = profile?.entries[.theme] {
      wishes.append((entry.value.description, configuration.file, entry.line))
    }
    if let configuration, let (name, line) = configuration.theme {
      wishes.append((name, configuration.file, line))
    }
    for (name, file, line) in wishes {
      if let theme = folders.theme(named: name) { return theme }
      let kind = SettingsFault.Kind.unknownTheme(name, meant: folders.nearest(to: name))
      faults.append(SettingsFault(file: file, line: line, kind: kind))
    }
    return folders.theme(named: "dark") ?? LoadedTheme(theme: .dark)
  }
}

/// How a screen looks, and how it is asked.
struct ScreenLook {
  let styles: [Role: Style]
  let keys: KeyMap
  let takesMouse: Bool
  /// Whether nothing is ever staged or published.
  var isReadOnly = false
  /// What in the settings could not be used.
  let notices: [String]

  /// Takes the terminal.
  ///
  /// - Throws: `CommandFailure` if there is none to run on.
  func openScreen() throws(CommandFailure) -> Screen {
    do throws(ScreenError) {
      return try Screen(environment: Environment.terminal, styles: styles)
    } catch {
      throw CommandFailure(error)
    }
  }
}
