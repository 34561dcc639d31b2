import JSON
import Shadow
import Testing

@Suite("What tcxn says of a thing")
struct ThingFactTests {
  private static func fact(_ field: ThingFact.Field, _ value: String) throws -> ThingFact {
    ThingFact(field, try JSONParser.parse(value))
  }

  @Test(
    "is the connection in words",
    arguments: [
      ("0", .offline, "offline"), ("1", .connectedToMIC, "connected to MIC only"),
      ("2", .fullyConnected, "fully connected"), ("2.0", .fullyConnected, "fully connected"),
    ] as [(String, ThingFact.Status, String)])
  func status(value: String, status: ThingFact.Status, words: String) throws {
    #expect(try Self.fact(.connectionStatus, value).meaning == .status(status))
    #expect(status.words == words)
  }

  @Test(
    "is nothing that MIC reads where it is not as MIC writes it",
    arguments: [
      (.connectionStatus, "3", .notStatus), (.connectionStatus, "-1", .notStatus),
      (.connectionStatus, "1.5", .notStatus), (.connectionStatus, #""2""#, .notStatus),
      (.connectionStatus, "true", .notStatus), (.battery, "100.5", .notPercent),
      (.battery, "-1", .notPercent), (.battery, #""87""#, .notPercent),
      (.battery, "{}", .notPercent),
      (.signal, "1e3", .notPercent), (.signal, "-77", .notPercent),
      (.signal, "100.00000000000000000001", .notPercent), (.cellularSignal, #""x""#, .notNumber),
      (.imei, "356938035643809", .notText), (.iccid, "[]", .notText), (.firmware, "2.4", .notText),
      (.networkType, "4", .notText), (.thingType, "true", .notText),
    ] as [(ThingFact.Field, String, ThingFact.Fault)])
  func malformed(field: ThingFact.Field, value: String, fault: ThingFact.Fault) throws {
    #expect(try Self.fact(field, value).meaning == .malformed(fault))
  }

  @Test("keeps a number as it was written", arguments: ["0", "100", "77.50", "1e2", "100.000"])
  func lexeme(value: String) throws {
    guard case .percent(let number) = try Self.fact(.battery, value).meaning else {
      Issue.record("no per cent")
      return
    }
    #expect(number.lexeme == value)
  }

  @Test("is found in both shapes, in the order of the fields, and nothing else is")
  func facts() throws {
    let tcxn = try JSONParser.parse(
      #"""
      {"rssi":77,"own":1,"imei":"35","cellular":{"rssi":-93,"network_type":"LTE","x":1},
      "network_type":"4G","connection_status":2,"latlng":"1,2"}
      """#)
    let facts = ThingFact.facts(in: try #require(tcxn.object))
    #expect(
      facts.map(\.field) == [
        .connectionStatus, .signal, .cellularSignal, .networkType, .cellularNetworkType, .imei,
      ])
    #expect(facts[2].meaning == .number(JSONNumber(-93)))
    #expect(facts[2].field.path.pointer == "/tcxn/cellular/rssi")
    #expect(facts[4].meaning == .text("LTE"))
  }
}
