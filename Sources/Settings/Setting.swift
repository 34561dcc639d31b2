import Shadow
import Thing

/// One choice about a connection: an option of the command line, an environment variable and an
/// entry of a profile all in one.
package enum Setting: String, CaseIterable, Hashable, Sendable {
  case thingDir = "thing-dir"
  case batch
  case asOwner = "as-owner"
  case thing
  case endpoint
  case ca
  case clientID = "client-id"
  case shadow
  case keepAlive = "keep-alive"
  case readOnly = "read-only"
  case presence
  case theme

  /// What a value of it is.
  package enum Kind: Hashable, Sendable { case text, path, flag, seconds }

  /// Where the thing's files are: each of these excludes the others.
  package static let sources: [Setting] = [.thingDir, .batch, .asOwner]

  /// Seconds that a keep-alive may have; the library takes no fewer, AWS no more (device-shadow
  /// spec 10.4).
  package static let keepAliveRange = 5...1200

  package var kind: Kind {
    switch self {
    case .thingDir, .batch, .asOwner, .ca: .path
    case .thing, .endpoint, .clientID, .shadow, .theme: .text
    case .keepAlive: .seconds
    case .readOnly, .presence: .flag
    }
  }

  /// The name on the command line, for instance `--thing-dir`.
  package var option: String { "--\(rawValue)" }

  /// The name in the environment, for instance `SHADOWSCOPE_THING_DIR`.
  package var variable: String {
    "SHADOWSCOPE_" + rawValue.uppercased().replacing("-", with: "_")
  }

  /// What a value must be, to stand behind "wants".
  package var wanted: String {
    switch kind {
    case .text: "a text"
    case .path: "a path"
    case .flag: "true or false"
    case .seconds:
      "a number of seconds from \(Self.keepAliveRange.lowerBound) to "
        + "\(Self.keepAliveRange.upperBound)"
    }
  }

  /// What is wrong with a text as the value of this setting, in sentences; nil if nothing is.
  package func fault(in text: String) -> String? {
    switch self {
    case .endpoint:
      do throws(EndpointError) {
        _ = try Endpoint(parsing: text)
        return nil
      } catch {
        return "\(error.what) \(error.remedy)"
      }
    case .thing: return ShadowAddress(thing: text).nameFault.map { "\($0)." }
    case .shadow: return ShadowAddress(thing: "thing", shadow: text).nameFault.map { "\($0)." }
    case .clientID: return LinkConfiguration.fault(inClientID: text).map { "\($0)." }
    case .thingDir, .batch, .asOwner, .ca:
      if text.isEmpty { return "A path cannot be empty." }
      return text.utf8.contains(0) ? "A path cannot hold a NUL." : nil
    case .theme: return text.isEmpty ? "A theme has a name." : nil
    case .keepAlive, .readOnly, .presence: return nil
    }
  }
}

/// What was chosen for a setting.
package enum SettingValue: Hashable, Sendable, CustomStringConvertible {
  /// A text or a path.
  case text(String)
  case flag(Bool)
  case seconds(Int)

  package var text: String? { if case .text(let text) = self { text } else { nil } }
  package var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
  package var seconds: Int? { if case .seconds(let seconds) = self { seconds } else { nil } }

  /// As a person would write it.
  package var description: String {
    switch self {
    case .text(let text): text
    case .flag(let flag): flag ? "true" : "false"
    case .seconds(let seconds): "\(seconds)"
    }
  }
}

/// Where a value comes from.
package enum SettingOrigin: Hashable, Sendable {
  /// The command line, with the option's name.
  case option(String)
  /// The environment, with the variable's name.
  case variable(String)
  /// A profile, by its name, with the place of the entry.
  case profile(String, file: String, line: Int)
  /// The file of settings outside of any profile.
  case file(String, line: Int)

  /// For the person: `SHADOWSCOPE_CA`, `profile home, config.toml:12`.
  package var words: String {
    switch self {
    case .option(let name), .variable(let name): name
    case .profile(let name, let file, let line): "profile \(name), \(file):\(line)"
    case .file(let file, let line): "\(file):\(line)"
    }
  }
}
