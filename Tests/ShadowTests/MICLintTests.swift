import JSON
import Shadow
import Testing

@Suite("What MIC would make nothing of")
struct MICLintTests {
  @Test(
    "is found in the members of a section",
    arguments: [
      (#"{"tcxn":{"own":1}}"#, "/tcxn/own", .customKey),
      (#"{"tcxn":{"own":{"rssi":200}}}"#, "/tcxn/own", .customKey),
      (#"{"tcxn":{"cellular":{"own":1}}}"#, "/tcxn/cellular/own", .customKey),
      (#"{"tcxn":{"a/b":1}}"#, "/tcxn/a~1b", .customKey),
      (#"{"tcxn":{"latlng":"1,2"}}"#, "/tcxn/latlng", .placeInside),
      (#"{"tcxn":7}"#, "/tcxn", .notObject),
      (#"{"tcxn":{"cellular":[]}}"#, "/tcxn/cellular", .notObject),
      (#"{"tcxn":{"battery_level":101}}"#, "/tcxn/battery_level", .fact(.notPercent)),
      (#"{"tcxn":{"rssi":-1}}"#, "/tcxn/rssi", .fact(.notPercent)),
      (#"{"tcxn":{"connection_status":3}}"#, "/tcxn/connection_status", .fact(.notStatus)),
      (#"{"tcxn":{"connection_status":"2"}}"#, "/tcxn/connection_status", .fact(.notStatus)),
      (#"{"tcxn":{"imsi":240080000000001}}"#, "/tcxn/imsi", .fact(.notText)),
      (#"{"latlng":"57.652 11.958"}"#, "/latlng", .place(.commas(count: 0))),
      (#"{"latlng":57.652}"#, "/latlng", .placeNotText),
      (#"{"latlng":{"lat":1,"lng":2}}"#, "/latlng", .placeNotText),
      (#"{"a":{"b":{"latlng":"91,0"}}}"#, "/a/b/latlng", .place(.outOfRange(.latitude))),
      (#"{"a":{"tcxn":{"own":1},"latlng":""}}"#, "/a/latlng", .place(.commas(count: 0))),
    ] as [(String, String, MICLint.Fault)])
  func found(members: String, pointer: String, fault: MICLint.Fault) throws {
    let found = MICLint.faults(in: try JSONParser.parse(members))
    #expect(found.map(\.path.pointer) == [pointer])
    #expect(found.map(\.fault) == [fault])
    #expect(!found[0].words.isEmpty)
  }

  @Test(
    "is not there in what MIC knows, nor in what is one's own",
    arguments: [
      #"{"latlng":"57.652, 11.958","pump1":{"latlng":"1,2","battery_level":400}}"#,
      #"{"tcxn":{"battery_level":87,"connection_status":2,"fw_ver":"1","iccid":"8","imei":"3","imsi":"2","ip_addr":"::1","network_type":"LTE","rssi":77,"thingType":12}}"#,
      #"{"tcxn":{"cellular":{"rssi":-93,"network_type":"NB-IoT"}}}"#,
      #"{"tcxn":null,"latlng":null,"a":{"latlng":null}}"#, #"{"tcxn":{"own":null,"rssi":null}}"#,
      #"{"a":{"tcxn":{"own":1}},"connection_status":9,"list":[{"latlng":"x"}]}"#, "{}", "null",
    ])
  func nothing(members: String) throws {
    #expect(MICLint.faults(in: try JSONParser.parse(members)) == [])
  }

  @Test(
    "is found in one value at its path, however deep the path begins",
    arguments: [
      (["tcxn", "rssi"], "140", .fact(.notPercent)), (["tcxn", "own"], "1", .customKey),
      (["tcxn", "own", "deeper"], "1", .customKey), (["tcxn", "rssi", "x"], "1", .customKey),
      (["tcxn", "cellular"], #"{"rssi":"strong"}"#, .fact(.notNumber)),
      (["pump1", "latlng"], #""0,200""#, .place(.outOfRange(.longitude))),
    ] as [([String], String, MICLint.Fault)])
  func edit(keys: [String], value: String, fault: MICLint.Fault) throws {
    let found = MICLint.faults(in: try JSONParser.parse(value), at: JSONPath(keys: keys))
    #expect(found.map(\.fault) == [fault])
  }

  @Test("is all that is wrong, of a key that is there twice by the one that counts")
  func all() throws {
    let found = MICLint.faults(
      in: try JSONParser.parse(
        #"{"latlng":1,"latlng":"1,2","tcxn":{"b":1,"rssi":101,"a":1},"p":{"latlng":"x"}}"#))
    #expect(found.map(\.path.pointer) == ["/tcxn/b", "/tcxn/rssi", "/tcxn/a", "/p/latlng"])
  }

  @Test("is nothing in a removal")
  func removal() {
    #expect(MICLint.faults(in: nil, at: JSONPath(keys: ["tcxn", "own"])) == [])
  }
}
