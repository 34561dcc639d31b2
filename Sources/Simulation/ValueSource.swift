package import JSON

/// Where the values of a resource come from.
package enum ValueSource: Equatable, Sendable {
  /// Always the same.
  case constant(JSONValue)
  case walk(Walk)
  case ramp(Ramp)
  case wave(Wave)
  case count(Count)
  /// One after another, from the first again after the last; never empty.
  case cycle([JSONValue])
  /// Any of these, never the same twice running where they differ; never empty.
  case random([JSONValue])
  case place(PlaceWalk)
  case bands(Bands)

  /// A number that goes up and down by chance.
  package struct Walk: Hashable, Sendable {
    package let decimals: Decimals
    /// Units, as all here.
    package let start: Int64
    /// The longest step, 1 or more; the shortest is one unit.
    package let step: Int64
    /// Where it turns back; holds the start.
    package let bounds: ClosedRange<Int64>

    package init(decimals: Decimals, start: Int64, step: Int64, bounds: ClosedRange<Int64>) {
      (self.decimals, self.start, self.step, self.bounds) = (decimals, start, step, bounds)
    }
  }

  /// A number that goes evenly from one to another.
  package struct Ramp: Hashable, Sendable {
    /// What comes after the other end.
    package enum Ending: String, CaseIterable, Sendable {
      /// It stays there.
      case hold
      /// It begins anew.
      case saw
      /// It goes back as it came, and so on.
      case triangle
    }

    package let decimals: Decimals
    /// Units.
    package let from: Int64
    /// Units.
    package let to: Int64
    /// From the one to the other; 1 or more.
    package let milliseconds: Int64
    package let ending: Ending

    package init(decimals: Decimals, from: Int64, to: Int64, milliseconds: Int64, ending: Ending) {
      (self.decimals, self.from, self.to) = (decimals, from, to)
      (self.milliseconds, self.ending) = (milliseconds, ending)
    }
  }

  /// A sine, which starts at its mean and rises.
  package struct Wave: Hashable, Sendable {
    package let decimals: Decimals
    /// Units.
    package let mean: Int64
    /// Units, how far it goes from the mean.
    package let amplitude: Int64
    /// 1 or more.
    package let milliseconds: Int64

    package init(decimals: Decimals, mean: Int64, amplitude: Int64, milliseconds: Int64) {
      (self.decimals, self.mean) = (decimals, mean)
      (self.amplitude, self.milliseconds) = (amplitude, milliseconds)
    }
  }

  /// A number that grows by the same each time.
  package struct Count: Hashable, Sendable {
    package let decimals: Decimals
    /// Units.
    package let start: Int64
    /// Units, also below 0.
    package let step: Int64

    package init(decimals: Decimals, start: Int64, step: Int64) {
      (self.decimals, self.start, self.step) = (decimals, start, step)
    }
  }

  /// A place that moves by chance, as MIC writes it: `LATITUDE,LONGITUDE` in degrees.
  package struct PlaceWalk: Hashable, Sendable {
    package let latitude: Walk
    package let longitude: Walk

    package init(latitude: Walk, longitude: Walk) {
      (self.latitude, self.longitude) = (latitude, longitude)
    }
  }

  /// What the number of another resource means.
  package struct Bands: Equatable, Sendable {
    /// One of them.
    package struct Band: Equatable, Sendable {
      /// The first number that is too large for it.
      package let below: JSONNumber
      package let value: JSONValue

      package init(below: JSONNumber, value: JSONValue) {
        (self.below, self.value) = (below, value)
      }
    }

    /// Whose number.
    package let source: JSONPath
    /// Rising.
    package let bands: [Band]
    /// For numbers that are in none.
    package let otherwise: JSONValue

    package init(source: JSONPath, bands: [Band], otherwise: JSONValue) {
      (self.source, self.bands, self.otherwise) = (source, bands, otherwise)
    }

    /// - Returns: nil for what is no number.
    func value(for reading: JSONValue?) -> JSONValue? {
      guard let number = reading?.number?.approximate else { return nil }
      return bands.first { number < $0.below.approximate }?.value ?? otherwise
    }
  }
}
