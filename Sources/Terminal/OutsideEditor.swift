import CProcess
import Glibc

/// The person's own editor on the terminal, with a text in a private file.
///
/// Call ``Screen/suspend()`` before and ``Screen/resume()`` after. The editor has the terminal, but
/// this program runs on: wait for ``descriptor`` with `poll` beside other sources, then call
/// ``finish()``; or let ``edit(_:named:environment:input:output:)`` wait for it all.
///
/// While it lives, Control-C in the editor is the editor's alone, and Control-Z stops both until
/// `fg` continues them. A value that goes away before ``finish()`` ends the editor.
package final class OutsideEditor {
  /// Readable once the editor has ended; -1 where the system has no such thing, and then only
  /// ``finish()`` tells.
  package let descriptor: CInt

  private let text: String
  private let command: String
  private let file: EditorFile
  private let process: pid_t
  private let input: CInt
  private var modes = termios()
  private var earlier: [(number: CInt, action: sigaction)] = []
  private var isOver = false

  /// Starts the editor.
  ///
  /// - Parameters:
  ///   - text: what is to be edited.
  ///   - name: the file's name, by whose ending editors tell the language.
  ///   - environment: `VISUAL` and `EDITOR`, words as the shell splits them (else `vi`, else `nano`
  ///     in `PATH`), `XDG_RUNTIME_DIR` or `TMPDIR` for the file. The editor itself gets the
  ///     process's own environment.
  ///   - input: the terminal where the editor reads.
  ///   - output: the terminal where it writes.
  /// - Throws: `EditorError`; nothing was started, no file is left.
  package init(
    _ text: String, named name: String, environment: [String: String], input: CInt = 0,
    output: CInt = 1
  ) throws(EditorError) {
    guard let command = Self.command(environment) else { throw .noEditor }
    // Editors want a line end behind the last line.
    let file = try EditorFile(
      text.utf8.last == newline ? text : text + "\n", named: name,
      in: EditorFile.folder(environment))
    // The shell splits the words, and the path is never part of what it reads. It becomes the
    // editor, so that ending it ends the editor; env takes variables before the name.
    let arguments = ["/bin/sh", "-c", "exec env \(command) \"$@\"", command, file.path]
    var modes = termios()
    tcgetattr(input, &modes)
    let earlier = Self.stepAside()
    var process: pid_t = 0
    let code = Self.spawn(arguments, &process, input: input, output: output)
    guard code == 0 else {
      Self.putBack(earlier)
      throw .notStarted(reason: String(cString: strerror(code)))
    }
    self.text = text
    self.command = command
    self.file = file
    self.process = process
    self.input = input
    self.modes = modes
    self.earlier = earlier
    descriptor = cprocess_watch(process)
    if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    if !isOver {
      kill(process, SIGHUP)
      var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if descriptor < 0 || poll(&source, 1, 1000) == 0 { kill(process, SIGKILL) }
      _ = wait()
    }
    if descriptor >= 0 { close(descriptor) }
  }

  /// Waits for the editor's end and takes what it left.
  ///
  /// The terminal has the modes again that it had before, whatever the editor did to them.
  ///
  /// - Returns: the new text, nil when it is the same. A line end that the text did not have and
  ///   that the editor put behind it is taken off.
  /// - Throws: `EditorError` when the editor failed or left something that is no text; nothing
  ///   counts as changed then.
  package func finish() throws(EditorError) -> String? {
    let status = wait()
    defer { file.discard() }
    // WIFEXITED and its kin are macros.
    if status & 0x7F != 0 { throw .killed(command: command, signal: status & 0x7F) }
    let code = status >> 8 & 0xFF
    guard code == 0 else { throw .failed(command: command, status: code) }
    var edited = try file.read()
    // By bytes: CR and LF are one character to Swift.
    if text.utf8.last != newline, edited.utf8.last == newline { edited.removeLast() }
    return edited.utf8.elementsEqual(text.utf8) ? nil : edited
  }

  /// Lets the person edit a text and waits until that is done.
  ///
  /// - Parameters:
  ///   - text: what is to be edited.
  ///   - name: the file's name, by whose ending editors tell the language.
  ///   - environment: as in ``init(_:named:environment:input:output:)``.
  ///   - input: the terminal where the editor reads.
  ///   - output: the terminal where it writes.
  /// - Returns: the new text, nil when it is the same.
  /// - Throws: `EditorError`; nothing counts as changed then.
  package static func edit(
    _ text: String, named name: String, environment: [String: String], input: CInt = 0,
    output: CInt = 1
  ) throws(EditorError) -> String? {
    try OutsideEditor(
      text, named: name, environment: environment, input: input, output: output
    ).finish()
  }

  /// The command of the person's editor; nil when there is none.
  static func command(_ environment: [String: String]) -> String? {
    for variable in ["VISUAL", "EDITOR"] {
      if let value = environment[variable], value.contains(where: { !$0.isWhitespace }) {
        return value
      }
    }
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    return ["vi", "nano"].first { name in
      folders.contains { access("\($0)/\(name)", X_OK) == 0 }
    }
  }

  /// Waits for the editor's end and takes the terminal's modes and the signals back.
  ///
  /// - Returns: the status as `waitpid` has it.
  private func wait() -> CInt {
    guard !isOver else { return 0 }
    var status: CInt = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    isOver = true
    tcsetattr(input, TCSADRAIN, &modes)
    Self.putBack(earlier)
    return status
  }

  /// Control-C and Control-\ mean the editor alone, which is in the foreground with us; Control-Z
  /// stops the whole group, as it does for a program with a child elsewhere.
  private static func stepAside() -> [(number: CInt, action: sigaction)] {
    [(SIGINT, SIG_IGN), (SIGQUIT, SIG_IGN), (SIGTSTP, SIG_DFL)].map { number, handler in
      var action = sigaction()
      action.__sigaction_handler.sa_handler = handler
      var old = sigaction()
      sigaction(number, &action, &old)
      return (number, old)
    }
  }

  private static func putBack(_ earlier: [(number: CInt, action: sigaction)]) {
    for (number, action) in earlier {
      var action = action
      sigaction(number, &action, nil)
    }
  }

  /// Starts a program with the terminal as its input, output and errors.
  ///
  /// - Returns: 0, or the system's code for why not.
  private static func spawn(
    _ arguments: [String], _ process: inout pid_t, input: CInt, output: CInt
  ) -> CInt {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (source, target) in [(input, 0 as CInt), (output, 1), (output, 2)] {
      posix_spawn_file_actions_adddup2(&actions, source, target)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // What this program ignores, blocks or handles is no business of the editor's.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let pointers = arguments.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return posix_spawn(
      &process, arguments[0], &actions, &attributes, pointers + [nil], environ)
  }
}

private let newline = UInt8(ascii: "\n")

@available(*, unavailable)
extension OutsideEditor: Sendable {}
