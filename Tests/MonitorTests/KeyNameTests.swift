import Canvas
import Monitor
import Testing

@Suite("The name of a key")
struct KeyNameTests {
  @Test("is understood as it is shown, for every key that commands have")
  func labels() {
    let simple: [Key] = [
      .character(" "), "x", "G", "?", "é", "^", "-", .control("x"), .control("@"), .control("^"),
      .control("\\"), .alt("b"), .alt("B"), .alt("-"), .enter, .escape, .tab, .backTab, .backspace,
      .delete, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .function(1),
      .function(12),
    ]
    for key in simple + Command.allCases.flatMap(\.standardKeys) {
      #expect(Key(named: key.label) == key, "\(key.label)")
    }
  }

  @Test(
    "may be written in the usual ways",
    arguments: [
      ("ctrl-x", .control("x")), ("CTRL-X", .control("x")), ("C-x", .control("x")),
      ("control-_", .control("_")), ("^x", .control("x")), ("ctrl-i", .tab), ("^M", .enter),
      ("ctrl-[", .escape), ("ctrl-space", .control("@")), ("alt-b", .alt("b")),
      ("meta-B", .alt("B")), ("Enter", .enter), ("return", .enter), ("ESC", .escape),
      ("space", .character(" ")), ("f5", .function(5)), ("F12", .function(12)),
      ("shift-tab", .backTab), ("page-up", .pageUp), ("PageDown", .pageDown), ("f", "f"),
    ] as [(String, Key)])
  func written(_ name: String, _ key: Key) {
    #expect(Key(named: name) == key)
  }

  @Test(
    "must be one of a key that a terminal can send",
    arguments: [
      "", " ", "\n", "\u{1B}", "\u{9B}", "ctrl-", "ctrl-é", "ctrl-xy", "ctrl-1", "alt-", "alt-\t",
      "alt-enter", "f0", "f64", "f01", "f+1", "f-1", "ff", "shift-x", "paste", "mouse", "xx",
    ])
  func unknown(_ name: String) {
    #expect(Key(named: name) == nil)
  }
}
