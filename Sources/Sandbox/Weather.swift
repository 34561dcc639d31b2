import JSON
import Shadow

/// What the simulated weather station's sensors see: numbers that wander within their bounds.
struct Weather: Sendable {
  /// One sensor.
  enum Sensor: CaseIterable {
    case temperature, humidity, pressure, wind, position, signal, battery

    /// Where its reading stands, on the top level.
    var key: String {
      switch self {
      case .temperature: "temperature"
      case .humidity: "humidity"
      case .pressure: "pressure"
      case .wind: "wind"
      case .position: "latlng"
      case .signal, .battery: "tcxn"
      }
    }

    /// How often it changes, compared with the others.
    var weight: Int {
      switch self {
      case .temperature, .wind: 6
      case .humidity, .pressure: 4
      case .position, .signal: 2
      case .battery: 1
      }
    }

    /// Each sensor as often as its weight says.
    static let weighted = allCases.flatMap { Array(repeating: $0, count: $0.weight) }
  }

  /// Tenths of a degree Celsius.
  private var temperature = 184
  /// Percent.
  private var humidity = 63
  /// Tenths of a hectopascal.
  private var pressure = 10_132
  /// Tenths of a metre a second.
  private var wind = 41
  /// Hundred-thousandths of a degree, about a metre.
  private var latitude = 5_991_390
  private var longitude = 1_075_220
  /// Percent.
  private var signal = 71
  /// Percent.
  private var battery = 97

  /// All readings.
  var readings: JSONObject {
    var all = JSONObject()
    for sensor in Sensor.allCases { all.merge(reading(of: sensor)) }
    return all
  }

  /// A sensor's reading, as the part of `reported` that it is.
  func reading(of sensor: Sensor) -> JSONObject {
    switch sensor {
    case .temperature: ["temperature": .decimal(temperature, places: 1)]
    case .humidity: ["humidity": .number(JSONNumber(humidity))]
    case .pressure: ["pressure": .decimal(pressure, places: 1)]
    case .wind: ["wind": .decimal(wind, places: 1), "status": .string(status)]
    case .position:
      [
        "latlng": .string(
          JSONNumber.lexeme(latitude, places: 5) + "," + JSONNumber.lexeme(longitude, places: 5))
      ]
    case .signal: ["tcxn": ["rssi": .number(JSONNumber(signal))]]
    case .battery: ["tcxn": ["battery_level": .number(JSONNumber(battery))]]
    }
  }

  /// Lets a sensor see something else than before.
  mutating func wander(_ sensor: Sensor, using generator: inout SeededGenerator) {
    switch sensor {
    case .temperature: walk(\.temperature, by: 3, in: -150...350, &generator)
    case .humidity: walk(\.humidity, by: 2, in: 20...98, &generator)
    case .pressure: walk(\.pressure, by: 4, in: 9_700...10_500, &generator)
    case .wind: walk(\.wind, by: 9, in: 0...240, &generator)
    case .position:
      walk(\.latitude, by: 20, in: 5_990_000...5_993_000, &generator)
      walk(\.longitude, by: 20, in: 1_074_000...1_077_000, &generator)
    case .signal: walk(\.signal, by: 4, in: 30...95, &generator)
    case .battery: battery = battery > 5 ? battery - 1 : 100
    }
  }

  private var status: String {
    switch wind {
    case ..<35: "calm"
    case ..<80: "breezy"
    default: "stormy"
    }
  }

  /// One step, never of size 0, that turns back at the bounds.
  private mutating func walk(
    _ value: WritableKeyPath<Weather, Int>, by most: Int, in bounds: ClosedRange<Int>,
    _ generator: inout SeededGenerator
  ) {
    let size = Int.random(in: 1...most, using: &generator)
    let step = Bool.random(using: &generator) ? size : -size
    self[keyPath: value] += bounds.contains(self[keyPath: value] + step) ? step : -step
  }
}
