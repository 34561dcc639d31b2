import ArgumentParser
import Conditions
import JSON
import Shadow
import Terminal

struct WaitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait", _superCommandName: "shadowscope",
    abstract: "Wait until something about a thing's shadow is true.",
    discussion: """
      Connects, and ends with 0 as soon as the condition is true: at once if it is. Then what the \
      condition looks at stands on standard output as one JSON object on one line, null where there \
      is nothing. When the time is over it ends with 124, and standard error tells which parts are \
      false and what was last seen. It survives losses of the connection; while it is down nothing \
      counts as true.

      A PATH starts from reported, desired, delta, metadata or version:
        reported.pump1.flow       names of letters, digits, - and _
        reported."a.b"            any other name; so does reported["a/b"]
        reported.list[0]          an element of an array
        /reported/a~1b/0          the same as a JSON Pointer

      A VALUE is JSON: 21.5, "eco", true, null, [1,2], {"a":1}. A text needs its double quotes.

      A CONDITION is one of
        PATH == VALUE             also != < <= > >= and a path on either side
        PATH                      the value there is true
        exists(PATH)              there is a value
        changed(PATH)             it has been another one since the wait began
        age(PATH) < 60            seconds since the service wrote it
        ! && || ( )               or the words not, and, or

      && binds tighter than ||, and ! tightest; 'not' negates a whole comparison. Numbers compare by \
      their exact value, texts by code points. A comparison with what is not there is false, != too. \
      < <= > >= hold only between two numbers or two texts. The age of an object is that of its \
      newest part. Ages go by the service's clock, to the second, with ours corrected where it is \
      5 s or more off. While the thing has no shadow (404) no condition is true, unless it asks for \
      that: !exists(version).

      The exit status is 0 when it is true, 124 when the time is over, 64 for a malformed condition, \
      130 after Control-C, 143 after SIGTERM, 129 when the terminal is gone.

      Examples:
        shadowscope wait --profile rig --timeout 5m \\
          'reported.firmware == "2.1" && desired.mode == reported.mode'
        shadowscope wait --profile rig '!exists(delta) && age(reported) < 60'
        shadowscope wait --profile rig --quiet 'changed(reported.boots)'
      """)

  @OptionGroup var options: ThingOptions

  @Option(
    help: ArgumentHelp(
      "How long to wait, such as 90s or 5m; for ever unless given. With 0s it is judged once "
        + "the shadow is told.", valueName: "duration"), transform: DurationArgument.read)
  var timeout: DurationArgument?

  @Flag(help: "Print nothing when it is true.")
  var quiet = false

  @Argument(help: ArgumentHelp("What to wait for.", valueName: "condition"))
  var condition: String

  func run() throws {
    do throws(CommandFailure) {
      let condition = try parsed()
      let thing = try options.resolve().openThing()
      let values = try WaitRun(thing: thing, timeout: timeout?.milliseconds).run(
        until: condition, CommandSignals.take([.terminate, .hangUp, .interrupt]))
      if !quiet {
        try StandardStreams.writeLine(JSONValue.object(values).compact(escaping: .invisible))
      }
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private func parsed() throws(CommandFailure) -> Condition {
    do throws(JSONSyntaxError) { return try Condition(parsing: condition) } catch {
      throw CommandFailure(
        status: .usage, what: "The condition is malformed.", cause: "",
        remedy: "`shadowscope wait --help` explains what can be written.",
        excerpt: error.excerpt(of: condition).split(separator: "\n").map(String.init))
    }
  }
}
