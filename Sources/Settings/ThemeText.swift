import Canvas
import Shadow

/// What one theme's file says, before its parents are asked.
struct ThemeText: Sendable {
  /// A look as written: what is left out is nil.
  struct Look: Sendable {
    var foreground: ColourText?
    var background: ColourText?
    var bold = false
    var dim = false
    var underline = false
    var reverse = false
    /// The line on which the role stands.
    let line: Int
  }

  enum Ground: Sendable {
    case dark, light
    case painted(ColourText)
  }

  let file: String
  /// The parent's name and the line that names it.
  private(set) var inherits: (name: String, line: Int)?
  private(set) var ground: (Ground, line: Int)?
  private(set) var licence: String?
  private(set) var palette: [String: ColourText] = [:]
  private(set) var looks: [Role: Look] = [:]
  /// What was skipped.
  private(set) var faults: [SettingsFault] = []

  /// Reads a theme; what cannot be used is skipped and named in ``faults``.
  ///
  /// - Parameters:
  ///   - text: any text.
  ///   - file: how faults name it.
  /// - Throws: `SettingsFault` if it is no TOML at all.
  init(_ text: String, file: String) throws(SettingsFault) {
    let content = try SettingsText(text, file: file)
    self.file = file
    for entry in content.entries { read(entry) }
  }

  private static let entries = ["name", "inherits", "background", "licence", "palette", "roles"]

  private mutating func read(_ entry: SettingsText.Entry) {
    switch entry.key {
    case "name":
      // The file's name is what chooses a theme; this one is for whoever reads the file.
      if entry.value.text == nil { wrong(entry, wanted: "a text") }
    case "licence":
      licence = entry.value.text
      if licence == nil { wrong(entry, wanted: "a text") }
    case "inherits":
      guard let name = entry.value.text else { return wrong(entry, wanted: "a theme's name") }
      inherits = (name, entry.line)
    case "background":
      switch entry.value.text {
      case "dark": ground = (.dark, entry.line)
      case "light": ground = (.light, entry.line)
      default:
        guard let colour = ColourText(entry.value), colour != .colour(.terminal) else {
          return wrong(entry, wanted: "\"dark\", \"light\" or a colour")
        }
        ground = (.painted(colour), entry.line)
      }
    case "palette":
      guard let colours = entry.value.table else { return wrong(entry, wanted: "a table") }
      for colour in colours { readPalette(colour) }
    case "roles":
      guard let roles = entry.value.table else { return wrong(entry, wanted: "a table") }
      for role in roles { readRole(role) }
    default:
      skip(
        entry,
        .unknownEntry(
          entry.key, meant: Spelling.nearest(to: entry.key, among: Self.entries)))
    }
  }

  private mutating func readPalette(_ entry: SettingsText.Entry) {
    guard let colour = ColourText(entry.value) else {
      return skip(entry, .unknownColour(entry.value.written, in: entry.key, meant: nil))
    }
    if case .name(let name) = colour {
      // A palette names colours, not other names: so no circle of names can come about.
      guard let terminal = Colour(terminalName: name) else {
        let meant = Spelling.nearest(to: name, among: Colour.terminalNames)
        return skip(entry, .unknownColour(name, in: entry.key, meant: meant))
      }
      palette[entry.key] = .colour(terminal)
    } else {
      palette[entry.key] = colour
    }
  }

  private mutating func readRole(_ entry: SettingsText.Entry) {
    guard let role = Role(rawValue: entry.key) else {
      return skip(entry, .unknownRole(entry.key, meant: Self.roleMeant(by: entry)))
    }
    guard let attributes = entry.value.table else {
      return wrong(entry, wanted: "a table such as { fg = \"red\", bold = true }")
    }
    var look = Look(line: entry.line)
    for attribute in attributes {
      switch attribute.key {
      case "fg", "bg":
        guard let colour = ColourText(attribute.value) else {
          skip(
            attribute, .unknownColour(attribute.value.written, in: role.rawValue, meant: nil))
          continue
        }
        if attribute.key == "fg" { look.foreground = colour } else { look.background = colour }
      case "bold", "dim", "underline", "reverse":
        guard let flag = attribute.value.flag else {
          skip(
            attribute, .wrongValue(of: "\(role.rawValue).\(attribute.key)", wanted: "true or false")
          )
          continue
        }
        switch attribute.key {
        case "bold": look.bold = flag
        case "dim": look.dim = flag
        case "underline": look.underline = flag
        default: look.reverse = flag
        }
      default:
        let meant = Spelling.nearest(
          to: attribute.key, among: ["fg", "bg", "bold", "dim", "underline", "reverse"])
        skip(attribute, .unknownEntry("\(role.rawValue).\(attribute.key)", meant: meant))
      }
    }
    looks[role] = look
  }

  /// The role that was perhaps meant: `value.changed = …` without quotes is a table in a table.
  private static func roleMeant(by entry: SettingsText.Entry) -> String? {
    var name = entry.key
    var value = entry.value
    while let inner = value.table?.first, value.table?.count == 1 {
      name += ".\(inner.key)"
      if Role(rawValue: name) != nil { return name }
      value = inner.value
    }
    return Spelling.nearest(to: entry.key, among: Role.allCases.map(\.rawValue))
  }

  private mutating func wrong(_ entry: SettingsText.Entry, wanted: String) {
    skip(entry, .wrongValue(of: entry.key, wanted: wanted))
  }

  private mutating func skip(_ entry: SettingsText.Entry, _ kind: SettingsFault.Kind) {
    faults.append(SettingsFault(file: file, line: entry.line, kind: kind))
  }
}

extension SettingsText.Value {
  /// The value as a fault quotes it.
  var written: String {
    switch self {
    case .text(let text): text
    case .flag(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .fraction(let number): "\(number)"
    case .list: "[…]"
    case .table: "{…}"
    case .other: "…"
    }
  }
}
