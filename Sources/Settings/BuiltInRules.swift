import Shadow

/// The files of rules that the program holds.
package enum BuiltInRules {
  /// Their names, sorted.
  package static let names = ["weather-station"]

  /// The text of one; nil if there is none of this name.
  package static func text(of name: String) -> String? {
    name == "weather-station"
      ? String(decoding: PackageResources.weather_station_toml, as: UTF8.self) : nil
  }

  /// The device of the demo.
  package static var weatherStation: RulesText {
    let name = "weather-station"
    return RulesText(text(of: name) ?? "", file: name)
  }

  /// The name that a misspelt one may have meant, if one is near.
  package static func nearest(to name: String) -> String? {
    Spelling.nearest(to: name, among: names)
  }
}
