import Canvas
import JSON
import Settings
import Thing

/// Which settings hold, for people and for machines.
struct ConfigReport {
  private let options: ResolvedOptions
  /// The broker that was used last; empty if none was.
  private let remembered: String

  init(_ options: ResolvedOptions, remembered: String) {
    self.options = options
    self.remembered = remembered
  }

  // MARK: For people

  /// The settings as a table, free of anything that a terminal would act on; where it does not fit,
  /// each setting in lines of its own.
  ///
  /// - Parameter width: columns that there are; nil if that does not matter.
  /// - Returns: the lines, without trailing spaces.
  func lines(width: Int?) -> [String] {
    let rows = Setting.allCases.map(row)
    let head = heading + [""]
    let names = rows.map { TextWidth.columns($0.name) }.max() ?? 0
    let values = rows.map { TextWidth.columns($0.value) }.max() ?? 0
    let widest = rows.map { TextWidth.columns($0.origin) }.max() ?? 0
    var lines: [String]
    if width.map({ names + values + widest + 4 <= $0 }) ?? true {
      lines = rows.map {
        Self.padded($0.name, names) + "  " + Self.padded($0.value, values) + "  " + $0.origin
      }
    } else {
      lines = rows.flatMap { row in
        let first = Self.padded(row.name, names) + "  " + row.value
        let fits = TextWidth.columns(first) <= width ?? 0
        return (fits ? [first] : [row.name, "  " + row.value]) + ["  " + row.origin]
      }
    }
    let leftOut = options.effective.leftOut.map { left in
      Self.safe(
        "\(left.choice.setting.rawValue) \(left.choice.value), \(words(left.choice.origin)): "
          + "\(left.because.setting.rawValue) of \(words(left.because.origin)) comes first")
    }
    if !leftOut.isEmpty { lines += ["", "not used:"] + leftOut.map { "  " + $0 } }
    return head + lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }
  }

  private var heading: [String] {
    let file =
      options.configuration.map { configuration in
        SettingsFile.exists(configuration.file)
          ? configuration.file : "\(configuration.file) (not there)"
      } ?? "none"
    var lines = ["file     \(Self.safe(file))"]
    if let (profile, origin) = options.effective.profile {
      lines.append("profile  \(Self.safe(profile.name)), by \(words(origin))")
    } else if options.configuration?.isReadable == false {
      lines.append("profile  unknown; the file cannot be read")
    } else {
      let known = options.configuration?.profiles.map(\.name) ?? []
      lines.append("profile  none; \(Self.safe(SettingsFault.list(known)))")
    }
    return lines
  }

  private func row(_ setting: Setting) -> (name: String, value: String, origin: String) {
    if let choice = options.effective[setting] {
      return (setting.rawValue, Self.safe("\(choice.value)"), words(choice.origin))
    }
    guard let value = Self.standardValue(setting) else {
      return (setting.rawValue, "-", standard(setting))
    }
    return (setting.rawValue, "\(value)", "default")
  }

  /// Where a choice comes from; the file is named above already.
  private func words(_ origin: SettingOrigin) -> String {
    switch origin {
    case .option, .variable: Self.safe(origin.words)
    case .profile(let name, _, let line): "profile \(Self.safe(name)), line \(line)"
    case .file(_, let line): "the file, line \(line)"
    }
  }

  /// What holds where nothing is said, if that is one value.
  private static func standardValue(_ setting: Setting) -> SettingValue? {
    switch setting {
    case .keepAlive: .seconds(LinkConfiguration.usualKeepAlive)
    case .readOnly, .presence: .flag(false)
    case .theme: .text("dark")
    case .thingDir, .batch, .asOwner, .thing, .endpoint, .ca, .clientID, .shadow: nil
    }
  }

  /// What happens where nothing is said.
  private func standard(_ setting: Setting) -> String {
    switch setting {
    case .thingDir, .batch, .asOwner: options.namesThing ? "" : "the monitor asks"
    case .thing:
      options.effective[.thingDir] != nil
        ? "default: the folder's name" : "the monitor asks, unless there is only one"
    case .endpoint:
      remembered.isEmpty
        ? "the monitor asks" : "the monitor asks, suggesting \(Self.safe(remembered))"
    case .ca: "default: beside the thing, else the system's Amazon roots"
    case .clientID:
      options.effective[.asOwner] == nil ? "default: the thing's name" : "default: at random"
    case .shadow: "default: the classic shadow"
    case .keepAlive, .readOnly, .presence, .theme: "default"
    }
  }

  private static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - TextWidth.columns(text)))
  }

  private static func safe(_ text: String) -> String { SafeText.escaped(text) }

  // MARK: For machines

  /// The same as one document: `file`, `profile`, `settings`, `notUsed`, `faults`.
  var json: JSONValue {
    var settings = JSONObject()
    for setting in Setting.allCases {
      if let choice = options.effective[setting] {
        settings.append(key: setting.rawValue, value: .object(Self.members(choice)))
      } else if let value = Self.standardValue(setting) {
        settings.append(
          key: setting.rawValue, value: ["value": Self.json(value), "from": "default"])
      }
    }
    let notUsed = options.effective.leftOut.map { left in
      var members: JSONObject = ["setting": .string(left.choice.setting.rawValue)]
      members.append(contentsOf: Self.members(left.choice))
      members.append(key: "because", value: .object(Self.place(left.because.origin)))
      return JSONValue.object(members)
    }
    let faults = (options.configuration?.allFaults ?? []).map { fault in
      var members: JSONObject = ["file": .string(fault.file)]
      if let line = fault.line { members.append(key: "line", value: .number(JSONNumber(line))) }
      members.append(key: "fault", value: .string(fault.description))
      return JSONValue.object(members)
    }
    var profile = JSONValue.null
    if let (used, origin) = options.effective.profile {
      var members: JSONObject = ["name": .string(used.name)]
      members.append(contentsOf: Self.place(origin))
      profile = .object(members)
    }
    return .object([
      "file": options.configuration.map { .string($0.file) } ?? .null, "profile": profile,
      "profiles": .array((options.configuration?.profiles ?? []).map { .string($0.name) }),
      "settings": .object(settings), "notUsed": .array(notUsed), "faults": .array(faults),
    ])
  }

  private static func members(_ choice: EffectiveOptions.Choice) -> JSONObject {
    var members: JSONObject = ["value": json(choice.value)]
    members.append(contentsOf: place(choice.origin))
    return members
  }

  private static func json(_ value: SettingValue) -> JSONValue {
    switch value {
    case .text(let text): .string(text)
    case .flag(let flag): .bool(flag)
    case .seconds(let seconds): .number(JSONNumber(seconds))
    }
  }

  private static func place(_ origin: SettingOrigin) -> JSONObject {
    switch origin {
    case .option(let name): ["from": "option", "option": .string(name)]
    case .variable(let name): ["from": "environment", "variable": .string(name)]
    case .profile(let name, let file, let line):
      [
        "from": "profile", "profile": .string(name), "file": .string(file),
        "line": .number(JSONNumber(line)),
      ]
    case .file(let file, let line):
      ["from": "file", "file": .string(file), "line": .number(JSONNumber(line))]
    }
  }
}

extension JSONObject {
  /// Adds the members of another at the end.
  fileprivate mutating func append(contentsOf other: JSONObject) {
    for member in other { append(key: member.key, value: member.value) }
  }
}
