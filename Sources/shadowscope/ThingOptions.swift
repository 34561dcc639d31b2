import ArgumentParser
import Settings
import Shadow

/// Which thing to be, and where: the options that all commands on a thing share.
struct ThingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A connection by its name in the file of settings; what is given besides replaces what it "
        + "says. Each option here has a variable too, such as SHADOWSCOPE_PROFILE.",
      valueName: "name"))
  var profile: String?

  @Flag(help: "Use no profile, not even the file's default.")
  var noProfile = false

  @OptionGroup var settings: SettingsPlace

  @Option(
    help: ArgumentHelp(
      "A folder with cert.pem and privkey.pem, whose name is the thing's name; or the zip of one "
        + "thing.", valueName: "folder"))
  var thingDir: String?

  @Option(
    help: ArgumentHelp(
      "A batch: MIC's zip as it is, or a folder of such folders. Pick one with --thing.",
      valueName: "zip|folder"))
  var batch: String?

  @Option(
    help: ArgumentHelp(
      "Instead of the thing's own, the folder of a certificate that may act for every thing, such "
        + "as a sandbox's owner. Name the thing with --thing; the device stays on line.",
      valueName: "folder"))
  var asOwner: String?

  @Option(
    help: ArgumentHelp(
      "The thing's name: which of the batch, or other than its folder's name.", valueName: "name"))
  var thing: String?

  @Option(
    help: ArgumentHelp(
      "A networked thing of that thing, THING__NAME, over its connection and with its certificate. "
        + "MIC's public pages confirm publishing for it, not subscribing.", valueName: "name"))
  var networked: String?

  @Option(
    help: ArgumentHelp("The broker; the port is 8883 unless given.", valueName: "host[:port]"))
  var endpoint: String?

  @Option(
    help: ArgumentHelp(
      "The CA that vouches for the broker. Otherwise ca.pem, root.pem, root.crt, rootCA.pem, "
        + "AmazonRootCA1.pem or ca.txt beside the thing, else the system's Amazon roots.",
      valueName: "file"))
  var ca: String?

  @Option(
    help: ArgumentHelp(
      "The MQTT client id; MIC wants the thing's name, which is the default, or that of a networked "
        + "thing's parent. An owner has a random one.", valueName: "id"))
  var clientID: String?

  @Option(help: ArgumentHelp("A named shadow in place of the classic one.", valueName: "name"))
  var shadow: String?

  @Option(
    help: ArgumentHelp(
      "Seconds between pings of an idle connection, 5 to 1200; 30 unless given.",
      valueName: "seconds"))
  var keepAlive: Int?

  @Option(
    name: .customLong("passphrase-fd"),
    help: ArgumentHelp(
      "Read the passphrase of an encrypted key from this descriptor, its first line, for instance "
        + "--passphrase-fd 3 3< FILE. Otherwise it is asked for on the terminal.",
      valueName: "number"))
  var passphraseDescriptor: CInt?

  @Flag(
    help: "Tell each step of the connection, and topic and size of each message, on standard error."
  )
  var verbose = false

  @Option(
    help: ArgumentHelp(
      "Add the same to this file, which only its owner may read.", valueName: "file"))
  var logFile: String?

  func validate() throws {
    if let passphraseDescriptor, passphraseDescriptor < 0 {
      throw ValidationError("--passphrase-fd wants the number of an open descriptor.")
    }
    if [thingDir, batch, asOwner].compactMap(\.self).count > 1 {
      throw ValidationError("Give only one of --thing-dir, --batch and --as-owner.")
    }
    if asOwner != nil, thing == nil {
      throw ValidationError("Name the thing that the owner acts for: --thing NAME.")
    }
    if networked?.isEmpty == true { throw ValidationError("--networked takes a name.") }
    if profile != nil, noProfile {
      throw ValidationError("Give only one of --profile and --no-profile.")
    }
    if let keepAlive, !Setting.keepAliveRange.contains(keepAlive) {
      throw ValidationError("--keep-alive wants \(Setting.keepAlive.wanted).")
    }
  }

  /// What these options come to, together with the environment and the file of settings.
  ///
  /// - Parameter more: what options of the command itself say.
  /// - Returns: what holds, with the thing that it chooses.
  /// - Throws: `CommandFailure` if that contradicts itself or cannot be used.
  func resolve(_ more: [Setting: SettingValue] = [:]) throws(CommandFailure) -> ResolvedOptions {
    let sources = try EffectiveOptions.Sources(
      said.merging(more) { $1 }, profile: profile, refusesProfiles: noProfile, from: settings)
    var resolved = try ResolvedOptions(sources) { Self.randomClientID }
    resolved.choice.networked = networked
    resolved.choice.passphraseDescriptor = passphraseDescriptor
    resolved.choice.log = try CommandLog(isVerbose: verbose, path: logFile)
    return resolved
  }

  /// What is on the command line.
  private var said: [Setting: SettingValue] {
    let texts: [Setting: String?] = [
      .thingDir: thingDir, .batch: batch, .asOwner: asOwner, .thing: thing, .endpoint: endpoint,
      .ca: ca, .clientID: clientID, .shadow: shadow,
    ]
    var said = texts.compactMapValues { $0.map(SettingValue.text) }
    if let keepAlive { said[.keepAlive] = .seconds(keepAlive) }
    return said
  }

  /// Nobody else's: a broker throws a client out when another comes with its id.
  private static var randomClientID: String {
    var generator = SystemRandomNumberGenerator()
    return "shadowscope-owner-\(ClientToken.make(using: &generator).text)"
  }
}
