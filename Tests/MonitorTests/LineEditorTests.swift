import Monitor
import Testing

@Suite("The edit line")
struct LineEditorTests {
  /// A line with `|` where the cursor is.
  static func line(_ marked: String) -> LineEditor {
    let parts = marked.split(separator: "|", omittingEmptySubsequences: false)
    var line = LineEditor(String(parts[1]))
    line.perform(.toStart)
    line.insert(String(parts[0]))
    return line
  }

  static func marked(_ line: LineEditor) -> String {
    String(line.characters[..<line.cursor]) + "|" + String(line.characters[line.cursor...])
  }

  @Test(
    "moves and deletes as readline does",
    arguments: [
      (.toStart, "ab|c", "|abc"), (.toEnd, "ab|c", "abc|"), (.back, "ab|c", "a|bc"),
      (.forward, "ab|c", "abc|"), (.back, "|abc", "|abc"), (.forward, "abc|", "abc|"),
      (.wordBack, "one two|", "one |two"), (.wordBack, "one, |two", "|one, two"),
      (.wordForward, "one| two", "one two|"), (.deleteBack, "ab|c", "a|c"),
      (.deleteBack, "|abc", "|abc"), (.deleteForward, "a|bc", "a|c"),
      (.deleteForward, "abc|", "abc|"),
      (.killWordBack, "one two.x|y", "one |y"), (.killToStart, "ab|c", "|c"),
      (.killToEnd, "a|bc", "a|"), (.deleteBack, "e\u{301}|x", "|x"), (.back, "👨‍👩‍👧|", "|👨‍👩‍👧"),
    ] as [(LineEditor.Action, String, String)])
  func actions(_ action: LineEditor.Action, _ before: String, _ after: String) {
    var line = Self.line(before)
    line.perform(action)
    #expect(Self.marked(line) == after)
  }

  @Test("puts back what was cut, several cuts as one")
  func yank() {
    var line = Self.line("one two three|")
    line.perform(.killWordBack)
    line.perform(.killWordBack)
    line.perform(.yank)
    line.perform(.yank)
    #expect(Self.marked(line) == "one two threetwo three|")
  }

  @Test("joins a mark with the character before it, and the cursor stays behind it")
  func marks() {
    var line = Self.line("e|x")
    line.insert("\u{301}")
    #expect(Self.marked(line) == "e\u{301}|x")
    #expect(line.characters.count == 2)
    line.insert("ab")
    #expect(Self.marked(line) == "e\u{301}ab|x")
  }

  @Test("inserts plain text before a mark that is on its own")
  func beforeMark() {
    var line = LineEditor("\u{301}x")
    line.perform(.toStart)
    line.insert("e")
    #expect(line.text == "e\u{301}x")
    #expect(line.cursor == 1)
  }
}
