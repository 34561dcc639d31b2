import ArgumentParser
import JSON
import Settings
import Shadow
import Thing

struct JobsCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Give a thing of a sandbox a job, as the sandbox's owner.",
    discussion: """
      Prints the thing and the job's name as JSON. The document says what is to be done; it is an \
      object of JSON and the second half of an agreement that the device's software knows. AWS and \
      MIC create jobs on their web pages and over HTTPS: this works with `shadowscope sandbox` alone, \
      over \(JobCreation.requests).

      Example: shadowscope jobs create '{"install":"2.1"}' --id fw-2 --as-owner box/owner \
      --thing lamp1 --endpoint localhost:PORT
      """)

  @OptionGroup var jobs: JobsCommand.Options

  @OptionGroup var permission: JobsCommand.WritingOption

  @Option(help: ArgumentHelp("The job's name; a random one otherwise.", valueName: "job"))
  var id: JobArgument?

  @Option(
    help: ArgumentHelp("The document in a file, or - for standard input.", valueName: "file"))
  var file: String?

  @Argument(help: ArgumentHelp("What is to be done, as JSON.", valueName: "document"))
  var document: String?

  func validate() throws {
    if (document == nil) == (file == nil) {
      throw ValidationError("Give the document once: as an argument, or with --file.")
    }
  }

  func run() throws {
    do throws(CommandFailure) {
      let resolved = try jobs.options.resolve(permission.writes ? [.readOnly: .flag(false)] : [:])
      guard resolved.choice.owner != nil else {
        throw CommandFailure(
          status: .usage, what: "Only a sandbox's owner creates jobs.", cause: "",
          remedy: "Name its certificate: --as-owner FOLDER --thing NAME. On AWS and MIC use their "
            + "web pages.")
      }
      let document = try parsedDocument()
      let thing = try resolved.openThing(toWrite: true)
      try create(document, for: thing)
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private func create(_ document: JSONObject, for thing: OpenThing) throws(CommandFailure) {
    let token = JobsCall.makeToken()
    guard let job = id?.id ?? JobID("job-\(token.text)") else { return }
    let call = try JobsCall(
      thing, topics: [JobCreation.accepted, JobCreation.rejected],
      patience: jobs.timeout.milliseconds)
    defer { call.stop() }
    let message = try call.reply(
      to: JobCreation.publication(
        of: job, for: thing.address.thing, document: document, token: token),
      token: token, changes: true)
    let body = (try? JSONParser.parse(message.payload))?.object ?? JSONObject()
    guard message.topic.hasSameScalars(as: JobCreation.accepted) else {
      let words = ["code", "message"].compactMap { body[$0]?.string }.joined(separator: ": ")
      throw CommandFailure(
        status: .rejected, what: "The sandbox did not create the job: \(words).", cause: "",
        remedy: "")
    }
    let line: JSONObject = ["thing": .string(thing.address.thing), "jobId": .string(job.text)]
    let words = "The job \(job.text) is queued."
    try StandardStreams.writeAccepted(.object(line), words)
    StandardStreams.tell(words)
  }

  private func parsedDocument() throws(CommandFailure) -> JSONObject {
    let bytes: [UInt8]
    if let file { bytes = try InputText.read(file) } else { bytes = Array((document ?? "").utf8) }
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONParser.parse(bytes) } catch {
      throw CommandFailure(
        status: .badData, what: "The document is malformed JSON.", cause: error.message,
        remedy: "Nothing was sent.",
        excerpt: error.excerpt(of: String(decoding: bytes, as: UTF8.self)).split(separator: "\n")
          .map(String.init))
    }
    guard let object = value.object else {
      throw CommandFailure(
        status: .badData, what: "The document is no JSON object.", cause: "",
        remedy: #"Write for instance '{"install":"2.1"}'."#)
    }
    let size = value.compactBytes.count
    guard size <= JobCreation.largestDocument else {
      throw CommandFailure(
        status: .badData, what: "The document has \(size) bytes.",
        cause: "AWS IoT Jobs takes \(JobCreation.largestDocument).",
        remedy: "Nothing was sent. Put what is large elsewhere, and its address here.")
    }
    return object
  }
}
