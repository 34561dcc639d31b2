import JSON
import Shadow
import Testing

@Suite("Watching a state")
struct StateWatchTests {
  private func document(_ state: String, _ version: Int) -> String {
    #"{"state":\#(state),"metadata":{"reported":{"a":{"timestamp":\#(version)}}},"version":\#(version)}"#
  }

  /// The changes that a message brings, as `path old new`; nil for no news.
  private func news(
    _ watch: inout StateWatch, _ topic: ShadowTopic, _ payload: String, at path: JSONPath? = nil
  ) -> [String]? {
    switch watch.take(topic, payload: Array(payload.utf8)) {
    case nil: nil
    case .present(let moment): ["present \(moment.map { $0.state.compact } ?? "nothing")"]
    case .changed(let before, let after):
      before.changes(to: after, at: path).map {
        "\($0.path.pointer) \($0.old?.compact ?? "-") \($0.new?.compact ?? "-")"
      }
    }
  }

  private func documents(_ before: String?, _ after: String, _ version: Int) -> String {
    let previous = before.map { document($0, version - 1) } ?? "null"
    return #"{"previous":\#(previous),"current":\#(document(after, version)),"timestamp":1}"#
  }

  @Test("begins with the present state, without delta, and tells each change once")
  func changes() {
    var watch = StateWatch()
    let state = #"{"desired":{"a":2},"reported":{"a":1},"delta":{"a":2}}"#
    #expect(
      news(&watch, .accepted(.get), document(state, 3))
        == [#"present {"desired":{"a":2},"reported":{"a":1}}"#])
    let next = documents(
      #"{"desired":{"a":2},"reported":{"a":1}}"#,
      #"{"desired":{"a":2},"reported":{"a":2,"b":[1]}}"#, 4)
    #expect(news(&watch, .documents, next) == ["/reported/a 1 2", "/reported/b - [1]"])
    #expect(news(&watch, .documents, next) == nil)
    #expect(news(&watch, .accepted(.get), document(#"{"reported":{}}"#, 4)) == nil)
    // Metadata alone.
    #expect(
      news(
        &watch, .documents,
        documents("{}", #"{"desired":{"a":2},"reported":{"a":2,"b":[1]}}"#, 5)) == nil)
    // Another spelling of the same values.
    #expect(
      news(
        &watch, .documents,
        documents("{}", #"{"reported":{"b":[1.0],"a":2},"desired":{"a":2}}"#, 6)) == nil)
  }

  @Test("believes what an update says of the state before it where nothing was known")
  func unknown() {
    var watch = StateWatch()
    #expect(
      news(&watch, .documents, documents(#"{"reported":{"a":1}}"#, #"{"reported":{"a":2}}"#, 4))
        == ["/reported/a 1 2"])
    // The answer to a get that was asked for before.
    #expect(news(&watch, .accepted(.get), document(#"{"reported":{"a":1}}"#, 3)) == nil)
  }

  @Test("tells what was missed with the next document")
  func missed() {
    var watch = StateWatch()
    _ = news(&watch, .accepted(.get), document(#"{"reported":{"a":1,"b":1}}"#, 3))
    #expect(
      news(
        &watch, .documents,
        documents(#"{"reported":{"a":2,"b":1}}"#, #"{"reported":{"a":2,"b":2}}"#, 9))
        == ["/reported/a 1 2", "/reported/b 1 2"])
    #expect(
      news(&watch, .accepted(.get), document(#"{"reported":{"a":3,"b":2}}"#, 12))
        == ["/reported/a 2 3"])
  }

  @Test("tells that a shadow is gone, is not there, and is made anew with a lower version")
  func deletion() {
    var watch = StateWatch()
    let missing = #"{"code":404,"message":"No shadow exists with name: 'lamp1'"}"#
    #expect(news(&watch, .rejected(.get), missing) == ["present nothing"])
    #expect(news(&watch, .rejected(.get), missing) == nil)
    #expect(
      news(&watch, .documents, documents(nil, #"{"reported":{"a":1}}"#, 7))
        == [#"/reported - {"a":1}"#])
    #expect(news(&watch, .accepted(.delete), #"{"version":7}"#) == [#"/reported {"a":1} -"#])
    #expect(
      news(&watch, .documents, documents(nil, #"{"reported":{"a":2}}"#, 1))
        == [#"/reported - {"a":2}"#])
    #expect(news(&watch, .rejected(.get), #"{"code":500,"message":""}"#) == nil)
  }

  @Test("narrows changes to a path in both sections, and to what is around or in it")
  func path() {
    var watch = StateWatch()
    let path = JSONPath(keys: ["p", "q"])
    _ = news(&watch, .accepted(.get), document(#"{"reported":{"p":{"q":{"r":1}},"x":1}}"#, 1))
    func change(_ after: String, _ version: Int) -> [String]? {
      news(&watch, .documents, documents("{}", after, version), at: path)
    }
    #expect(change(#"{"reported":{"p":{"q":{"r":1}},"x":2}}"#, 2) == [])
    #expect(change(#"{"reported":{"p":{"q":{"r":2}},"x":2}}"#, 3) == ["/reported/p/q/r 1 2"])
    #expect(
      change(#"{"desired":{"p":{"q":5}},"reported":{"p":{"q":{"r":2}}}}"#, 4)
        == ["/desired/p/q - 5"])
    #expect(
      change(#"{"desired":{"p":{"q":5}},"reported":{"p":7}}"#, 5) == [#"/reported/p/q {"r":2} -"#])
  }

  @Test(
    "a message that cannot be read tells nothing, and another kind neither",
    arguments: [
      "", "{", "[]", #"{"current":{"version":"x","state":{}}}"#, #"{"current":{"version":2}}"#,
      #"{"current":{"version":2,"state":[]}}"#,
    ])
  func unreadable(_ payload: String) {
    var watch = StateWatch()
    _ = news(&watch, .accepted(.get), document(#"{"reported":{"a":1}}"#, 1))
    for topic in ShadowTopic.allCases where topic != .accepted(.delete) {
      #expect(news(&watch, topic, payload) == nil)
    }
    #expect(
      news(&watch, .documents, documents("{}", #"{"reported":{"a":"é"}}"#, 2))
        == [#"/reported/a 1 "é""#])
  }
}

@Suite("A shadow's topics, remembered")
struct TopicPlacesTests {
  @Test("are those of the one shadow, however many others come between")
  func places() {
    var places = TopicPlaces()
    let address = ShadowAddress(thing: "lamp1")
    for round in 0..<3 {
      #expect(
        places.place(of: "$aws/things/lamp1/shadow/update/documents", below: address) == .documents)
      for number in 0..<20 {
        #expect(places.place(of: "other/\(round)/\(number)", below: address) == nil)
      }
      #expect(places.place(of: "$aws/things/lamp2/shadow/get", below: address) == nil)
      #expect(places.place(of: "$aws/things/lamp1/shadow/name/n/get", below: address) == nil)
      #expect(
        places.place(of: "$aws/things/lamp1/shadow/get", below: address) == .request(.get))
    }
  }
}
