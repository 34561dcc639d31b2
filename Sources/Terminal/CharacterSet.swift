import Glibc

/// Which characters the terminal is taken to understand, from the locale.
enum CharacterSet: Hashable {
  case utf8, ascii

  /// The name of the locale that the environment asks for: the first of `LC_ALL`, `LC_CTYPE` and
  /// `LANG` that is not empty, else `C`.
  static func locale(in environment: [String: String]) -> String {
    for variable in ["LC_ALL", "LC_CTYPE", "LANG"] {
      if let value = environment[variable], !value.isEmpty { return value }
    }
    return "C"
  }

  /// Sets the process's character type, which curses and `wcwidth` go by.
  ///
  /// Only that category: numbers and messages stay as they are. A UTF-8 locale that this machine
  /// lacks (usual over ssh) becomes `C.UTF-8`; with no locale asked for, or another character set,
  /// only ASCII is written.
  static func adopt(from environment: [String: String]) -> CharacterSet {
    let name = locale(in: environment)
    let wantsUTF8 = name.lowercased().contains("utf-8") || name.lowercased().contains("utf8")
    if setlocale(LC_CTYPE, name) == nil {
      setlocale(LC_CTYPE, wantsUTF8 ? "C.UTF-8" : "C")
    }
    guard let codeset = nl_langinfo(CInt(CODESET)) else { return .ascii }
    return String(cString: codeset) == "UTF-8" ? .utf8 : .ascii
  }
}
