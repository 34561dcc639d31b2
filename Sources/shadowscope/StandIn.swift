import JSON
import Sandbox
import Shadow
import Thing

/// A simulated device in the place of a thing, and whether somebody else may be thrown out by it.
struct StandIn {
  private let thing: OpenThing
  /// Whether the client id is another than the device's: then both stay connected.
  private let isBeside: Bool

  /// - Parameters:
  ///   - thing: whose place is taken.
  ///   - isOwner: whether that is done with somebody else's certificate.
  init(_ thing: OpenThing, isOwner: Bool) {
    self.thing = thing
    let own = [thing.address.thing, ShadowAddress(thing: thing.address.thing).parent]
    let id = thing.configuration.clientID
    isBeside = isOwner || !own.contains { $0?.hasSameScalars(as: id) == true }
  }

  /// Whether it can only be a sandbox: the broker is on this machine, and nobody but a sandbox's
  /// authority, which no cloud has, may vouch for it.
  var isInSandbox: Bool {
    thing.configuration.endpoint.isLoopback
      && CertificateAuthority.isSandbox(trusting: thing.configuration.trust.certificates)
  }

  /// The client id there: the thing's own is left for its monitor.
  var clientIDInSandbox: String { "\(thing.address.thing)-device" }

  /// Makes sure that the place of a real device may be taken.
  ///
  /// - Parameter yes: whether that was said beforehand.
  /// - Throws: `CommandFailure` if not, or if nobody can be asked.
  func confirm(yes: Bool) throws(CommandFailure) {
    guard !isInSandbox else { return }
    let name = thing.address.thing
    StandardStreams.tell(
      "warning: \(thing.configuration.endpoint) is no sandbox. " + consequence
        + " What it reports replaces what \(name) has reported.")
    guard !yes else { return }
    guard var prompt = try LinePrompt(ifEnded: "Nothing was sent.") else {
      throw CommandFailure(
        status: .usage, what: "Nothing was sent: \(name) is a real thing, and nobody can be asked.",
        cause: consequence, remedy: "Say --yes to take its place, or use a sandbox.")
    }
    let answer = try prompt.line("Type the thing's name to take its place")
    guard answer.hasSameScalars(as: name) else {
      throw CommandFailure(
        status: .failed, what: "Nothing was sent.", cause: "“\(answer)” is not “\(name)”.",
        remedy: "")
    }
  }

  private var consequence: String {
    isBeside
      ? "The real device goes on reporting as well, since the client id is not its own."
      : "The real device has the same client id: the broker throws it out, and this one in turn when "
        + "it comes back."
  }
}
