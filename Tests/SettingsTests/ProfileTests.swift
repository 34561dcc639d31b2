import Canvas
import Monitor
import Settings
import Testing

@Suite("Profiles in the settings file")
struct ProfileTests {
  private func faults(_ text: String) -> [String] {
    Configuration(text, file: "config.toml").allFaults.map(\.description)
  }

  @Test("hold everything about a connection, with the line of each entry")
  func all() throws {
    let configuration = Configuration(
      """
      profile = "plant"

      [profiles.plant]
      endpoint = "host-ats.iot.eu-west-1.amazonaws.com:443"
      ca = "ca.pem"
      batch = "~/certs"
      thing = "00000001"
      client-id = "tool-1"
      shadow = "night"
      keep-alive = 60
      read-only = true
      presence = false
      theme = "nord"

      [profiles.plant.keys]
      publish = "ctrl-s"

      [profiles."der zweite"]
      thing-dir = "certs/2"
      """, file: "config.toml")
    #expect(configuration.allFaults == [])
    #expect(configuration.profiles.map(\.name) == ["plant", "der zweite"])
    #expect(configuration.profiles.map(\.line) == [3, 18])
    #expect(
      configuration.defaultProfile?.name == "plant" && configuration.defaultProfile?.line == 1)
    let profile = try #require(configuration.profile(named: "plant"))
    #expect(
      profile.entries == [
        .endpoint: .init(value: .text("host-ats.iot.eu-west-1.amazonaws.com:443"), line: 4),
        .ca: .init(value: .text("ca.pem"), line: 5),
        .batch: .init(value: .text("~/certs"), line: 6),
        .thing: .init(value: .text("00000001"), line: 7),
        .clientID: .init(value: .text("tool-1"), line: 8),
        .shadow: .init(value: .text("night"), line: 9),
        .keepAlive: .init(value: .seconds(60), line: 10),
        .readOnly: .init(value: .flag(true), line: 11),
        .presence: .init(value: .flag(false), line: 12),
        .theme: .init(value: .text("nord"), line: 13),
      ])
    #expect(configuration.keyMap(with: profile).map[.publish] == [.control("s")])
    #expect(configuration.keyMap.map[.publish] == ["P"])
  }

  @Test(
    "are wrong by line",
    arguments: [
      (
        "profile = \"hme\"\n[profiles.home]\n",
        "1: there is no profile \"hme\" (did you mean \"home\"?); there is only \"home\""
      ),
      ("profile = \"x\"", "1: there is no profile \"x\"; there are no profiles"),
      ("profile = 1", "1: \"profile\" wants a profile's name"),
      ("profiles = 1", "1: \"profiles\" wants a table"),
      ("profiles.a = 1", "1: \"a\" wants a table"),
      (
        "[profiles.a]\nthig = \"x\"", "2: there is no setting \"thig\" (did you mean \"thing\"?)"
      ),
      (
        "[profiles.a]\nthing_dir = \"x\"",
        "2: there is no setting \"thing_dir\" (did you mean \"thing-dir\"?)"
      ),
      ("[profiles.a]\nthing = 1", "2: \"thing\" wants a text"),
      ("[profiles.a]\nca = \"\"", "2: \"ca\" cannot be used: A path cannot be empty."),
      ("[profiles.a]\nread-only = 1", "2: \"read-only\" wants true or false"),
      (
        "[profiles.a]\nkeep-alive = 4",
        "2: \"keep-alive\" wants a number of seconds from 5 to 1200"
      ),
      (
        "[profiles.a]\nbatch = \"x\"\n\nthing-dir = \"y\"",
        "4: \"thing-dir\" contradicts \"batch\" of line 2; keep one of them"
      ),
      (
        "[profiles.a]\nendpoint = \"mqtts://host\"",
        "2: \"endpoint\" cannot be used: The endpoint starts with “mqtts://”. Use host instead."
      ),
      (
        "[profiles.a]\nthing = \"a/b\"",
        "2: \"thing\" cannot be used: Invalid thing name: it must be 1 to 128 of the characters "
          + "a-z A-Z 0-9 : _ -."
      ),
      (
        "[profiles.a]\nclient-id = \"$x\"",
        "2: \"client-id\" cannot be used: A client id cannot start with $."
      ),
      (
        "[profiles.a]\npassphrase = \"x\"",
        "2: \"passphrase\" is never kept in a file: a key stays where the thing's files are, a "
          + "passphrase is asked for"
      ),
      (
        "key = \"x\"",
        "1: \"key\" is never kept in a file: a key stays where the thing's files are, a "
          + "passphrase is asked for"
      ),
      (
        "endpoint = \"x\"", "1: \"endpoint\" belongs into a profile: under [profiles.NAME]"
      ),
      (
        "[profiles.a.keys]\npublsh = \"x\"",
        "2: there is no command \"publsh\" (did you mean \"publish\"?)"
      ),
    ])
  func wrong(_ text: String, _ words: String) {
    #expect(faults(text) == ["config.toml:\(words)"])
  }

  @Test("let what is wrong in one of them stay its own affair")
  func apart() throws {
    let configuration = Configuration(
      "[profiles.a]\nthig = \"x\"\n[profiles.b]\nthing = \"y\"", file: "config.toml")
    #expect(configuration.faults == [])
    #expect(configuration.profile(named: "a")?.faults.count == 1)
    #expect(configuration.profile(named: "b")?.faults == [])
  }

  @Test(
    "start relative paths from the folder of the file",
    arguments: [("/a/b/config.toml", "/a/b"), ("/config.toml", ""), ("config.toml", ".")])
  func folder(_ file: String, _ folder: String) {
    #expect(Configuration("", file: file).folder == folder)
  }
}
