import Settings
import Shadow
import Testing

@Suite("A profile written into the settings file")
struct ProfileTextTests {
  private static let plant = ProfileText(
    name: "plant",
    entries: [
      (.batch, .text("/certs")), (.thing, .text("00000001")), (.endpoint, .text("host")),
    ])
  private static let section = """
    [profiles.plant]
    batch = "/certs"
    thing = "00000001"
    endpoint = "host"

    """

  private func placed(
    in text: String, isDefault: Bool = false
  ) throws -> ProfileText.Placed {
    try Self.plant.placed(in: text, file: "config.toml", isDefault: isDefault)
  }

  @Test(
    "stands behind everything else, which keeps its bytes",
    arguments: [
      ("", ""), ("theme = \"nord\"\n", "theme = \"nord\"\n\n"), ("# mine", "# mine\n\n"),
      ("[keys]\npublish = \"f5\" # so\n\n", "[keys]\npublish = \"f5\" # so\n\n"),
      ("[profiles.plant2]\nthing='x'\n", "[profiles.plant2]\nthing='x'\n\n"),
    ])
  func append(_ text: String, _ before: String) throws {
    let result = try placed(in: text)
    #expect(result.text == before + Self.section)
    #expect(result.removed == [])
    #expect(result.added == Self.section.split(separator: "\n").map(String.init))
  }

  @Test("ends its lines as the file does")
  func lineEnds() throws {
    let result = try placed(in: "theme = \"nord\"\r\n")
    #expect(
      Array(result.text.utf8)
        == Array(("theme = \"nord\"\n\n" + Self.section).replacing("\n", with: "\r\n").utf8))
  }

  @Test("takes the place of an earlier one, its keys and what stands around left alone")
  func replace() throws {
    let text = """
      # head
      [profiles.a]
      thing = "a"

      [profiles."plant"] # old
      thing-dir = "x"
      read-only = true

      # about keys
      [profiles.plant.keys]
      publish = "f5"
      """
    let result = try placed(in: text)
    #expect(
      result.text == """
        # head
        [profiles.a]
        thing = "a"

        \(Self.section)
        # about keys
        [profiles.plant.keys]
        publish = "f5"
        """)
    #expect(
      result.removed == ["[profiles.\"plant\"] # old", "thing-dir = \"x\"", "read-only = true"])
  }

  @Test("an earlier one at the end of a file without a last line end leaves it without")
  func lastLine() throws {
    let result = try placed(in: "[profiles.plant]\nthing = \"x\"")
    #expect(result.text == String(Self.section.dropLast()))
  }

  @Test(
    "becomes the default at the top, or in the place of the earlier default",
    arguments: [
      ("", "profile = \"plant\"\n\n"),
      ("theme = \"nord\"\n\n", "profile = \"plant\"\ntheme = \"nord\"\n\n"),
      ("# head\n\ntheme = \"nord\"\n\n", "# head\n\nprofile = \"plant\"\ntheme = \"nord\"\n\n"),
      ("# of keys\n[keys]\n\n", "profile = \"plant\"\n# of keys\n[keys]\n\n"),
      (
        "profile = 'a' # mine\n[profiles.a]\n\n",
        "profile = \"plant\" # mine\n[profiles.a]\n\n"
      ),
      ("profile = \"plant\"\n\n", "profile = \"plant\"\n\n"),
    ])
  func standard(_ text: String, _ before: String) throws {
    #expect(try placed(in: text, isDefault: true).text == before + Self.section)
  }

  @Test(
    "is not written where that would touch something else",
    arguments: [
      ("profiles = { plant = { thing = \"x\" } }\n", false, 1),
      ("\nprofiles.plant.thing = \"x\"\n", false, 2),
      ("profile = \"\"\"\na\"\"\"\n[profiles.a]\n", true, 1),
      ("[profiles.plant]\nthing = \"\"\"\n[x]\n\"\"\"\n", false, 1),
    ])
  func inTheWay(_ text: String, _ isDefault: Bool, _ line: Int) {
    #expect(throws: ProfileText.Fault.inTheWay(line: line)) {
      try placed(in: text, isDefault: isDefault)
    }
  }

  @Test("is not written into a file that is no TOML")
  func malformed() {
    let error = #expect(throws: ProfileText.Fault.self) { try placed(in: "theme =") }
    guard case .unreadable(let faults)? = error else {
      Issue.record("another fault")
      return
    }
    #expect(faults.map(\.line) == [1])
  }

  @Test(
    "quotes every text so that it is read as it was",
    arguments: [
      #"a "quoted" \ path\n"#, "tab\tnew\nline\r\u{8}\u{C}\u{1B}[31m\u{7F}\u{9B}", "ä ☂ 🌧 e\u{301}",
      "'''", "\"\"\"", "\u{202E}\u{2028}\u{FEFF}", "~/x#y = [z]", " ",
    ])
  func quoting(_ path: String) throws { try check(path) }

  @Test("quotes texts of any characters", arguments: [UInt64(1), 2, 3])
  func random(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var text = ""
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        let limit: UInt32 = Bool.random(using: &generator) ? 0x80 : 0x10FFFF
        guard let scalar = Unicode.Scalar(UInt32.random(in: 1...limit, using: &generator)) else {
          continue
        }
        text.unicodeScalars.append(scalar)
      }
      if !text.isEmpty { try check(text) }
    }
  }

  /// As a path, and as the profile's name.
  private func check(_ text: String) throws {
    let profile = ProfileText(name: text, entries: [(.batch, .text(text))])
    let result = try profile.placed(in: "theme = \"x\"\n", file: "config.toml", isDefault: true)
    let read = Configuration(result.text, file: "config.toml")
    #expect(read.allFaults == [])
    let path = read.profile(named: text)?.entries[.batch]?.value.text
    #expect(path?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
  }
}
