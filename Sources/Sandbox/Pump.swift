import JSON

/// The station's pump: its flow goes to where it should be in small steps.
struct Pump: Sendable {
  /// From one step to the next.
  static let stepMilliseconds: Int64 = 1000
  /// How far one step goes, in tenths.
  static let stepTenths = 5

  private(set) var flowTenths: Int
  /// Where to go, exactly as it was asked for.
  private(set) var target: JSONNumber?
  private(set) var nextStep: Int64 = .max

  init(flowTenths: Int) { self.flowTenths = flowTenths }

  /// Aims at a flow; a value that no pump has is not taken.
  ///
  /// - Returns: whether it was taken.
  mutating func aim(at flow: JSONNumber, now: Int64) -> Bool {
    guard (0...100).contains(flow.approximate) else { return false }
    if target == nil { nextStep = now + Self.stepMilliseconds }
    target = flow
    return true
  }

  /// Forgets where to go.
  mutating func rest() {
    target = nil
    nextStep = .max
  }

  /// Takes the step that is due.
  ///
  /// - Returns: the flow to report; at the end the very number that was asked for.
  mutating func step(now: Int64) -> JSONValue? {
    guard let target, nextStep <= now else { return nil }
    let wanted = Int((target.approximate * 10).rounded())
    let rest = wanted - flowTenths
    guard rest.magnitude > Self.stepTenths.magnitude else {
      flowTenths = wanted
      self.rest()
      return .number(target)
    }
    flowTenths += rest > 0 ? Self.stepTenths : -Self.stepTenths
    nextStep = now + Self.stepMilliseconds
    return flow
  }

  var flow: JSONValue { .decimal(flowTenths, places: 1) }
}
