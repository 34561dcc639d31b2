import ArgumentParser
import Shadow

/// Which thing to be, and where: the options that all commands on a thing share.
struct ThingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A folder with cert.pem and privkey.pem; its name is the thing's name.", valueName: "folder"))
  var thingDir: String?

  @Option(
    help: ArgumentHelp(
      "A batch: a folder of such folders. Pick one with --thing.", valueName: "folder"))
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

  func validate() throws {
    if folders.count > 1 {
      throw ValidationError("Give only one of --thing-dir, --batch and --as-owner.")
    }
    if asOwner != nil, thing == nil {
      throw ValidationError("Name the thing that the owner acts for: --thing NAME.")
    }
  }

  private var folders: [String] { [thingDir, batch, asOwner].compactMap(\.self) }

  /// Whether a folder is named where the thing's files are.
  var namesFolder: Bool { !folders.isEmpty }

  /// Insists on a thing and a broker, for commands that can ask nobody.
  ///
  /// - Throws: `ValidationError` that tells the missing option.
  func requireThing() throws {
    guard namesFolder else {
      throw ValidationError(
        "Name the thing: --thing-dir FOLDER, --batch FOLDER, or --as-owner FOLDER --thing NAME.")
    }
    guard endpoint != nil else { throw ValidationError("Name the broker: --endpoint HOST[:PORT].") }
  }

  /// What was chosen, as plain values.
  var choice: ThingChoice {
    ThingChoice(
      thingDir: thingDir, batch: batch, owner: asOwner, thing: thing,
      endpoint: endpoint ?? "", ca: ca,
      clientID: clientID ?? (asOwner == nil ? nil : Self.randomClientID), shadow: shadow)
  }

  /// Nobody else's: a broker throws a client out when another comes with its id.
  private static var randomClientID: String {
    var generator = SystemRandomNumberGenerator()
    return "shadowscope-owner-\(ClientToken.make(using: &generator).text)"
  }
}
