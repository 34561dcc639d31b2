import JSON
import Shadow
import ShadowService
import Testing

@Suite("The checks of an update")
struct CheckOrderTests {
  /// What can be wrong with an update, in the order in which 3.4 has it checked.
  enum Fault: Int, CaseIterable, Sendable {
    case notUTF8, notJSON, notAnObject, longToken, tokenNotText, noState, stateNotAnObject
    case strangeMember, desiredNotAnObject, reportedNotAnObject, versionNotAnInteger, tooDeep
    case nullInArray, wrongVersion, tooLarge

    var error: ShadowError {
      switch self {
      case .notUTF8:
        ShadowError(
          code: 415, message: "Unsupported documented encoding; supported encoding is UTF-8")
      case .notJSON, .notAnObject, .nullInArray: ShadowError(code: 400, message: "Invalid JSON")
      case .longToken, .tokenNotText: ShadowError(code: 400, message: "Invalid clientToken")
      case .noState: ShadowError(code: 400, message: "Missing required node: state")
      case .stateNotAnObject: ShadowError(code: 400, message: "State node must be an object")
      case .strangeMember:
        ShadowError(code: 400, message: "State contains an invalid node: 'delta'")
      case .desiredNotAnObject: ShadowError(code: 400, message: "Desired node must be an object")
      case .reportedNotAnObject: ShadowError(code: 400, message: "Reported node must be an object")
      case .versionNotAnInteger: ShadowError(code: 400, message: "Invalid version")
      case .tooDeep:
        ShadowError(code: 400, message: "JSON contains too many levels of nesting; maximum is 6")
      case .wrongVersion: ShadowError(code: 409, message: "Version conflict")
      case .tooLarge:
        ShadowError(code: 413, message: "The payload exceeds the maximum size allowed")
      }
    }

    /// Whether the service can tell the token of a request with this fault (4.7).
    var leavesToken: Bool { rawValue > Self.tokenNotText.rawValue }

    /// Faults that one request cannot have as well: there is one place for both.
    func excludes(_ other: Fault) -> Bool {
      let inside: [Fault] = [
        .strangeMember, .desiredNotAnObject, .reportedNotAnObject, .tooDeep, .nullInArray,
        .tooLarge,
      ]
      return switch self {
      case .longToken: other == .tokenNotText
      case .noState: other == .stateNotAnObject || inside.contains(other)
      case .stateNotAnObject: inside.contains(other)
      case .versionNotAnInteger: other == .wrongVersion
      default: false
      }
    }
  }

  static let pairs: [(Fault, Fault)] = Fault.allCases.flatMap { first in
    Fault.allCases.filter { $0.rawValue >= first.rawValue && !first.excludes($0) }
      .map { (first, $0) }
  }

  /// A request that has these faults and no other.
  func body(_ faults: [Fault]) -> [UInt8] {
    let has = faults.contains
    var content: [String] = []
    if has(.tooDeep) { content.append(#""deep":{"2":{"3":{"4":{"5":{"6":{"7":1}}}}}}"#) }
    if has(.nullInArray) { content.append(#""list":[1,{"a":[null]}]"#) }
    if has(.tooLarge) { content.append(#""big":"\#(String(repeating: "x", count: 9000))""#) }
    let section = "{" + content.joined(separator: ",") + "}"
    var sections: [String] = []
    if has(.strangeMember) { sections.append(#""delta":{}"#) }
    sections.append(#""desired":\#(has(.desiredNotAnObject) ? "5" : section)"#)
    sections.append(#""reported":\#(has(.reportedNotAnObject) ? "[]" : section)"#)
    var members: [String] = []
    if has(.wrongVersion) { members.append(#""version":8"#) }
    if has(.versionNotAnInteger) { members.append(#""version":"8""#) }
    if !has(.noState) {
      let state = "{" + sections.joined(separator: ",") + "}"
      members.append(#""state":\#(has(.stateNotAnObject) ? "7" : state)"#)
    }
    let token = has(.tokenNotText) ? "5" : "\"\(has(.longToken) ? Self.long : "t")\""
    members.append(#""clientToken":\#(token)"#)
    var body = Array(("{" + members.joined(separator: ",") + "}").utf8)
    if has(.notAnObject) { body = Array("[".utf8) + body + Array("]".utf8) }
    if has(.notJSON) { body.append(UInt8(ascii: "}")) }
    if has(.notUTF8) { body += Array("\"".utf8) + [0xFF] + Array("\"".utf8) }
    return body
  }

  static let long = String(repeating: "\u{20AC}", count: 22)  // 66 bytes

  @Test(
    "find the earlier of any two faults, answer once and change nothing (3.4)", arguments: pairs)
  func order(_ first: Fault, _ second: Fault) throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"desired":{"a":1},"reported":{"b":1}}}"#)
    let before = lamp.document
    let answers = try lamp.send("update", body([first, second]))
    #expect(answers.refusal() == first.error)
    #expect(answers.first?["clientToken"] == (first.leavesToken ? "t" : nil))
    #expect(lamp.document == before)
    #expect(try lamp.update(#"{"state":{}}"#)["update/accepted"]?["version"] == 2)
  }

  @Test("let a request without any of these faults pass (3.4)")
  func noFault() throws {
    var lamp = Lamp()
    #expect(try lamp.send("update", body([])).suffixes == ["update/accepted", "update/documents"])
  }

  @Test("find the bad name of a thing before any other fault (2.3)", arguments: Fault.allCases)
  func name(_ fault: Fault) throws {
    var lamp = Lamp(thing: "a b")
    let answers = try lamp.send("update", body([fault]))
    #expect(answers.refusal()?.message.hasPrefix("Invalid thing name") == true)
    #expect(answers.first?["clientToken"] == (fault.leavesToken ? "t" : nil))
  }
}
