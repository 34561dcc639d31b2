import ArgumentParser
import Glibc
import Settings
import Shadow
import Thing

struct PubCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pub", _superCommandName: "shadowscope",
    abstract: "Publish a message to any topic.",
    discussion: """
      The message is the second argument, what --file holds, or else what comes on standard input; \
      its bytes are sent as they are, at most 128 KiB. It is not retained.

      Where a policy forbids the topic, AWS IoT cuts the connection without a word, also that of a \
      monitor under the same client id. Other brokers acknowledge what they then hand to nobody: \
      the exit status 0 says that the broker has the message (with --qos 0: that it has left), and \
      nothing more.

      The exit status is 75 if the connection was lost before the broker acknowledged, and 77 if it \
      was cut right after the message. For a shadow, update, get and delete check the request and \
      wait for the service's answer.

      Examples:

        shadowscope pub --profile plant plant/pump1/alarm '{"level":3}'
        gzip -c log.txt | shadowscope pub --profile plant plant/log
      """)

  @OptionGroup var options: ThingOptions

  @Option(help: ArgumentHelp("Send what this file holds.", valueName: "file"))
  var file: String?

  @Option(
    help: ArgumentHelp(
      "1 to wait until the broker has the message, 0 not to.", valueName: "0|1"))
  var qos = 1

  @Flag(name: .customLong("no-read-only"), help: "Publish although a profile says read-only.")
  var writes = false

  @Argument(help: "Where to publish; no filter.")
  var topic: String

  @Argument(help: "What to publish.")
  var message: String?

  func validate() throws {
    if let fault = TopicRules.fault(inTopic: topic) { throw ValidationError(fault) }
    if !(0...1).contains(qos) { throw ValidationError("--qos wants 0 or 1.") }
    if message != nil, file != nil {
      throw ValidationError("Give the message as an argument or by --file, not both.")
    }
  }

  func run() throws {
    do throws(CommandFailure) {
      let thing = try options.resolve(writes ? [.readOnly: .flag(false)] : [:])
        .openThing(toWrite: true)
      if let advice = TopicRules.advice(onTopic: topic, of: thing.address.thing) {
        StandardStreams.tell("warning: \(advice)")
      }
      let publication = Publication(topic: topic, payload: try payload())
      try PubRun(thing: thing).publish(publication, qualityOfService: qos)
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private func payload() throws(CommandFailure) -> [UInt8] {
    if let message { return try checked(Array(message.utf8)) }
    if let file, file != "-" {
      let path = Environment.expanding(file)
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw unreadable(file, errno) }
      defer { close(descriptor) }
      return try checked(read(descriptor, file))
    }
    if isatty(STDIN_FILENO) == 1 {
      StandardStreams.tell("Type the message; Control-D on a line of its own ends it.")
    }
    return try checked(read(STDIN_FILENO, "standard input"))
  }

  /// Reads to the end, or until it is clear that there is too much.
  private func read(_ descriptor: CInt, _ name: String) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= LinkConfiguration.payloadLimit {
      let count = Glibc.read(descriptor, &part, part.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        InputText.wait(for: descriptor)
        continue
      }
      guard count >= 0 else { throw unreadable(name, errno) }
      guard count > 0 else { break }
      bytes += part[..<count]
    }
    return bytes
  }

  private func unreadable(_ name: String, _ error: CInt) -> CommandFailure {
    CommandFailure(
      status: .noInput, what: "\(name) cannot be read.",
      cause: "The system says: \(String(cString: strerror(error))).",
      remedy: "Nothing was sent. Name another with --file.")
  }

  private func checked(_ bytes: [UInt8]) throws(CommandFailure) -> [UInt8] {
    guard bytes.count <= LinkConfiguration.payloadLimit else {
      throw CommandFailure(
        status: .badData, what: "The message is longer than AWS IoT takes.",
        cause: "It takes 128 KiB (\(LinkConfiguration.payloadLimit) bytes).",
        remedy: "Nothing was sent. Send it in parts.")
    }
    return bytes
  }
}
