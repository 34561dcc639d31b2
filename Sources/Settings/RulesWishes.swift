import JSON
import Shadow
import Simulation

/// Reads what is done about wishes: `[desired.NAME]`, where a name may hold stars.
struct RulesWishes {
  /// What holds where a rule says nothing.
  let delay: TimeRange
  let file: String

  private enum Outside: String, CaseIterable {
    case clamp, refuse
  }

  func read(_ whole: inout RulesTable) -> [WishRule] {
    var rules: [WishRule] = []
    for (entry, path) in whole.resources("desired") {
      guard let entries = entry.value.table else {
        whole.wrong(
          entry, in: "desired", wants: "a table such as { delay = \"2s\" } or { refuse = true }")
        continue
      }
      let pattern = PathPattern(text: entry.key, path: path)
      if let wider = rules.first(where: { $0.pattern?.covers(pattern) ?? false }) {
        whole.fault(
          entry.place,
          "“desired.\(entry.key)” never holds, since “desired.\(wider.pattern?.text ?? "")” is before "
            + "it and covers it", "put the narrower one first")
      }
      var table = RulesTable(
        entries, name: "desired.\(entry.key)", place: entry.valuePlace, file: file)
      rules.append(rule(pattern, &table))
      whole.add(table.closed())
    }
    return rules
  }

  private func rule(_ pattern: PathPattern, _ table: inout RulesTable) -> WishRule {
    var rule = WishRule(pattern: pattern, delay: table.timeRange("delay") ?? delay)
    rule.refusal = refusal(&table)
    rule.only = table.values("only")
    rule.range = range(&table)
    for entry in table.table("map", such: "{ eco = 1, boost = 2 }")?.entries ?? [] {
      guard let given = entry.value.json else {
        table.wrong(entry, in: "map", wants: "the value that stands for it")
        continue
      }
      rule.mappings.append(WishRule.Mapping(wanted: entry.key, given: given))
    }
    rule.approach = approach(&table)
    if let path = table.path("error") {
      rule.errorReport = WishRule.ErrorReport(path: path, value: table.value("error-value"))
    } else if let entry = table.take("error-value"), !table.has("error") {
      table.fault(
        entry.place, "“error-value” is reported where “error” says, which is missing",
        "add for instance error = \"/errors/mode\"")
    }
    if let refusal = rule.refusal, refusal.chance >= 1,
      let idle = ["only", "min", "max", "map", "step"].first(where: table.has),
      let entry = table.take(idle)
    {
      table.fault(
        entry.place, "“\(idle)” never holds, since “\(table.name)” refuses every wish",
        "take one of them out, or let “chance” decide: chance = 0.2")
    }
    return rule
  }

  private func refusal(_ table: inout RulesTable) -> WishRule.Refusal? {
    let chance = table.number("chance")?.approximate
    if let chance, !(0...1).contains(chance), let entry = table.take("chance") {
      table.wrong(entry, wants: "a number from 0 to 1")
    }
    guard let entry = table.take("refuse") else {
      if let entry = table.take("chance") {
        table.fault(
          entry.place, "“chance” says how often a wish is refused, and “refuse” is missing",
          "add refuse = true, or the reason as a text")
      }
      return nil
    }
    let usual = "the device refuses it"
    if let reason = entry.value.text {
      return WishRule.Refusal(reason: reason.isEmpty ? usual : reason, chance: chance ?? 1)
    }
    guard let flag = entry.value.flag else {
      table.wrong(entry, wants: "true, or the reason as a text")
      return nil
    }
    return flag ? WishRule.Refusal(reason: usual, chance: chance ?? 1) : nil
  }

  private func range(_ table: inout RulesTable) -> WishRule.Range? {
    let (least, greatest) = (table.number("min"), table.number("max"))
    let outside: Outside = table.choice("outside") ?? .clamp
    guard least != nil || greatest != nil else {
      if let entry = table.take("outside"), !table.has("min"), !table.has("max") {
        table.fault(
          entry.place,
          "“outside” says what becomes of numbers beyond “min” and “max”, which are "
            + "missing", "add for instance min = 0")
      }
      return nil
    }
    if let least, let greatest, least.approximate > greatest.approximate,
      let entry = table.take("max")
    {
      table.wrong(entry, wants: "a number that is not below “min”")
    }
    return WishRule.Range(least: least, greatest: greatest, clamps: outside == .clamp)
  }

  private func approach(_ table: inout RulesTable) -> WishRule.Approach? {
    let step = table.number("step")
    let every = table.timeRange("every", atLeast: Simulator.usualGap)
    guard let step else {
      if let entry = table.take("every"), !table.has("step") {
        table.fault(
          entry.place, "“every” is the time between steps, and “step” is missing",
          "add for instance step = 0.5; for the time before it is obeyed write delay")
      }
      return nil
    }
    guard step.approximate > 0 else {
      if let entry = table.take("step") { table.wrong(entry, wants: "a number above 0") }
      return nil
    }
    return WishRule.Approach(step: step, every: every ?? TimeRange(1000))
  }
}
