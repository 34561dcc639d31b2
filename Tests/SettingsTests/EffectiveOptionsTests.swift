import Settings
import Testing

@Suite("What holds in the end")
struct EffectiveOptionsTests {
  /// One case: what is said where, and what comes of it as `setting=value@rank`.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var line: [Setting: String] = [:]
    var environment: [Setting: String] = [:]
    /// The profile's entries.
    var profile = ""
    let comes: String
    var leftOut = ""

    init(
      _ name: String, line: [Setting: String] = [:], environment: [Setting: String] = [:],
      profile: String = "", comes: String, leftOut: String = ""
    ) {
      testDescription = name
      (self.line, self.environment, self.profile) = (line, environment, profile)
      (self.comes, self.leftOut) = (comes, leftOut)
    }
  }

  private static func rank(_ origin: SettingOrigin) -> String {
    switch origin {
    case .option: "line"
    case .variable: "environment"
    case .profile: "profile"
    case .file: "file"
    }
  }

  private static func sources(_ one: Case) -> EffectiveOptions.Sources {
    var sources = EffectiveOptions.Sources()
    sources.options = one.line.mapValues { .text($0) }
    for (setting, value) in one.environment { sources.environment[setting.variable] = value }
    sources.home = "/home/me"
    sources.configuration = Configuration(
      "profile = \"p\"\ntheme = \"dark\"\n[profiles.p]\n\(one.profile)\n", file: "/set/config.toml")
    return sources
  }

  @Test(
    "is what the highest rank says, with all that belongs to it",
    arguments: [
      Case("nothing is said", comes: "theme=dark@file"),
      Case(
        "everything from the profile, its paths from the folder of the file",
        profile: "batch = \"certs\"\nthing = \"a\"\nendpoint = \"h\"\nca = \"~/ca.pem\"",
        comes: "batch=/set/certs@profile thing=a@profile endpoint=h@profile "
          + "ca=/home/me/ca.pem@profile theme=dark@file"),
      Case(
        "each rank before the next",
        line: [.endpoint: "l"], environment: [.endpoint: "e", .thing: "e"],
        profile: "endpoint = \"p\"\nthing = \"p\"\nkeep-alive = 60\ntheme = \"nord\"",
        comes: "thing=e@environment endpoint=l@line keep-alive=60@profile theme=nord@profile",
        leftOut: "endpoint=e<endpoint thing=p<thing endpoint=p<endpoint theme=dark<theme"),
      Case(
        "a folder replaces the profile's batch and what is said of its thing",
        line: [.thingDir: "certs/b"],
        profile: "batch = \"certs\"\nthing = \"a\"\nclient-id = \"a1\"\nshadow = \"n\"\n"
          + "endpoint = \"h\"\nca = \"ca.pem\"",
        comes: "thing-dir=certs/b@line endpoint=h@profile ca=/set/ca.pem@profile theme=dark@file",
        leftOut: "batch=/set/certs<thing-dir thing=a<thing-dir client-id=a1<thing-dir "
          + "shadow=n<thing-dir"),
      Case(
        "a folder in the environment replaces the profile's",
        environment: [.thingDir: "~/b"], profile: "thing-dir = \"a\"\nendpoint = \"h\"",
        comes: "thing-dir=/home/me/b@environment endpoint=h@profile theme=dark@file",
        leftOut: "thing-dir=/set/a<thing-dir"),
      Case(
        "a batch on the line does not take the thing of the environment",
        line: [.batch: "c"], environment: [.thing: "a"],
        comes: "batch=c@line theme=dark@file", leftOut: "thing=a<batch"),
      Case(
        "a thing on the line picks of the profile's batch, without the other's client id",
        line: [.thing: "b"],
        profile: "batch = \"c\"\nthing = \"a\"\nclient-id = \"a1\"\nshadow = \"n\"",
        comes: "batch=/set/c@profile thing=b@line theme=dark@file",
        leftOut: "thing=a<thing client-id=a1<thing shadow=n<thing"),
      Case(
        "the same thing on the line keeps its client id and shadow",
        line: [.thing: "a"], profile: "batch = \"c\"\nthing = \"a\"\nshadow = \"n\"",
        comes: "batch=/set/c@profile thing=a@line shadow=n@profile theme=dark@file",
        leftOut: "thing=a<thing"),
      Case(
        "a shadow for no thing in particular holds for every thing",
        line: [.thing: "b"], profile: "batch = \"c\"\nshadow = \"n\"\nclient-id = \"tool\"",
        comes: "batch=/set/c@profile thing=b@line client-id=tool@profile shadow=n@profile "
          + "theme=dark@file"),
      Case(
        "a networked thing uses the profile's folder",
        line: [.thing: "a__1"], profile: "thing-dir = \"a\"",
        comes: "thing-dir=/set/a@profile thing=a__1@line theme=dark@file"),
      Case(
        "another host does not go with the profile's CA",
        line: [.endpoint: "localhost:40123"],
        profile: "thing-dir = \"a\"\nendpoint = \"h\"\nca = \"ca.pem\"",
        comes: "thing-dir=/set/a@profile endpoint=localhost:40123@line theme=dark@file",
        leftOut: "endpoint=h<endpoint ca=/set/ca.pem<endpoint"),
      Case(
        "another port does",
        line: [.endpoint: "H:443"],
        profile: "thing-dir = \"a\"\nendpoint = \"h\"\nca = \"ca.pem\"",
        comes: "thing-dir=/set/a@profile endpoint=H:443@line ca=/set/ca.pem@profile "
          + "theme=dark@file",
        leftOut: "endpoint=h<endpoint"),
      Case(
        "a CA that is said of no host holds for every host",
        line: [.endpoint: "h"], environment: [.ca: "/x.pem"],
        comes: "endpoint=h@line ca=/x.pem@environment theme=dark@file"),
      Case(
        "an owner on the line replaces the profile's folder",
        line: [.asOwner: "owner", .thing: "b"], profile: "thing-dir = \"a\"\nthing = \"a\"",
        comes: "as-owner=owner@line thing=b@line theme=dark@file",
        leftOut: "thing-dir=/set/a<as-owner thing=a<thing"),
      Case(
        "a flag of the environment takes the profile's back",
        environment: [.readOnly: "no", .presence: "1"], profile: "read-only = true",
        comes: "read-only=false@environment presence=true@environment theme=dark@file",
        leftOut: "read-only=true<read-only"),
    ])
  func resolution(_ one: Case) throws {
    let options = try EffectiveOptions(Self.sources(one))
    let comes = Setting.allCases.compactMap { setting in
      options[setting].map { "\(setting.rawValue)=\($0.value)@\(Self.rank($0.origin))" }
    }
    #expect(comes.joined(separator: " ") == one.comes)
    let leftOut = options.leftOut.map {
      "\($0.choice.setting.rawValue)=\($0.choice.value)<\($0.because.setting.rawValue)"
    }
    #expect(leftOut.joined(separator: " ") == one.leftOut)
  }

  // MARK: Which profile

  private static let two =
    "profile = \"a\"\n[profiles.a]\nthing = \"a\"\n[profiles.b]\nthing = \"b\""

  @Test(
    "uses the profile that is named first",
    arguments: [
      ("b", "a", "b", "--profile"), (nil, "b", "b", "SHADOWSCOPE_PROFILE"),
      (nil, "", "a", "config.toml:1"), (nil, nil, "a", "config.toml:1"),
    ] as [(String?, String?, String, String)])
  func profile(
    _ option: String?, _ variable: String?, _ name: String, _ origin: String
  ) throws {
    var sources = EffectiveOptions.Sources()
    sources.configuration = Configuration(Self.two, file: "config.toml")
    sources.profile = option
    if let variable { sources.environment[EffectiveOptions.profileVariable] = variable }
    let options = try EffectiveOptions(sources)
    #expect(options.profile?.profile.name == name)
    #expect(options.profile?.origin.words == origin)
    #expect(options[.thing]?.value == .text(name))
    sources.refusesProfiles = true
    #expect(try EffectiveOptions(sources).profile == nil)
  }

  private func fault(
    _ text: String, option: String? = nil, environment: [String: String] = [:]
  ) -> OptionFault? {
    var sources = EffectiveOptions.Sources()
    sources.configuration = Configuration(text, file: "config.toml")
    sources.profile = option
    sources.environment = environment
    do {
      _ = try EffectiveOptions(sources)
      return nil
    } catch {
      return error
    }
  }

  @Test("tells a profile that there is not from those that there are")
  func unknown() {
    #expect(
      fault(Self.two + "\n[profiles.plant]", option: "plnt")
        == .unknownProfile(
          "plnt", origin: .option("--profile"), file: "config.toml", known: ["a", "b", "plant"],
          meant: "plant"))
    #expect(
      fault("", environment: ["SHADOWSCOPE_PROFILE": "x"])
        == .unknownProfile(
          "x", origin: .variable("SHADOWSCOPE_PROFILE"), file: "config.toml", known: [],
          meant: nil))
  }

  @Test(
    "refuses a profile in which anything is wrong, and a file that is none, where one is wanted",
    arguments: [
      ("[profiles.a]\nthig = \"x\"", "a", "config.toml:2: there is no setting \"thig\""),
      ("profile = \"x\"", nil, "config.toml:1: there is no profile \"x\""),
      ("profile =", "a", "config.toml:1: it is no TOML"),
    ] as [(String, String?, String)])
  func faulty(_ text: String, _ option: String?, _ words: String) throws {
    guard case .faulty(let faults) = fault(text, option: option) else {
      Issue.record("not refused")
      return
    }
    #expect(faults.map(\.description).joined().hasPrefix(words))
  }

  @Test("does without a file that is none where no profile is wanted")
  func unreadable() { #expect(fault("profile =") == nil) }

  @Test(
    "names a variable that cannot be used",
    arguments: [
      ("SHADOWSCOPE_KEEP_ALIVE", "4", "It wants a number of seconds from 5 to 1200."),
      ("SHADOWSCOPE_READ_ONLY", "maybe", "It wants true or false."),
      ("SHADOWSCOPE_ENDPOINT", "a:b", "“b” is not a port."),
      ("SHADOWSCOPE_CLIENT_ID", "$x", "A client id cannot start with $."),
    ])
  func variables(_ name: String, _ value: String, _ words: String) {
    guard case .wrongVariable(name, words: let said)? = fault("", environment: [name: value]) else {
      Issue.record("not refused")
      return
    }
    #expect(said.hasPrefix(words))
  }

  @Test("finds two variables that contradict each other")
  func contradiction() {
    #expect(
      fault("", environment: ["SHADOWSCOPE_BATCH": "a", "SHADOWSCOPE_THING_DIR": "b"])
        == .contradiction(.variable("SHADOWSCOPE_THING_DIR"), .variable("SHADOWSCOPE_BATCH")))
  }

  @Test("has one option, variable and entry for every setting")
  func names() {
    #expect(Setting.thingDir.option == "--thing-dir")
    #expect(Setting.thingDir.variable == "SHADOWSCOPE_THING_DIR")
    #expect(Set(Setting.allCases.map(\.variable)).count == Setting.allCases.count)
  }
}
