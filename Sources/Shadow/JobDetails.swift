package import JSON

/// What a `statusDetails` may hold (AWS IoT API reference, UpdateJobExecution and
/// JobExecutionStatusDetails).
package enum JobDetails {
  /// Pairs of a name and a text.
  package static let mostPairs = 10
  /// Characters of a name, each of `a-z A-Z 0-9 : _ -`.
  package static let longestKey = 128
  /// Characters of a text, which is not empty and has no invisible ones.
  package static let longestValue = 1024

  /// The rule that details break, as a sentence for people; nil if they break none.
  package static func fault(in details: JSONObject) -> String? {
    let members = details.effectiveMembers
    guard members.count <= mostPairs else {
      return "statusDetails holds \(members.count) pairs; AWS IoT Jobs takes \(mostPairs)."
    }
    for member in members {
      guard (1...longestKey).contains(member.key.utf8.count),
        member.key.utf8.allSatisfy(\.isNameByte)
      else {
        return "“\(member.key)” names no detail: it must be 1 to \(longestKey) of the characters "
          + "a-z A-Z 0-9 : _ -"
      }
      guard let text = member.value.string else {
        return "The detail \(member.key) is no text: AWS IoT Jobs takes texts only."
      }
      guard !text.isEmpty, text.unicodeScalars.allSatisfy(isVisible) else {
        return "The detail \(member.key) is empty, or holds a control or invisible character."
      }
      guard text.unicodeScalars.count <= longestValue else {
        return "The detail \(member.key) has more than \(longestValue) characters."
      }
    }
    return nil
  }

  /// Details with others written over them, pair by pair.
  ///
  /// AWS tells what becomes of details that an update does not mention only where it mentions none;
  /// whoever sends all of them is safe whatever the service does.
  package static func merged(_ old: JSONObject, with new: JSONObject) -> JSONObject {
    var merged = JSONObject(members: old.effectiveMembers)
    for member in new.effectiveMembers { merged[member.key] = member.value }
    return merged
  }

  /// The pattern of AWS is `[^\p{C}]+`.
  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: false
    default: true
    }
  }
}
