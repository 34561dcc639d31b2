import JSON

extension JSONObject {
  /// Writes the members of another object, objects into objects, as a shadow merges (spec 5).
  mutating func merge(_ patch: JSONObject) {
    for member in patch.effectiveMembers {
      if case .object(let inner) = member.value, case .object(var stored)? = self[member.key] {
        stored.merge(inner)
        self[member.key] = .object(stored)
      } else {
        self[member.key] = member.value
      }
    }
  }
}

extension JSONValue {
  /// A number with so many digits behind the point, from a whole number of its last digit.
  static func decimal(_ units: Int, places: Int) -> JSONValue {
    let lexeme = JSONNumber.lexeme(units, places: places)
    return JSONNumber(lexeme: lexeme).map(JSONValue.number) ?? .string(lexeme)
  }
}

extension JSONNumber {
  /// The digits of a number, from a whole number of its last digit: 184 with one place is "18.4".
  static func lexeme(_ units: Int, places: Int) -> String {
    let digits = String(units.magnitude)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return (units < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
  }
}
