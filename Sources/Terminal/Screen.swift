import CNcurses
package import Canvas
import Glibc

/// The terminal: frames in, keys out, and everything as it was afterwards.
///
/// One screen at a time is open in a process, on the main thread. Make ``Signals`` first. What a
/// loop does with it:
///
/// - wait with `poll` for ``descriptor`` (and other sources), then take keys until
///   ``nextKey()`` answers nil; end when ``isInputOver``;
/// - hand one ``Frame`` of ``size`` to ``present(_:)``;
/// - call ``resize()`` on `.windowChanged`, ``recover()`` on `.continued`,
///   ``stopUntilContinued()`` on Control-Z, ``suspend()`` and ``resume()`` around an editor.
///
/// Control-C, Control-Z and Control-\ are keys like others. A crash gives the terminal back too.
package final class Screen {
  /// The screen's size; a frame of another size is shown as far as it fits.
  package private(set) var size = Size(rows: 24, columns: 80)
  /// Becomes readable when a key was pressed.
  package let descriptor: CInt
  /// Whether the terminal has hung up, so that no key will ever come.
  package private(set) var isInputOver = false
  /// The looks of the roles; setting them draws everything anew.
  package var styles: [Role: Style] {
    didSet {
      guard isOpen else { return }
      writer.pens = Pens(styles, depth: depth)
      shown = nil
      if !isSuspended, let wanted { present(wanted) }
    }
  }

  /// Whether the mouse is reported as keys; off at first, so that the terminal's own selection
  /// works.
  ///
  /// Setting it where the terminal has no mouse changes nothing. It is off while the terminal is
  /// given back, and after that as it was.
  package var mouseCapture: Bool {
    get { decoder.takesMouse }
    set {
      guard isOpen, hasMouse, newValue != decoder.takesMouse else { return }
      decoder.takesMouse = newValue
      if !isSuspended { say(newValue ? MouseReport.on : MouseReport.off) }
    }
  }
  /// Whether the terminal can report its mouse, as terminfo says.
  package let hasMouse: Bool

  /// What to tell a person who copied something, nil when there is nothing to tell: tmux drops what
  /// programs copy unless it was told otherwise.
  package var copyAdvice: String? {
    clipboard?.isThroughTmux == true ? "tmux hands it on only with: set -s set-clipboard on" : nil
  }

  /// Time that a lone ESC waits for the rest of a key, in ms.
  private static let escapeDelay: CInt = 25
  /// The same inside a paste, where ESC is nearly always its end, in ms.
  private static let pasteEndDelay: CInt = 200
  /// Time that the terminal has for an answer when it is to be given back, in ms since the question.
  private static let answerDelay = 250

  private let output: CInt
  private let environment: [String: String]
  private let depth: ColourDepth
  private let handle: OpaquePointer
  private let streams: [UnsafeMutablePointer<FILE>]
  private let clipboard: Clipboard?
  private var synchronised: SynchronisedOutput?
  /// When the terminal was asked for synchronised output; nil before, and where it is not asked.
  private var asked: ContinuousClock.Instant?
  private var shallAsk: Bool
  private var writer: CellWriter
  private var decoder: KeyDecoder
  /// The modes to give back.
  private var modes: termios
  private var isOpen = true
  private var isSuspended = false
  /// The frame last presented, and the frame that curses holds; nil when it must be drawn anew.
  private var wanted: Frame?
  private var shown: Frame?
  private var cursorIsVisible: Bool?

  /// Opens the screen on a terminal.
  ///
  /// - Parameters:
  ///   - input: where keys are read.
  ///   - output: where frames are written.
  ///   - environment: `TERM`, `COLORTERM`, `NO_COLOR`, `LC_ALL`, `LC_CTYPE`, `LANG` and, for a
  ///     terminal that does not tell its size, `LINES` and `COLUMNS` are looked at.
  ///   - styles: the looks of the roles; a role without a style looks like ordinary text.
  /// - Throws: `ScreenError`; the terminal is as it was.
  package init(
    input: CInt = 0, output: CInt = 1, environment: [String: String], styles: [Role: Style]
  ) throws(ScreenError) {
    guard isatty(input) == 1 else { throw .inputIsNoTerminal }
    guard isatty(output) == 1 else { throw .outputIsNoTerminal }
    guard let type = environment["TERM"], !type.isEmpty else { throw .typeUnset }
    var modes = termios()
    guard tcgetattr(output, &modes) == 0 else { throw .refused(String(cString: strerror(errno))) }

    // The locale first: curses decides by it what a character is.
    let characterSet = CharacterSet.adopt(from: environment)
    let streams = [OwnStream.open(on: input, mode: "r"), OwnStream.open(on: output, mode: "w")]
      .compactMap { $0 }
    guard streams.count == 2 else {
      let reason = String(cString: strerror(errno))  // now: closing may change it
      for stream in streams { fclose(stream) }
      throw .refused(reason)
    }
    let opened = NewTerminal.open(type, streams[1], streams[0], environment)
    guard let (handle, hasTrueColour) = opened else {
      for stream in streams { fclose(stream) }
      throw .typeUnknown(type)
    }
    guard cnc_tigetstr("cup") != nil, cnc_tigetstr("clear") != nil else {
      endwin()
      delscreen(handle)
      for stream in streams { fclose(stream) }
      tcsetattr(output, TCSADRAIN, &modes)
      throw .typeTooPlain(type)
    }

    if environment["NO_COLOR"]?.isEmpty ?? true, has_colors() {
      start_color()
      use_default_colors()
    }
    depth = ColourDepth(
      colours: has_colors() ? Int(cnc_colours()) : 0,
      palette: hasTrueColour ? TrueColour.paletteCount : 8, noColour: environment["NO_COLOR"])
    writer = CellWriter(characterSet: characterSet, pens: Pens(styles, depth: depth))
    decoder = KeyDecoder(
      sequences: KeySequences.fromTerminfo(),
      controlHErases: KeySequences.controlHErases(modes: modes))
    hasMouse = MouseReport.isUnderstood
    clipboard = Clipboard(environment: environment, hasCapability: cnc_tigetstr("Ms") != nil)
    synchronised = SynchronisedOutput.fromTerminfo()
    shallAsk = synchronised == nil && SynchronisedOutput.mayAsk(environment)
    self.descriptor = input
    self.output = output
    self.environment = environment
    self.handle = handle
    self.streams = streams
    self.styles = styles
    self.modes = modes
    enter()
    CrashRestore.arm(
      descriptor: output, leave: LeaveSequences.all(), modes: modes)
    resize()
  }

  deinit { close() }

  // MARK: Frames

  /// Shows a frame: what differs from the last one is written, and nothing else.
  package func present(_ frame: Frame) {
    wanted = frame
    guard isOpen, !isSuspended else { return }
    let window = cnc_standard_screen()
    // What lies beyond a smaller frame is blank.
    if shown?.size != frame.size { werase(window) }
    let changes = frame.changes(since: shown)
    // One row arrives whole anyway.
    let spansRows = changes.first.map { $0.row != changes.last?.row } ?? false
    let synchronised = spansRows || shown == nil ? synchronised : nil
    for place in changes where place.row < size.rows {
      guard place.column < size.columns else { continue }
      writer.put(
        frame[place.row, place.column], row: place.row, column: place.column, columns: size.columns)
    }
    shown = frame
    if let synchronised { say(synchronised.begin) }
    place(frame.cursor)
    wrefresh(window)
    if let synchronised { say(synchronised.end) }
    if shallAsk { askForSynchronisedOutput() }
  }

  /// Draws everything anew, whatever the terminal shows now.
  package func redraw() {
    guard isOpen, !isSuspended else { return }
    clearok(cnc_current_screen(), true)
    shown = nil
    present(wanted ?? Frame(size: size))
  }

  /// Reads the terminal's size again and draws everything anew.
  package func resize() {
    guard isOpen else { return }
    var window = winsize()
    if ioctl(output, UInt(TIOCGWINSZ), &window) == 0, window.ws_row > 0, window.ws_col > 0 {
      size = Size(rows: Int(window.ws_row), columns: Int(window.ws_col))
    } else {
      // A serial line knows no size.
      size = Size(
        rows: environment["LINES"].flatMap(Int.init).map { max(1, min($0, 1000)) } ?? 24,
        columns: environment["COLUMNS"].flatMap(Int.init).map { max(1, min($0, 1000)) } ?? 80)
    }
    resize_term(CInt(size.rows), CInt(size.columns))
    redraw()
  }

  /// Asks once, after the screen was cleared; no frame waits for the answer, which comes among the
  /// keys.
  private func askForSynchronisedOutput() {
    shallAsk = false
    asked = .now
    decoder.expectAnswer()
    say(SynchronisedOutput.question)
  }

  private func hearAnswer() {
    guard asked != nil, let answer = decoder.answer else { return }
    asked = nil
    guard answer == .hasMode else { return }
    synchronised = .mode
    CrashRestore.disarm()
    CrashRestore.arm(
      descriptor: output, leave: Array(SynchronisedOutput.mode.end.utf8) + LeaveSequences.all(),
      modes: modes)
  }

  private func place(_ cursor: Position?) {
    let visible = cursor.map { $0.row < size.rows && $0.column < size.columns } ?? false
    if cursorIsVisible != visible {
      curs_set(visible ? 1 : 0)
      cursorIsVisible = visible
    }
    if visible, let cursor { move(CInt(max(0, cursor.row)), CInt(max(0, cursor.column))) }
  }

  // MARK: The clipboard

  /// Puts text on the clipboard of the terminal, on whatever machine that runs.
  ///
  /// Nobody answers, so that what returns was sent; ``copyAdvice`` tells what may still stop it.
  ///
  /// - Parameter text: goes to the clipboard as it is, in UTF-8.
  /// - Throws: `CopyError`; nothing was sent.
  package func copy(_ text: String) throws(CopyError) {
    guard isOpen, !isSuspended, let clipboard else {
      throw .noClipboard(environment["TERM"] ?? "")
    }
    let count = text.utf8.count
    guard count <= Clipboard.longestText else {
      throw .tooLong(count: count, limit: Clipboard.longestText)
    }
    say(clipboard.sequence(copying: text))
  }

  // MARK: Keys

  /// The next key, nil when none has arrived.
  ///
  /// It waits only for the rest of a key that has begun: 25 ms, in a paste 200 ms.
  package func nextKey() -> Key? {
    while true {
      let key = decoder.next(atRest: false)
      hearAnswer()
      if let key { return key }
      let delay = decoder.isPasting ? Self.pasteEndDelay : Self.escapeDelay
      if read(within: decoder.isWaiting ? delay : 0) { continue }
      return decoder.isWaiting ? decoder.next(atRest: true) : nil
    }
  }

  private func read(within delay: CInt) -> Bool {
    guard isOpen, !isInputOver else { return false }
    var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&source, 1, delay) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    if count > 0 {
      decoder.feed(buffer[..<count])
      return true
    }
    if count == 0 || (errno != EINTR && errno != EAGAIN) { isInputOver = true }
    return false
  }

  /// Waits for an answer that is under way, so that it is not typed into the shell.
  private func awaitAnswer() {
    while let asked, !isInputOver {
      let passed = (ContinuousClock.now - asked) / .milliseconds(1)
      guard passed < Double(Self.answerDelay) else { break }
      _ = read(within: CInt(Self.answerDelay - Int(passed)))
      while decoder.next(atRest: false) != nil {}
      hearAnswer()
    }
    asked = nil
  }

  // MARK: Leaving and coming back

  /// Gives the terminal back for a while, as for an editor.
  package func suspend() {
    guard isOpen, !isSuspended else { return }
    isSuspended = true
    leave()
  }

  /// Takes the terminal again after ``suspend()``, in the size it has now.
  package func resume() {
    guard isOpen, isSuspended else { return }
    isSuspended = false
    // Whoever had it may have changed it for good, as with `stty`.
    tcgetattr(output, &modes)
    def_shell_mode()
    reset_prog_mode()
    enter()
    resize()
  }

  /// Stops the process group as Control-Z does elsewhere, and returns when it is continued.
  ///
  /// The whole group, so that a script around this program stops with it. Where nobody could
  /// continue it (no job control) it does not stop.
  package func stopUntilContinued() {
    guard isOpen else { return }
    suspend()
    var action = sigaction()
    action.__sigaction_handler.sa_handler = SIG_DFL
    var earlier = sigaction()
    sigaction(SIGTSTP, &action, &earlier)
    kill(0, SIGTSTP)
    sigaction(SIGTSTP, &earlier, nil)
    resume()
  }

  /// Takes the terminal again after a stop that nobody announced, as `kill -STOP`.
  package func recover() {
    guard isOpen, !isSuspended else { return }
    endwin()
    reset_prog_mode()
    enter()
    resize()
  }

  /// Gives the terminal back for good; a second call does nothing.
  package func close() {
    guard isOpen else { return }
    if !isSuspended { leave() }
    isOpen = false
    CrashRestore.disarm()
    delscreen(handle)
    for stream in streams { fclose(stream) }
  }

  private func enter() {
    raw()  // Control-C and its kin arrive as keys
    noecho()
    nonl()
    intrflush(nil, false)
    keypad(cnc_standard_screen(), true)  // the keys that terminfo describes
    typeahead(-1)  // a frame is never left half drawn because of a key
    say(LeaveSequences.enter + (mouseCapture ? MouseReport.on : ""))
    def_prog_mode()
    cursorIsVisible = nil
  }

  private func leave() {
    awaitAnswer()
    say((mouseCapture ? MouseReport.off : "") + LeaveSequences.leave)
    endwin()
    // Reports of the mouse that were under way would be typed into the shell.
    tcsetattr(output, mouseCapture ? TCSAFLUSH : TCSADRAIN, &modes)
  }

  /// Writes to the terminal past curses, whose `putp` goes to the process's standard output.
  private func say(_ text: String) { say(Array(text.utf8)) }

  private func say(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      rest = rest.dropFirst(max(0, count))
    }
  }
}

// curses is one set of globals: the thread that opened the screen keeps it.
@available(*, unavailable)
extension Screen: Sendable {}
