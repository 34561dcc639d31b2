import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("The name of a resource")
struct ResourceNameTests {
  static let names = [
    "kitchen/temp", "a.b", "a b", "/x", "a/", "//", "~", "~1", "a~0/b", "..", "größe", "寸法/幅",
    "🌡 inne", "e\u{301}",
  ]

  /// A thing with the name at the top level, and as a nested resource's with itself inside.
  private static func person(_ name: String) throws -> Person {
    let key = JSONValue.string(name).compact
    return try Person(
      size: Size(rows: 40, columns: 120), reported: "{\"n\":{\(key):{\(key):2}}, \(key):1}")
  }

  @Test("is one row, one step of the path and one key, whatever it holds", arguments: names)
  func whole(_ name: String) throws {
    var person = try Self.person(name)
    let paths = person.model.table.tree.nodes.map(\.path)
    let wanted = [
      JSONPath(keys: [name]), JSONPath(keys: ["n"]), JSONPath(keys: ["n", name]),
      JSONPath(keys: ["n", name, name]),
    ]
    #expect(Set(paths) == Set(wanted) && paths.count == 4)
    #expect(person.screen().joined(separator: "\n").contains(name))
    // The detail names it by its pointer.
    person.model.selectResource(JSONPath(keys: ["n", name, name]))
    person.type("i")
    #expect(person.model.table.selection?.path == JSONPath(keys: ["n", name, name]))
  }

  @Test("is written whole by an edit, the preview and what is copied", arguments: names)
  func written(_ name: String) throws {
    var person = try Self.person(name)
    let key = JSONValue.string(name).compact
    person.model.selectResource(JSONPath(keys: [name]))
    person.type("ypath")
    #expect(person.press(.enter) == [.copy(JSONPath(keys: [name]).pointer)])
    person.type("yJSON")
    #expect(person.press(.enter) == [.copy("{\(key):1}")])
    person.type("e")
    person.press(.control("u"))
    person.type("5")
    person.press(.enter)
    #expect(person.model.draft.edits.map(\.path) == [JSONPath(keys: [name])])
    person.type("P")
    #expect(person.submitted?.text.contains("{\"reported\":{\(key):5}}") == true)
  }

  @Test("leads back to itself by the pointer that is shown", arguments: names)
  func pointer(_ name: String) throws {
    let path = JSONPath(keys: ["n", name])
    #expect(JSONPointer(path.pointer)?.tokens == ["n", name])
  }

  @Test(
    "has the type of a nested resource beside it, or that it has none",
    arguments: [
      (#"{"pump1":{"type":"pump","flow":1}}"#, nil, "pump1", "pump"),
      (#"{"pump1":{"flow":1}}"#, nil, "pump1", "untyped"),
      (#"{"pump1":{"type":7,"flow":1}}"#, nil, "pump1", "untyped"),
      (#"{"pump1":{"flow":1}}"#, #"{"pump1":{"type":"pump"}}"#, "pump1", "untyped"),
      (nil, #"{"pump1":{"type":"pump"}}"#, "pump1", "pump"),
      (nil, #"{"pump1":{"flow":1}}"#, "pump1", nil), (#"{"tcxn":{"rssi":1}}"#, nil, "tcxn", nil),
      (#"{"tcxn":{"type":"x"}}"#, nil, "tcxn", nil), (#"{"a":1}"#, nil, "a", nil),
      (#"{"a":{}}"#, nil, "a", nil), (#"{"a":[{}]}"#, nil, "a", nil),
    ] as [(String?, String?, String, String?)])
  func type(reported: String?, desired: String?, name: String, type: String?) throws {
    let person = try Person(reported: reported, desired: desired)
    let node = try #require(person.model.table.tree.nodes.first { $0.name == name })
    #expect(node.nestedType == type)
    if let type { #expect(person.sees("\(name) (\(type))")) }
  }

  @Test("further in has a type where it says one, and else nothing")
  func deeper() throws {
    let person = try Person(reported: #"{"a":{"b":{"type":"x","c":{"d":1}},"tcxn":{"e":1}}}"#)
    let types = person.model.table.tree.nodes.filter(\.isBranch).map(\.nestedType)
    #expect(types == ["untyped", "x", nil, nil])
  }
}

extension Model {
  /// Goes down the table to a resource, opening folds, as a person does.
  fileprivate mutating func selectResource(_ path: JSONPath) {
    _ = update(&self, .key(.home), at: Person.start)
    for _ in 0..<table.tree.nodes.count where table.selection?.path != path {
      _ = update(&self, .key(.down), at: Person.start)
    }
  }
}
