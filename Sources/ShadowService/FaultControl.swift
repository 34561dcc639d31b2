import JSON
package import Shadow

/// The topics by which the rules are changed while the sandbox runs, and what is said on them.
///
/// A request is one JSON object; its members act in this order, and all of them or none:
///
///     "clear": true           removes all rules
///     "clear": [1, 3]         removes the rules with these numbers
///     "add": ["RULE", …]      adds rules, which then act after those that are there
///     "list": true            changes nothing; the answer lists the rules anyway
///     "clientToken": "…"      comes back in the answer
package enum FaultControl {
  /// Where the sandbox's owner publishes requests.
  package static let requests = "shadowscope/sandbox/control"
  /// Where each is answered.
  package static let answers = "shadowscope/sandbox/status"

  /// Carries out a request, or leaves the plan as it is.
  ///
  /// - Parameters:
  ///   - payload: the request's body.
  ///   - plan: the rules in force.
  /// - Returns: the answer: the rules in force then, or an `error` that names what to correct.
  package static func handle(_ payload: [UInt8], plan: inout FaultPlan) -> Publication {
    var token: JSONValue?
    var answer: JSONObject
    do {
      let request = try object(payload)
      token = request["clientToken"]
      plan = try changed(plan, as: request)
      answer = status(of: plan)
    } catch {
      answer = error.members
    }
    if let token { answer.append(key: "clientToken", value: token) }
    return Publication(topic: answers, payload: JSONValue.object(answer).compactBytes)
  }

  private static func object(_ payload: [UInt8]) throws(Complaint) -> JSONObject {
    let value: JSONValue
    do throws(JSONSyntaxError) {
      value = try JSONParser.parse(payload)
    } catch {
      throw Complaint("this is no JSON: \(error.message)")
    }
    guard let object = value.object else {
      throw Complaint(#"a request is an object, for instance {"list":true}"#)
    }
    return object
  }

  private static func changed(
    _ plan: FaultPlan, as request: JSONObject
  ) throws(Complaint) -> FaultPlan {
    var plan = plan
    for member in request.effectiveMembers {
      guard ["list", "clear", "add", "clientToken"].contains(member.key) else {
        throw Complaint("no such member: \(member.key); there are list, clear and add")
      }
    }
    if let list = request["list"], list.bool != true { throw Complaint("list takes true") }
    if let clear = request["clear"] {
      if let numbers = clear.array {
        for number in numbers {
          guard let id = number.integer.flatMap(Int.init(exactly:)), plan.remove(id) else {
            throw Complaint("there is no rule \(number.compact)")
          }
        }
      } else if clear.bool == true {
        plan.removeAll()
      } else {
        throw Complaint("clear takes true, or the numbers of rules in an array")
      }
    }
    if let add = request["add"] {
      guard let rules = add.array else { throw Complaint("add takes rules in an array") }
      for rule in rules {
        guard let text = rule.string else { throw Complaint("a rule is a text") }
        do throws(FaultRuleError) {
          plan.add(try FaultRule.parse(text))
        } catch {
          throw Complaint(error)
        }
      }
      guard plan.entries.count <= FaultPlan.mostRules else {
        throw Complaint("that would be more than \(FaultPlan.mostRules) rules")
      }
    }
    return plan
  }

  private static func status(of plan: FaultPlan) -> JSONObject {
    let rules = plan.entries.map { entry -> JSONValue in
      [
        "id": .number(JSONNumber(entry.id)), "rule": .string(entry.rule.description),
        "matched": .number(JSONNumber(entry.matched)), "fired": .number(JSONNumber(entry.fired)),
      ]
    }
    // A text: not every reader of JSON keeps 64 bits of a number.
    return ["seed": .string(String(plan.seed)), "rules": .array(rules)]
  }
}

/// What is wrong with a request.
private struct Complaint: Error {
  var members: JSONObject

  init(_ text: String) { members = ["error": .string(text)] }

  init(_ error: FaultRuleError) {
    members = [
      "error": .string(error.reason), "rule": .string(error.rule),
      "column": .number(JSONNumber(error.column)),
    ]
  }
}
