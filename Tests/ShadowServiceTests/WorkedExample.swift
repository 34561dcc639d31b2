import Foundation
import JSON
import Testing

/// One worked example of the spec, as scripts/worked-examples took it from the text.
struct WorkedExample: Sendable, CustomTestStringConvertible {
  struct Step: Sendable {
    /// Seconds since 1970.
    let time: Int64
    /// Suffixes stand below the classic shadow's prefix.
    let suffix: String
    let payload: [UInt8]
    /// Whether it only prepares the situation: the spec leaves its answers out.
    let prepares: Bool
    let answers: [Answer]
  }

  struct Answer: Sendable {
    let suffix: String
    /// nil where the spec says "not shown".
    let message: JSONValue?
  }

  let number: Int64
  let title: String
  let thing: String
  let steps: [Step]

  var testDescription: String { "\(number). \(title)" }

  /// All examples in the order of the file.
  static func all() throws -> [WorkedExample] {
    guard let file = Bundle.module.url(forResource: "worked-examples", withExtension: "json") else {
      throw CocoaError(.fileNoSuchFile)
    }
    let data = try JSONParser.parse(Data(contentsOf: file))
    let thing = try data.text("thing")
    return try data.list("examples").map { try WorkedExample($0, thing: thing) }
  }

  private init(_ json: JSONValue, thing: String) throws {
    self.thing = thing
    number = try json.number("number")
    title = try json.text("title")
    steps = try json.list("steps").map { step in
      Step(
        time: try step.number("time"), suffix: try step.text("topic"),
        payload: try Self.payload(try step.member("payload")),
        prepares: try step.member("prepares") == true,
        answers: try step.list("answers").map {
          Answer(suffix: try $0.text("topic"), message: $0.object?["message"])
        })
    }
  }

  private static func payload(_ json: JSONValue) throws -> [UInt8] {
    if let text = json.string { return Array(text.utf8) }
    let run = String(repeating: try json.text("repeat"), count: Int(try json.number("count")))
    return Array((try json.text("before") + run + json.text("after")).utf8)
  }
}

extension JSONValue {
  fileprivate struct MissingMember: Error { let key: String }

  fileprivate func member(_ key: String) throws -> JSONValue {
    guard let value = object?[key] else { throw MissingMember(key: key) }
    return value
  }

  fileprivate func text(_ key: String) throws -> String {
    guard let text = try member(key).string else { throw MissingMember(key: key) }
    return text
  }

  fileprivate func number(_ key: String) throws -> Int64 {
    guard let number = try member(key).integer else { throw MissingMember(key: key) }
    return number
  }

  fileprivate func list(_ key: String) throws -> [JSONValue] {
    guard let list = try member(key).array else { throw MissingMember(key: key) }
    return list
  }
}
