import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Editing")
struct EditingTests {
  static func person() throws -> Person {
    try Person(
      reported: #"{"flow":11,"name":"pump","on":true,"p":{"x":1,"y":{}}}"#, desired: #"{"flow":12}"#
    )
  }

  /// Edits the selected resource: the whole text anew.
  static func edit(_ person: inout Person, _ text: String) {
    person.type("e")
    person.press(.control("u"), .control("k"))
    person.type(text)
    person.press(.enter)
  }

  @Test(
    "says what a text is before it is staged, and stages exactly that",
    arguments: [
      ("102", "number", "102"), ("true", "true/false", "true"), (#""x""#, "text", #""x""#),
      ("hello", "text", #""hello""#), (#"{"a":1}"#, "object, 1 key", #"{"a":1}"#),
      ("[1,2]", "array, 2", "[1,2]"), ("1.0", "number", "1.0"),
      ("12345678901234567890", "number", "12345678901234567890"), ("01", "text", #""01""#),
      ("10.0.0.1", "text", #""10.0.0.1""#), ("57.652,11.958", "text", #""57.652,11.958""#),
      ("null", "null removes it", "null"),
    ])
  func kinds(_ text: String, _ label: String, _ sent: String) throws {
    var person = try Self.person()
    person.type("e")
    person.press(.control("u"))
    person.type(text)
    #expect(person.sees("> \(text)"))
    #expect(person.sees(label))
    person.press(.enter)
    person.type("P")
    #expect(person.submitted?.text.contains("\"flow\":\(sent)") == true)
  }

  @Test(
    "starts from the value, so that an untouched line means the same value",
    arguments: [
      #""plain""#, #""102""#, #""true""#, #""null""#, #""""#, #""{""#, #""two\nlines""#, "1.50",
      "[1,2]",
      #"{"a":"b"}"#, #"" x ""#, "1e400",
    ])
  func prefill(_ value: String) throws {
    var person = try Person(reported: "{\"v\":\(value)}")
    person.type("e")
    // At the second Enter the value is reported anew.
    person.press(.enter)
    #expect(person.sees("It is so already: Enter again reports it anew"))
    person.press(.enter)
    person.type("P")
    #expect(person.submitted?.text.contains("{\"reported\":{\"v\":\(value)}}") == true)
  }

  @Test("stages the spelling that the line shows, also of two that a reader cannot tell apart")
  func spelling() throws {
    var person = try Self.person()
    person.type("e")
    person.press(.control("u"), .paste("e\u{301}"), .enter)
    person.type("e")
    person.press(.control("u"), .paste("\u{E9}"), .up, .enter)
    let staged = person.model.draft.edits.first?.value?.string
    #expect(staged.map { Array($0.unicodeScalars) } == ["e", "\u{301}"])
  }

  @Test("asks twice before broken JSON becomes a text", arguments: [#"{"a":1"#, "[1,", #""x"#])
  func broken(_ text: String) throws {
    var person = try Self.person()
    Self.edit(&person, text)
    #expect(person.model.draft.isEmpty)
    #expect(person.sees("Enter again stages it as a text"))
    person.press(.left)
    person.press(.enter)
    #expect(person.model.draft.edits.first?.value == .string(text))
  }

  @Test("takes the warning back when the text changes")
  func warning() throws {
    var person = try Self.person()
    Self.edit(&person, "{")
    person.type("}")
    #expect(!person.sees("Enter again"))
    person.press(.enter)
    #expect(person.model.draft.edits.first?.value == [:])
  }

  @Test("refuses null in arrays", arguments: ["[null]", #"[{"a":null}]"#, #"{"a":[1,null]}"#])
  func nullInArray(_ text: String) throws {
    var person = try Self.person()
    Self.edit(&person, text)
    #expect(person.sees("an array cannot hold null"))
    #expect(person.model.entry != nil)
    #expect(person.model.draft.isEmpty)
  }

  @Test("takes a null inside an object as the removal of that member")
  func nullInObject() throws {
    var person = try Self.person()
    Self.edit(&person, #"{"a":null}"#)
    #expect(person.model.draft.edits.count == 1)
  }

  @Test("Esc abandons, and nothing is staged")
  func abandon() throws {
    var person = try Self.person()
    person.type("e9")
    person.press(.escape)
    #expect(person.model.entry == nil)
    #expect(person.model.draft.isEmpty)
  }

  @Test("keeps what is typed while documents arrive")
  func arriving() throws {
    var person = try Self.person()
    person.type("e")
    person.type("77")
    person.press(.left)
    let cursor = person.frame().cursor
    try person.receiveDocuments(from: nil, reported: #"{"aaa":1,"flow":11}"#, version: 128)
    #expect(person.model.entry?.line.text == "1177")
    #expect(person.frame().cursor == cursor)
  }

  @Test(
    "adds by a plain name beside the selection, dots, slashes and all",
    arguments: [
      ("speed", "/speed"), ("a.b", "/a.b"), ("kitchen/temp", "/kitchen~1temp"), ("/p/z", "/p/z"),
      ("/", "/"), ("/a~1b/~0", "/a~1b/~0"), ("温度", "/温度"),
    ])
  func add(_ text: String, _ pointer: String) throws {
    var person = try Self.person()
    person.type("a")
    person.type(text)
    #expect(person.sees("will be \(pointer)"))
    person.press(.enter)
    person.type("5")
    person.press(.enter)
    #expect(person.model.draft.edits.first?.path.pointer == pointer)
    #expect(person.model.table.selection?.path.pointer == pointer)
    #expect(person.sees("→ 5"))
  }

  @Test("adds inside an open fold, and beside a closed one")
  func addInside() throws {
    var person = try Self.person()
    person.press(.end, .up, .up)
    #expect(person.model.table.selection?.path.display == "p")
    person.type("a")
    #expect(person.sees("in p"))
    person.press(.escape)
    person.type(" a")
    person.type("q")
    #expect(person.sees("will be /q"))
  }

  @Test("refuses pointers that lead nowhere", arguments: [("/a~", "~0"), ("", "a name")])
  func badPointer(_ text: String, _ words: String) throws {
    var person = try Self.person()
    person.type("a")
    person.type(text)
    person.press(.enter)
    #expect(person.sees(words))
    #expect(person.model.entry != nil)
  }

  @Test("does not reach into an array, which is written whole")
  func intoArray() throws {
    var person = try Person(reported: #"{"list":[1,2]}"#)
    person.type("a")
    person.type("/list/0")
    person.press(.enter)
    #expect(person.sees("list is an array, which is written whole: edit that"))
  }

  @Test("says that what lies below a value replaces it: while typing, before staging, and staged")
  func belowValue() throws {
    var person = try Self.person()
    person.type("a")
    person.type("/name/q")
    #expect(person.sees("will be /name/q name is text: this replaces it"))
    person.press(.enter)
    person.type("1")
    #expect(person.sees("number; replaces name (pump)"))
    person.press(.enter)
    #expect(person.sees("name.q new, replaces name (pump) → 1"))
    person.type("t")
    person.type("a")
    person.type("/name/q")
    #expect(!person.sees("this replaces it"), "desired has no name")
  }

  @Test("marks a conflict when a value comes in the way of a staged edit, and asks")
  func inTheWay() throws {
    var person = try Self.person()
    person.type("a")
    person.type("/new/q")
    person.press(.enter)
    person.type("1")
    person.press(.enter)
    try person.receiveDocuments(from: nil, reported: #"{"new":true}"#, version: 128)
    #expect(person.sees("conflict: new is true now, yours replaces it: 1"))
    person.type("P")
    #expect(person.submitted == nil)
    person.type("y")
    #expect(person.submitted != nil)
  }

  @Test("d stages a removal in the target section, of a branch whole")
  func remove() throws {
    var person = try Self.person()
    person.type("td")
    #expect(person.model.preview?.text.contains(#"{"desired":{"flow":null}}"#) == true)
    #expect(person.sees("12 → removed"))
    person.type("jd")
    #expect(person.sees("desired has no name to remove"))
    person.type("t")
    person.press(.end, .up, .up)
    person.type("d")
    #expect(person.model.draft.edits.last?.path.display == "p")
  }

  @Test("Space turns truth around, again and again")
  func toggle() throws {
    var person = try Self.person()
    person.type("jj ")
    #expect(person.model.draft.edits.map(\.value) == [false])
    person.type(" ")
    #expect(person.model.draft.edits.map(\.value) == [true])
    person.type("j")
    person.type("kk ")
    #expect(person.sees("Space turns true to false and back, and opens folds"))
  }

  @Test("undoes and redoes staging step by step")
  func undo() throws {
    var person = try Self.person()
    Self.edit(&person, "1")
    Self.edit(&person, "2")
    person.type("u")
    #expect(person.model.draft.edits.map(\.value) == [1])
    person.type("u")
    #expect(person.model.draft.isEmpty)
    #expect(person.model.preview == nil)
    person.type("UU")
    #expect(person.model.draft.edits.map(\.value) == [2])
  }

  @Test("x discards what is staged, and u brings it back")
  func discard() throws {
    var person = try Self.person()
    Self.edit(&person, "1")
    person.type("x")
    #expect(person.model.draft.isEmpty)
    Self.edit(&person, "1")
    person.type("j")
    Self.edit(&person, "2")
    person.type("x")
    #expect(person.model.draft.isEmpty)
    #expect(person.sees("2 edits discarded: u brings them back"))
    person.type("u")
    #expect(person.model.draft.edits.count == 2)
    person.press(.backTab)
    person.type("x")
    #expect(person.model.draft.edits.count == 1)
  }

  @Test("folds an edit inside a staged object into it, and refuses one inside a removal")
  func inside() throws {
    var person = try Self.person()
    person.type("a")
    person.type("new")
    person.press(.enter)
    person.type(#"{"a":1}"#)
    person.press(.enter)
    person.type("a")
    person.type("/new/b")
    person.press(.enter)
    person.type("2")
    person.press(.enter)
    #expect(person.model.draft.edits.map(\.value) == [["a": 1, "b": 2]])
    person.type("x")
    person.press(.end, .up, .up)
    person.type("d")
    person.type("a")
    person.type("/p/x")
    person.press(.enter)
    person.press(.control("u"))
    person.type("5")
    person.press(.enter)
    #expect(person.sees("p is staged for removal, which leaves no room inside it"))
    #expect(person.model.draft.edits.count == 1)
  }

  @Test("shows the exact bytes, the resulting size, and warns of what the service refuses")
  func preview() throws {
    var person = try Self.person()
    Self.edit(&person, #"{"1":{"2":{"3":{"4":{"5":{"6":7}}}}}}"#)
    let preview = try #require(person.model.preview)
    #expect(preview.depth == 7)
    #expect(person.sees("7 levels deep: the service takes 6"))
    person.type("e")
    person.press(.control("u"), .paste(String(repeating: "x", count: 9000)), .enter)
    #expect(person.sees("The shadow would be"))
  }

  @Test("marks a conflict when the shadow changes under an edit, and overwrites nothing")
  func conflict() throws {
    var person = try Self.person()
    Self.edit(&person, "20")
    try person.receiveDocuments(from: nil, reported: #"{"flow":15}"#, version: 128)
    #expect(person.sees("conflict: was 11, is 15, yours 20"))
    #expect(person.model.draft.edits.map(\.value) == [20])
    person.type("P")
    #expect(person.submitted == nil)
    #expect(person.sees("flow changed meanwhile. Publish over it?"))
    person.type("y")
    #expect(person.submitted != nil)
  }

  @Test("asks anew when the value changes while the question about it stands")
  func conflictAnew() throws {
    var person = try Self.person()
    Self.edit(&person, "20")
    try person.receiveDocuments(from: nil, reported: #"{"flow":15}"#, version: 128)
    person.type("P")
    try person.receiveDocuments(from: nil, reported: #"{"flow":16}"#, version: 129)
    person.type("y")
    #expect(person.submitted == nil)
    #expect(person.sees("flow just changed again. Publish over it? y yes n no"))
    #expect(person.sees("conflict: was 11, is 16, yours 20"))
    person.type("y")
    #expect(person.submitted != nil)
  }

  @Test("calls the empty name the same everywhere, and takes that for it")
  func emptyName() throws {
    var person = try Person(reported: #"{"":1,"a":{"":2}}"#)
    person.type("e")
    person.press(.control("u"))
    person.type("5")
    person.press(.enter)
    #expect(person.sees(#"reported "" 1 → 5"#))
    person.press(.end)
    #expect(person.model.table.selection?.path.display == #"a."""#)
    person.type("a")
    person.type(#""""#)
    #expect(person.sees(#"will be /a/ the empty name, shown as "" is there: 2"#))
    person.press(.enter)
    #expect(person.model.entry?.line.text == "2")
  }

  @Test("takes what changes while a line is open for a conflict, and says so in the line")
  func changedMeanwhile() throws {
    var person = try Self.person()
    #expect(person.model.table.selection?.name == "flow")
    person.type("e")
    try person.receiveDocuments(
      from: nil, reported: #"{"flow":500}"#, version: person.model.shadow.version + 1)
    #expect(person.sees("changed meanwhile: was 11, is 500"))
    person.press(.control("u"))
    person.type("101")
    person.press(.enter)
    #expect(person.model.draft.edits.first?.base == 11)
    #expect(person.sees("! conflict: was 11, is 500, yours 101"))
    #expect(person.type("P").isEmpty)
    #expect(person.model.question != nil)
  }

  @Test("says that a value becomes another kind, as by a slip of the finger")
  func otherKind() throws {
    var person = try Self.person()
    person.type("ex")
    #expect(person.sees("text; was a number"))
    person.press(.enter)
    #expect(person.sees("text, was a number"))
  }

  @Test("says what x discards")
  func discardHints() throws {
    var person = try Self.person()
    person.send(.resized(Size(rows: 24, columns: 160)))
    Self.edit(&person, "1")
    #expect(person.sees("x discard /"))
    person.type("j")
    Self.edit(&person, "2")
    #expect(person.sees("x discard all 2"))
    person.press(.backTab)
    #expect(person.sees("x discard it"))
  }

  @Test("recalls earlier values with the arrows")
  func history() throws {
    var person = try Self.person()
    Self.edit(&person, "21")
    Self.edit(&person, "22")
    person.type("e")
    person.press(.control("u"))
    person.type("draft")
    person.press(.up, .up, .up)
    #expect(person.model.entry?.line.text == "21")
    person.press(.down, .down)
    #expect(person.model.entry?.line.text == "draft")
  }

  @Test("keeps a paste whole, newlines and all, and shows them safe")
  func paste() throws {
    var person = try Self.person()
    person.type("e")
    person.press(.control("u"), .paste("one\ntwo\u{1B}[2J"))
    #expect(person.model.entry?.line.text == "one\ntwo\u{1B}[2J")
    #expect(person.sees("one␊two␛[2J"))
    person.press(.enter)
    #expect(person.model.draft.edits.first?.value == "one\ntwo\u{1B}[2J")
  }

  @Test("says where a paste would go when nothing is being edited")
  func strayPaste() throws {
    var person = try Self.person()
    person.press(.paste("q"))
    #expect(person.effects.isEmpty)
    #expect(person.sees("Nothing is being edited"))
  }

  @Test("scrolls a long line sideways so that the cursor is always in sight")
  func longLine() throws {
    var person = try Self.person()
    person.type("e")
    person.press(.control("u"), .paste(String(repeating: "0123456789", count: 10_000)))
    for keys in [[Key.left], [.home], [.end], [.alt("b")], [.right]] {
      for key in keys { person.press(key) }
      let cursor = try #require(person.frame().cursor)
      #expect((3..<78).contains(cursor.column))
    }
  }
}

extension Preview {
  var text: String { String(decoding: publication.payload, as: UTF8.self) }
}
