import Canvas
import Glibc
import Sandbox
import Shadow
import Thing

/// What a running sandbox tells on standard error: how to use it, a line a request, a summary.
///
/// One thread uses it, and is never held up by whoever reads standard error.
final class SandboxReport {
  private let isQuiet: Bool
  private let writer = LineWriter(STDERR_FILENO)
  private let start = Clock.monotonicMilliseconds
  private var lines = RequestLines()
  private var tally = RequestTally()

  /// - Parameter isQuiet: whether requests are only counted.
  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  /// Tells the person something; the text may hold words from outside, which are made safe.
  func tell(_ text: String) { writer.write(SafeText.escaped(text)) }

  /// Tells of something that may happen as often as requests come, unless it should be quiet.
  ///
  /// - Parameter text: asked only if there is room for it; words from outside are made safe.
  func tellUnlessQuiet(_ text: () -> String) {
    if !isQuiet { writer.writeIfRoom { SafeText.escaped(text()) } }
  }

  /// Tells what can be done with a sandbox that runs now.
  func greet(_ sandbox: RunningSandbox) {
    tell("The sandbox is in \(sandbox.batch.path). Watch a thing with")
    if let thing = sandbox.things.first { tell("  \(sandbox.monitorCommand(thing: thing))") }
    if let zip = sandbox.zip {
      tell("Its batch is in \(zip.path). Begin with it as with MIC's:")
      tell("  shadowscope init \(zip.path.shellWord) --endpoint localhost:\(sandbox.port)")
    }
    if NetworkedThings.plugin == nil {
      tell(
        "Only the owner reaches networked things, THING__NAME: libMosquittoNetworkedThings.so is "
          + "not beside the program; `swift build` makes it.")
    }
    tell("Ctrl-C ends it.")
  }

  /// Counts a request and, unless it should be quiet, tells of it.
  func take(_ request: AnsweredRequest) {
    tally.add(request)
    guard !isQuiet else { return }
    writer.writeIfRoom {
      lines.line(for: request, utcOffsetSeconds: LocalTime.utcOffsetSeconds)
    }
  }

  /// Tells the summary; nothing more is to be told after that.
  func end() {
    for line in tally.lines(uptime: Clock.monotonicMilliseconds - start) { writer.write(line) }
    // Long enough for anyone who reads at all.
    writer.finish(seconds: 1)
  }
}
