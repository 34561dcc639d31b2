import Canvas
import Monitor
import Testing

@Suite("The start screen")
struct StartScreenTests {
  private static func type(_ text: String, _ screen: inout StartScreen) {
    for character in text { #expect(screen.press(.character(character)) == nil) }
  }

  private static func words(_ screen: StartScreen, rows: Int = 24, columns: Int = 80) -> String {
    let frame = view(screen, in: Size(rows: rows, columns: columns))
    return (0..<rows).map { row in
      (0..<columns).map { frame[row, $0].text }.joined().split(separator: " ")
        .joined(separator: " ")
    }.joined(separator: " ")
  }

  /// Someone who has named a folder, which turns out to be this.
  private static func looking(_ finding: StartScreen.Finding) -> StartScreen {
    var screen = StartScreen()
    #expect(screen.press("o") == nil)
    type("certs", &screen)
    #expect(screen.press(.enter) == .look(path: "certs"))
    screen.found(finding)
    return screen
  }

  @Test(
    "tells what to do when no thing is named",
    arguments: [
      Size(rows: 24, columns: 80), Size(rows: 12, columns: 40), Size(rows: 40, columns: 120),
    ])
  func menu(_ size: Size) throws {
    try expectGolden(view(StartScreen(), in: size), "start-\(size.columns)x\(size.rows)")
  }

  private static var withProfiles: StartScreen {
    var screen = StartScreen()
    screen.profiles = [
      StartProfile(
        name: "greenhouse", note: "00000001  abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com"),
      StartProfile(name: "pump", note: "~/certs.zip  localhost:8883"),
      StartProfile(name: "roof", note: "/things/roof"), StartProfile(name: "cellar", note: ""),
    ]
    return screen
  }

  @Test("names the profiles first, and lists them with what they lead to")
  func profiles() throws {
    var screen = Self.withProfiles
    try expectGolden(view(screen, in: Size(rows: 24, columns: 80)), "start-profiles-80x24")
    #expect(screen.press("p") == nil)
    try expectGolden(view(screen, in: Size(rows: 24, columns: 80)), "start-profile-list-80x24")
  }

  @Test("opens a profile by Enter, or by part of its name", arguments: ["", "pmp"])
  func profile(_ text: String) {
    var screen = Self.withProfiles
    #expect(screen.press(.enter) == nil)
    #expect(screen.takesMouse)
    Self.type(text, &screen)
    #expect(screen.press(.enter) == .openProfile(text.isEmpty ? "greenhouse" : "pump"))
    screen.refuseProfile("There is no such thing.")
    #expect(Self.words(screen).contains("There is no such thing."))
  }

  @Test("opens a thing by its folder and the broker")
  func thing() {
    var screen = Self.looking(.thing)
    Self.type("localhost:8883", &screen)
    #expect(screen.press(.enter) == .open(path: "certs", name: nil, endpoint: "localhost:8883"))
  }

  @Test("lets one be chosen from a batch")
  func batch() {
    var screen = Self.looking(.batch)
    Self.type("localhost", &screen)
    #expect(screen.press(.enter) == .listThings(batch: "certs"))
    screen.list(
      ["lamp1", "lamp2", "pump"].map { BatchThing(name: $0, begins: nil, expires: nil) },
      isComplete: true, at: 0)
    Self.type("lp2", &screen)
    #expect(screen.press(.enter) == .open(path: "certs", name: "lamp2", endpoint: "localhost"))
  }

  @Test("lets the mouse choose from the list, and leaves it to the terminal elsewhere")
  func mouse() {
    var screen = Self.looking(.batch)
    #expect(!screen.takesMouse)
    Self.type("localhost", &screen)
    _ = screen.press(.enter)
    screen.list(
      (1...9).map { BatchThing(name: "lamp\($0)", begins: nil, expires: nil) },
      isComplete: true, at: 0)
    #expect(screen.takesMouse)
    let size = Size(rows: 24, columns: 80)
    func at(_ row: Int, _ action: MouseEvent.Action) -> MouseEvent {
      MouseEvent(action, at: Position(row: row, column: 10))
    }
    #expect(screen.follow(at(5, .press(.left)), in: size) == nil)
    #expect(screen.follow(at(8, .wheelDown), in: size) == nil)
    // Below the list there is nothing to press.
    #expect(screen.follow(at(20, .press(.left)), in: size) == nil)
    #expect(
      screen.follow(at(8, .press(.left)), in: size)
        == .open(path: "certs", name: "lamp5", endpoint: "localhost"))
  }

  @Test("says what is wrong with a path, and keeps it for mending")
  func wrongPath() {
    var screen = Self.looking(.nothing("There is no folder certs. Check the path."))
    #expect(Self.words(screen).contains("There is no folder certs. Check the path."))
    Self.type("2", &screen)
    #expect(screen.press(.enter) == .look(path: "certs2"))
  }

  @Test("says why a thing could not be opened, and keeps what was typed")
  func refused() {
    var screen = Self.looking(.thing)
    Self.type("localhost:x", &screen)
    _ = screen.press(.enter)
    screen.refuse("“x” is not a port.")
    #expect(Self.words(screen).contains("“x” is not a port."))
    _ = screen.press(.backspace)
    Self.type("1", &screen)
    #expect(screen.press(.enter) == .open(path: "certs", name: nil, endpoint: "localhost:1"))
  }

  @Test(
    "asks for the broker alone where the files are named",
    arguments: [(false, nil), (true, "lamp2")] as [(Bool, String?)])
  func broker(_ isBatch: Bool, _ name: String?) {
    var screen = StartScreen.asking(path: "certs", isBatch: isBatch, name: name, endpoint: "")
    Self.type("localhost", &screen)
    #expect(screen.press(.enter) == .open(path: "certs", name: name, endpoint: "localhost"))
  }

  @Test("goes back to the menu when there is nothing in the batch")
  func emptyBatch() {
    var screen = StartScreen.choosing(from: "certs", endpoint: "localhost")
    #expect(screen.batch == "certs")
    screen.list([], isComplete: true, at: 0)
    #expect(Self.words(screen).contains("There is no thing in certs."))
    #expect(screen.press("d") == .demo)
  }

  @Test("takes the first line of what is pasted")
  func pasted() {
    var screen = StartScreen()
    _ = screen.press("o")
    _ = screen.press(.paste("certs/lamp1\nrm -rf\n"))
    #expect(screen.press(.enter) == .look(path: "certs/lamp1"))
  }

  @Test("obeys the keys that a person chose, and names them")
  func keys() {
    var screen = StartScreen()
    #expect(screen.keys.choose([.quit: ["Q"], .abandon: [.control("g")]]).isEmpty)
    #expect(Self.words(screen).contains("Q quit"))
    #expect(screen.press("q") == nil)
    #expect(screen.press("o") == nil)
    #expect(Self.words(screen).contains("^G back"))
    #expect(screen.press(.control("g")) == nil)
    #expect(screen.press("Q") == .quit)
  }

  @Test("tells what in the settings could not be used")
  func notices() {
    var screen = StartScreen()
    screen.notices = ["config.toml, line 3: there is no command “fly”."]
    #expect(Self.words(screen).contains("line 3: there is no command “fly”."))
    #expect(Self.words(screen).contains("o open a thing"))
  }

  @Test(
    "quits by q, Escape and Control-C", arguments: [Key.character("q"), .escape, .control("c")])
  func quits(_ key: Key) {
    var screen = StartScreen()
    #expect(screen.press(key) == .quit)
  }
}
