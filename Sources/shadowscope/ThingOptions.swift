import ArgumentParser

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
      "The thing's name: which of the batch, or other than its folder's name.", valueName: "name"))
  var thing: String?

  @Option(
    help: ArgumentHelp("The broker; the port is 8883 unless given.", valueName: "host[:port]"))
  var endpoint: String

  @Option(
    help: ArgumentHelp(
      "The CA that vouches for the broker. Otherwise ca.pem, root.pem, root.crt, rootCA.pem, "
        + "AmazonRootCA1.pem or ca.txt beside the thing, else the system's Amazon roots.",
      valueName: "file"))
  var ca: String?

  @Option(
    help: ArgumentHelp(
      "The MQTT client id; MIC wants the thing's name, which is the default.", valueName: "id"))
  var clientID: String?

  @Option(help: ArgumentHelp("A named shadow in place of the classic one.", valueName: "name"))
  var shadow: String?

  func validate() throws {
    switch (thingDir, batch) {
    case (nil, nil): throw ValidationError("Name the thing: --thing-dir FOLDER, or --batch FOLDER.")
    case (_?, _?): throw ValidationError("Give either --thing-dir or --batch, not both.")
    default: break
    }
  }

  /// What was chosen, as plain values.
  var choice: ThingChoice {
    ThingChoice(
      thingDir: thingDir, batch: batch, thing: thing, endpoint: endpoint, ca: ca,
      clientID: clientID, shadow: shadow)
  }
}
