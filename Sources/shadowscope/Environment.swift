import Glibc
import Settings

/// The environment as the program reads it; the sandbox looks for programs in `PATH` by itself.
enum Environment {
  /// What is known about the terminal; unset variables are left out.
  static var terminal: [String: String] {
    variables([
      "TERM", "COLORTERM", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "LINES", "COLUMNS",
      "TERM_PROGRAM", "TMUX", "STY", "VTE_VERSION", "TERMINFO", "TERMINFO_DIRS", "HOME",
    ])
  }

  /// What names the person's editor and the folder for its file; unset variables are left out.
  static var editor: [String: String] {
    variables(["VISUAL", "EDITOR", "PATH", "XDG_RUNTIME_DIR", "TMPDIR"])
  }

  /// What chooses a thing, a broker and a profile; unset variables are left out.
  static var settings: [String: String] {
    variables(
      [SettingsPlace.variable, EffectiveOptions.profileVariable]
        + Setting.allCases.map(\.variable)
    ).filter { !$0.value.isEmpty }
  }

  private static func variables(_ names: [String]) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        getenv(name).map { (name, String(cString: $0)) }
      })
  }

  /// The person's own folder.
  static var homeFolder: String? { value("HOME") }

  /// A path with the home folder in place of `~`, as a shell would have it.
  static func expanding(_ path: String) -> String {
    EffectiveOptions.expanding(path, home: homeFolder, folder: nil)
  }

  /// The folder of what is kept from run to run; nil where there is no place for it.
  static var stateFolder: String? { ownFolder("XDG_STATE_HOME", ".local/state") }

  /// The file of what is remembered from run to run; nil where there is no place for it.
  static var stateFile: String? { stateFolder.map { "\($0)/state.json" } }

  /// The folder for temporary files.
  static var temporaryFolder: String { value("TMPDIR") ?? "/tmp" }

  /// The folder of the person's settings, `shadowscope` in `XDG_CONFIG_HOME` or `~/.config`; nil
  /// without a home.
  static var configurationFolder: String? { ownFolder("XDG_CONFIG_HOME", ".config") }

  /// Our folder in a base folder, which a variable names, else its place in the person's home.
  private static func ownFolder(_ variable: String, _ inHome: String) -> String? {
    // A relative path is to be ignored (XDG Base Directory Specification).
    let base = value(variable).flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (base ?? homeFolder.map { "\($0)/\(inHome)" }).map { "\($0)/shadowscope" }
  }

  /// Whether colours are unwanted (no-color.org).
  static var wantsNoColour: Bool { value("NO_COLOR") != nil }

  /// Whether the terminal is at the other end of ssh.
  static var isRemote: Bool { value("SSH_CONNECTION") != nil || value("SSH_TTY") != nil }

  /// A variable that is set and not empty.
  private static func value(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
