import JSON
import Shadow
import Simulation

/// Reads the numbers of a resource that changes by itself: `walk = { … }` and its like.
struct RulesNumbers {
  private let decimals: Int?

  /// - Parameter table: its entries.
  init(table: RulesTable) {
    decimals = table.entries.first { $0.key == "decimals" }?.value.integer
  }

  /// - Parameters:
  ///   - kind: the name of the table.
  ///   - table: what it says; faults go there.
  /// - Returns: nil if there are faults.
  func read(_ kind: String, _ table: inout RulesTable) -> ValueSource? {
    if kind != "place", let entry = table.take("decimals"),
      decimals.map({ !(0...Decimals.mostPlaces).contains($0) }) ?? true
    {
      table.wrong(entry, wants: "a whole number, 0 to \(Decimals.mostPlaces)")
      return nil
    }
    return switch kind {
    case "walk": walk(&table).map(ValueSource.walk)
    case "ramp": ramp(&table).map(ValueSource.ramp)
    case "wave": wave(&table).map(ValueSource.wave)
    case "count": count(&table).map(ValueSource.count)
    default: place(&table).map(ValueSource.place)
    }
  }

  private func walk(_ table: inout RulesTable) -> ValueSource.Walk? {
    let from = table.need("from", table.number("from"), such: "18.5")
    let step = table.need("step", table.number("step"), such: "0.3")
    let (least, greatest) = (table.number("min"), table.number("max"))
    guard let from, let step else { return nil }
    let scale = scale(of: [from, step, least, greatest])
    guard let start = units("from", from, scale, &table),
      let size = units("step", step, scale, &table),
      let lower = units("min", least, scale, &table, without: -Decimals.greatest),
      let upper = units("max", greatest, scale, &table, without: Decimals.greatest)
    else { return nil }
    guard size > 0 else {
      refuse("step", "wants a number above 0", &table)
      return nil
    }
    guard lower < upper else {
      refuse("max", "wants a number above “min”", &table)
      return nil
    }
    guard (lower...upper).contains(start) else {
      refuse("from", "is not between “min” and “max”", &table)
      return nil
    }
    return ValueSource.Walk(decimals: scale, start: start, step: size, bounds: lower...upper)
  }

  private func ramp(_ table: inout RulesTable) -> ValueSource.Ramp? {
    let from = table.need("from", table.number("from"), such: "0")
    let to = table.need("to", table.number("to"), such: "100")
    let over = table.need("over", table.duration("over", atLeast: 1), such: "\"1m\"")
    let ending: ValueSource.Ramp.Ending = table.choice("then") ?? .hold
    guard let from, let to, let over else { return nil }
    let scale = scale(of: [from, to])
    guard let start = units("from", from, scale, &table), let end = units("to", to, scale, &table)
    else { return nil }
    return ValueSource.Ramp(
      decimals: scale, from: start, to: end, milliseconds: over, ending: ending)
  }

  private func wave(_ table: inout RulesTable) -> ValueSource.Wave? {
    let mean = table.need("mean", table.number("mean"), such: "20")
    let amplitude = table.need("amplitude", table.number("amplitude"), such: "5")
    let period = table.need("period", table.duration("period", atLeast: 1), such: "\"24h\"")
    guard let mean, let amplitude, let period else { return nil }
    let scale = scale(of: [mean, amplitude])
    guard let middle = units("mean", mean, scale, &table),
      let swing = units("amplitude", amplitude, scale, &table)
    else { return nil }
    return ValueSource.Wave(decimals: scale, mean: middle, amplitude: swing, milliseconds: period)
  }

  private func count(_ table: inout RulesTable) -> ValueSource.Count? {
    let from = table.number("from") ?? JSONNumber(0)
    let step = table.number("step") ?? JSONNumber(1)
    let scale = scale(of: [from, step])
    guard let start = units("from", from, scale, &table),
      let size = units("step", step, scale, &table)
    else { return nil }
    return ValueSource.Count(decimals: scale, start: start, step: size)
  }

  private func place(_ table: inout RulesTable) -> ValueSource.PlaceWalk? {
    let example = "\"59.91390,10.75220\""
    let text = table.need(
      "from", table.text("from", wants: "a latitude and a longitude, \(example)"), such: example)
    let step = table.need("step", table.number("step"), such: "0.0002")
    let within = table.need("within", table.number("within"), such: "0.015")
    guard let text, let step, let within else { return nil }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).compactMap {
      JSONNumber(lexeme: String($0.drop { $0 == " " }))
    }
    guard numbers.count == 2 else {
      refuse("from", "wants a latitude and a longitude, \(example)", &table)
      return nil
    }
    let scale = Decimals(of: numbers + [step])
    guard let size = units("step", step, scale, &table), size > 0,
      let reach = units("within", within, scale, &table), reach > 0
    else {
      refuse("step", "and “within” want numbers above 0", &table)
      return nil
    }
    let walks = numbers.compactMap { number -> ValueSource.Walk? in
      guard let start = units("from", number, scale, &table) else { return nil }
      return ValueSource.Walk(
        decimals: scale, start: start, step: size, bounds: (start - reach)...(start + reach))
    }
    return walks.count == 2 ? ValueSource.PlaceWalk(latitude: walks[0], longitude: walks[1]) : nil
  }

  // MARK: -

  private func scale(of numbers: [JSONNumber?]) -> Decimals {
    decimals.map(Decimals.init(places:)) ?? Decimals(of: numbers.compactMap(\.self))
  }

  private func units(
    _ key: String, _ number: JSONNumber?, _ scale: Decimals, _ table: inout RulesTable,
    without standard: Int64? = nil
  ) -> Int64? {
    guard let number else { return standard }
    guard let units = scale.units(number) else {
      refuse(key, "is too large for so many digits", &table)
      return nil
    }
    return units
  }

  private func refuse(_ key: String, _ words: String, _ table: inout RulesTable) {
    let place = table.take(key)?.valuePlace ?? table.place
    table.fault(place, "“\(table.label(key))” \(words)", "correct it")
  }
}
