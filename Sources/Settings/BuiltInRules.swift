import Shadow

/// The files of rules that the program holds.
package enum BuiltInRules {
  /// Their names, sorted.
  package static let names = ["soil-probe", "weather-station"]

  /// The text of one; nil if there is none of this name.
  package static func text(of name: String) -> String? {
    switch name {
    case "soil-probe": String(decoding: PackageResources.soil_probe_toml, as: UTF8.self)
    case "weather-station": String(decoding: PackageResources.weather_station_toml, as: UTF8.self)
    default: nil
    }
  }

  /// The device of the demo.
  package static var weatherStation: RulesText { named("weather-station") }

  /// The networked thing of the demo.
  package static var soilProbe: RulesText { named("soil-probe") }

  private static func named(_ name: String) -> RulesText {
    RulesText(text(of: name) ?? "", file: name)
  }

  /// The name that a misspelt one may have meant, if one is near.
  package static func nearest(to name: String) -> String? {
    Spelling.nearest(to: name, among: names)
  }
}
