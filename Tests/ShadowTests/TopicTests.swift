import Shadow
import Testing

@Suite("Topics")
struct TopicTests {
  static let addresses = [
    ShadowAddress(thing: "lamp1"), ShadowAddress(thing: "lamp1", shadow: "config"),
    ShadowAddress(thing: "lamp1", shadow: "name"), ShadowAddress(thing: "get", shadow: "update"),
    ShadowAddress(thing: "lamp1__pump"), ShadowAddress(thing: "a:b_c-D9", shadow: "$x:y_z-1"),
  ]

  @Test(
    "of a classic and of a named shadow have the prefix of 2.1",
    arguments: [
      (ShadowAddress(thing: "lamp1"), "$aws/things/lamp1/shadow"),
      (ShadowAddress(thing: "lamp1", shadow: "config"), "$aws/things/lamp1/shadow/name/config"),
    ])
  func prefix(_ address: ShadowAddress, _ prefix: String) {
    #expect(address.prefix == prefix)
  }

  @Test("are the eleven of 2.2")
  func eleven() {
    #expect(
      Set(ShadowTopic.allCases.map(\.suffix)) == [
        "get", "get/accepted", "get/rejected", "update", "update/accepted", "update/rejected",
        "update/delta", "update/documents", "delete", "delete/accepted", "delete/rejected",
      ])
  }

  @Test("are read back as what they were made from (2.2)", arguments: addresses)
  func roundTrip(_ address: ShadowAddress) throws {
    for topic in ShadowTopic.allCases {
      let read = try #require(ShadowAddress.parse(topic: address.topic(topic)))
      #expect(read.0 == address)
      #expect(read.1 == topic)
    }
  }

  @Test(
    "that are no topic of a shadow are nothing (2.2, 2.6)",
    arguments: [
      "", "$aws", "$aws/things", "$aws/things/lamp1", "$aws/things/lamp1/shadow",
      "$aws/things/lamp1/shadow/", "$aws/things/lamp1/shadow/name",
      "$aws/things/lamp1/shadow/name/config", "$aws/things/lamp1/shadow/name/get",
      "$aws/things/lamp1/shadow/name/config/", "$aws/things/lamp1/shadow/config/get",
      "$aws/things/lamp1/shadow/put", "$aws/things/lamp1/shadow/Get",
      "$aws/things/lamp1/shadow/get/", "$aws/things/lamp1/shadow/get/delta",
      "$aws/things/lamp1/shadow/get/documents", "$aws/things/lamp1/shadow/delete/delta",
      "$aws/things/lamp1/shadow/update/unknown", "$aws/things/lamp1/shadow/update/accepted/more",
      "$aws/things/lamp1/shadow/name/config/update/delta/more", "$aws/things/lamp1/shadow/accepted",
      "$aws/things/a/b/shadow/get", "$AWS/things/lamp1/shadow/get", "$aws/thing/lamp1/shadow/get",
      "$aws/things/lamp1/shadows/get", "/$aws/things/lamp1/shadow/get",
      "tcxn/things/lamp1/shadow/update", "$aws/things/lamp1/jobs/get",
    ])
  func strangers(_ topic: String) {
    #expect(ShadowAddress.parse(topic: topic) == nil)
  }

  @Test(
    "with a bad name are read all the same, so that they can be answered (2.3)",
    arguments: ["", "lämp", "a b", "a.b", "$x", String(repeating: "x", count: 129)])
  func badNames(_ name: String) throws {
    let read = try #require(ShadowAddress.parse(topic: "$aws/things/\(name)/shadow/get"))
    #expect(read.0 == ShadowAddress(thing: name))
    #expect(read.0.nameFault != nil)
  }

  @Test("of the longest names keep within 256 bytes and seven slashes (2.4)")
  func budget() {
    let longest = ShadowAddress(
      thing: String(repeating: "t", count: 128), shadow: String(repeating: "s", count: 64))
    let topics = ShadowTopic.allCases.map(longest.topic)
    #expect(topics.map(\.utf8.count).max() == 234)
    #expect(topics.map { $0.filter { $0 == "/" }.count }.max() == 7)
  }

  @Test("of responses are eight, one SUBSCRIBE's worth (10.4)")
  func responses() {
    #expect(ShadowAddress(thing: "lamp1").responseTopics.count == 8)
  }
}

@Suite("Names")
struct NameTests {
  @Test(
    "within the rules have no fault (2.3)",
    arguments: [
      ShadowAddress(thing: "a"), ShadowAddress(thing: "azAZ09:_-"),
      ShadowAddress(thing: String(repeating: "t", count: 128)),
      ShadowAddress(thing: "t", shadow: "$azAZ09:_-"),
      ShadowAddress(thing: "t", shadow: String(repeating: "s", count: 64)),
    ])
  func good(_ address: ShadowAddress) {
    #expect(address.nameFault == nil)
  }

  @Test(
    "outside the rules of a thing are told (2.3)",
    arguments: ["", "a b", "a+", "#", "$a", "a.b", "é", String(repeating: "t", count: 129)])
  func badThing(_ name: String) {
    #expect(
      ShadowAddress(thing: name).nameFault
        == "Invalid thing name: it must be 1 to 128 of the characters a-z A-Z 0-9 : _ -")
  }

  @Test(
    "outside the rules of a shadow are told (2.3)",
    arguments: ["", "a b", "a.b", "é", String(repeating: "s", count: 65)])
  func badShadow(_ name: String) {
    #expect(
      ShadowAddress(thing: "t", shadow: name).nameFault
        == "Invalid shadow name: it must be 1 to 64 of the characters $ a-z A-Z 0-9 : _ -")
  }

  @Test("are case sensitive and compare by code points (2.3)")
  func comparison() {
    #expect(ShadowAddress(thing: "lamp") != ShadowAddress(thing: "Lamp"))
    #expect(ShadowAddress(thing: "\u{E9}") != ShadowAddress(thing: "e\u{301}"))
    #expect(ShadowAddress(thing: "t") != ShadowAddress(thing: "t", shadow: ""))
  }

  @Test(
    "of networked things split at the first two underscores (mic-thing-api 1.9)",
    arguments: [
      ("gw__pump", "gw", "pump"), ("gw__a__b", "gw", "a__b"), ("gw___x", "gw", "_x"),
      ("a_b__c_d", "a_b", "c_d"),
    ])
  func networked(_ thing: String, _ parent: String, _ name: String) {
    let address = ShadowAddress(thing: thing)
    #expect(address.parent == parent)
    #expect(address.networkedName == name)
  }

  @Test(
    "without two parts are no networked things (mic-thing-api 1.9)",
    arguments: ["gw", "gw_pump", "gw__", "__pump", "__", "_", ""])
  func plain(_ thing: String) {
    #expect(ShadowAddress(thing: thing).parent == nil)
    #expect(ShadowAddress(thing: thing).networkedName == nil)
  }
}
