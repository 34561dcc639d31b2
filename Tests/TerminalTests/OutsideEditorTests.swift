import Canvas
import Glibc
import TestSupport
import Testing

@testable import Terminal

extension TerminalTests {
  /// An editor that is a shell script, in a folder that is also the one for temporary files.
  private final class ScriptedEditor {
    let folder: TemporaryFolder
    let terminal: PseudoTerminal

    init(_ script: String) throws {
      folder = try TemporaryFolder()
      terminal = try PseudoTerminal()
      try folder.write("#!/bin/sh\n\(script)\n", to: "editor")
      chmod(folder.path("editor"), 0o700)
    }

    func environment(_ words: String = "") -> [String: String] {
      ["EDITOR": folder.path("editor") + words, "TMPDIR": folder.path]
    }

    func edit(_ text: String, words: String = "") throws -> String? {
      try OutsideEditor.edit(
        text, named: "value.json", environment: environment(words), input: terminal.terminal,
        output: terminal.terminal)
    }

    /// What the script wrote into the file `told`.
    func told() throws -> String { try ChildProcess.run(["cat", folder.path("told")]).output }

    /// The files of edits that are still there.
    func leftovers() throws -> String {
      try ChildProcess.run(["find", folder.path, "-path", "*shadowscope-edit*"]).output
    }
  }

  @Test("edits in a file that only its owner can read, and that is gone afterwards")
  func editing() throws {
    let editor = try ScriptedEditor(
      """
      cd "$(dirname "$0")"
      stat -c %a "$1" "$(dirname "$1")" > told
      basename "$1" >> told
      cat "$1" >> told
      touch "$1~" "$(dirname "$1")/.value.json.swp"
      mkdir "$(dirname "$1")/undo" && ln -s / "$(dirname "$1")/undo/link"
      echo '{"b": "温"}' > "$1"
      """)
    #expect(try editor.edit(#"{"a": 1}"#) == #"{"b": "温"}"#)
    #expect(try editor.told() == "600\n700\nvalue.json\n{\"a\": 1}\n")
    #expect(try editor.leftovers() == "")
  }

  @Test("takes VISUAL before EDITOR, words as the shell splits them, and vi or nano without either")
  func editorsWords() throws {
    let editor = try ScriptedEditor(
      "printf '%s|' \"$#\" \"$1\" \"$2\" > \"$(dirname \"$0\")/told\"")
    #expect(try editor.edit("x", words: " -w 'two  words; $HOME'") == nil)
    #expect(try editor.told() == "3|-w|two  words; $HOME|")
    #expect(OutsideEditor.command(["VISUAL": "a -w", "EDITOR": "b"]) == "a -w")
    #expect(OutsideEditor.command(["VISUAL": " ", "EDITOR": "b"]) == "b")
    #expect(OutsideEditor.command(["EDITOR": "", "PATH": editor.folder.path]) == nil)
    try editor.folder.write("", to: "nano")
    chmod(editor.folder.path("nano"), 0o700)
    #expect(OutsideEditor.command(["PATH": "/none:\(editor.folder.path)"]) == "nano")
    try editor.folder.write("", to: "vi")
    chmod(editor.folder.path("vi"), 0o700)
    #expect(OutsideEditor.command(["PATH": "/none:\(editor.folder.path)"]) == "vi")
  }

  @Test(
    "keeps the line ends that the person wrote, and takes off the one that editors add",
    arguments: [
      ("one", ":", nil), ("one\n", ":", nil), ("", ":", nil),
      ("one", "echo two >> \"$1\"", "one\ntwo"), ("one\n", "echo two >> \"$1\"", "one\ntwo\n"),
      ("one", "printf one > \"$1\"", nil), ("one\n", "printf one > \"$1\"", "one"),
      ("e\u{301}", "printf 'é' > \"$1\"", "\u{E9}"),
      ("one", "printf 'a\\r\\n' > \"$1\"", "a"), ("one", ": > \"$1\"", ""),
      ("one", "mv \"$1\" \"$1~\"; echo new > \"$1\"", "new"),
    ] as [(String, String, String?)])
  func lineEnds(_ text: String, _ script: String, _ expected: String?) throws {
    let editor = try ScriptedEditor(script)
    let edited = try editor.edit(text)
    #expect(edited.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    #expect(try editor.leftovers() == "")
  }

  @Test(
    "changes nothing when the editor fails, says how, and leaves no file",
    arguments: [
      ("echo y > \"$1\"; exit 3", "ended with status 3, so nothing was changed"),
      ("kill -KILL $$", "was ended by signal 9, so nothing was changed"),
      ("rm \"$1\"", "cannot be read: No such file or directory"),
      ("rm \"$1\"; mkdir \"$1\"", "it is no ordinary file"),
      ("rm \"$1\"; mkfifo \"$1\"", "it is no ordinary file"),
      ("rm \"$1\"; ln -s /etc/passwd \"$1\"", "cannot be read"),
      ("printf '\\377' > \"$1\"", "is not UTF-8"),
      ("head -c 1048577 /dev/zero > \"$1\"", "1048577 bytes long; 1048576 are the limit"),
    ])
  func editorFails(_ script: String, _ words: String) throws {
    let editor = try ScriptedEditor(script)
    let error = #expect(throws: EditorError.self) { try editor.edit("x") }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
    #expect(try editor.leftovers() == "")
  }

  @Test("says so when there is no such editor, and when no file can be made")
  func noSuchEditor() throws {
    let terminal = try PseudoTerminal()
    func edit(_ environment: [String: String]) throws -> String? {
      try OutsideEditor.edit(
        "x", named: "value.json", environment: environment, input: terminal.terminal,
        output: terminal.terminal)
    }
    var error = #expect(throws: EditorError.self) {
      try edit(["EDITOR": "no-such-\u{1B}editor -w"])
    }
    #expect(error?.description.contains("editor -w was not found") == true)
    #expect(error?.description.contains("\u{1B}") == false)
    error = #expect(throws: EditorError.self) { try edit(["EDITOR": "vi", "TMPDIR": "/no/such"]) }
    #expect(error?.description.contains("in /no/such: No such file or directory") == true)
    error = #expect(throws: EditorError.self) { try edit(["PATH": "/no/such"]) }
    #expect(error == .noEditor)
  }

  @Test("prefers the person's runtime folder, if nobody else can write there")
  func runtimeFolder() throws {
    let folder = try TemporaryFolder()
    #expect(
      EditorFile.folder(["XDG_RUNTIME_DIR": folder.path, "TMPDIR": "/var/tmp"]) == folder.path)
    chmod(folder.path, 0o770)
    #expect(
      EditorFile.folder(["XDG_RUNTIME_DIR": folder.path, "TMPDIR": "/var/tmp"]) == "/var/tmp")
    #expect(EditorFile.folder(["XDG_RUNTIME_DIR": "relative"]) == "/tmp")
    #expect(EditorFile.folder(["XDG_RUNTIME_DIR": "/no/such", "TMPDIR": "relative"]) == "/tmp")
  }

  @Test(
    "gives the file a harmless name",
    arguments: [
      ("value.json", "value.json"), ("../../etc/passwd", "_.._etc_passwd"), ("-rf", "rf"),
      (".vimrc", "vimrc"), ("", "value.json"), ("a b;$(c)é\n.json", "a_b___c___.json"),
    ])
  func fileNames(_ name: String, _ expected: String) {
    #expect(EditorFile.harmless(name) == expected)
  }

  @Test("keeps Control-C and a broken terminal to the editor")
  func editorsSignals() throws {
    var before = sigaction()
    sigaction(SIGTSTP, nil, &before)
    let editor = try ScriptedEditor("kill -INT \"$1\"; kill -QUIT \"$1\"; stty raw -echo; exit 1")
    let modes = editor.terminal.modes
    #expect(throws: EditorError.self) { try editor.edit("x", words: " \(getpid())") }
    #expect(editor.terminal.modes == modes)
    var after = sigaction()
    sigaction(SIGTSTP, nil, &after)
    #expect(after.sa_flags == before.sa_flags)
  }

  @Test("ends the editor and removes its file when it is not waited for")
  func abandoning() throws {
    let editor = try ScriptedEditor("echo $$ > \"$(dirname \"$0\")/told\"; exec sleep 60")
    do {
      let running = try OutsideEditor(
        "x", named: "value.json", environment: editor.environment(),
        input: editor.terminal.terminal, output: editor.terminal.terminal)
      var source = pollfd(fd: running.descriptor, events: Int16(POLLIN), revents: 0)
      #expect(poll(&source, 1, 0) == 0)
      #expect(try editor.leftovers() != "")
    }
    #expect(try editor.leftovers() == "")
  }

  @Test("has the terminal to itself while the screen is suspended, and the program runs on")
  func editorInTmux() async throws {
    let (tmux, screen, descriptor) = try openInTmux(rows: 6, columns: 40)
    defer { close(descriptor) }
    let editor = try ScriptedEditor(
      "printf 'editing %s: ' \"$(cat \"$1\")\"; read -r line; echo \"$line\" > \"$1\"")
    screen.mouseCapture = true
    screen.present(Self.frame(["the screen"], size: screen.size))
    try await tmux.wait(for: "the screen")
    screen.suspend()
    let running = try OutsideEditor(
      "21.5", named: "value.json", environment: editor.environment(), input: descriptor,
      output: descriptor)
    try await tmux.wait(for: "editing 21.5:")
    #expect(try !tmux.usesSecondScreen())
    #expect(try tmux.mouseModes() == "0 0 0")
    screen.present(Self.frame(["what came meanwhile"], size: screen.size))
    try tmux.type("22.0")
    try await tmux.wait(for: "editing 21.5: 22.0")
    try tmux.press("Enter")
    try await waitUntil("the editor's end") {
      var source = pollfd(fd: running.descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&source, 1, 0) == 1
    }
    #expect(try running.finish() == "22.0")
    #expect(try editor.leftovers() == "")
    screen.resume()
    try await tmux.wait(for: "what came meanwhile")
    #expect(try tmux.mouseModes() == "0 1 1")
    try tmux.type("q")
    try await waitUntil("the key") { screen.nextKey() == .character("q") }
    screen.close()
  }
}
