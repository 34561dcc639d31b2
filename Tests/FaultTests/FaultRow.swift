import Testing
import Thing

/// One fault, and what people must hear of it: a row of the matrix.
struct FaultRow: Sendable, CustomTestStringConvertible {
  /// What `shadowscope get` must say.
  struct Command: Sendable {
    /// A sentence, or a part of one, on standard error; one of these, where the moment decides.
    let words: [String]
    let status: Int32
    /// Milliseconds from the start of the program to its end, with a margin for a loaded machine.
    var bound: Int64 = 5000
    /// Whether it waits for a time-out of seconds; such ones run side by side.
    var isLong = false
  }

  /// What a monitor must show that is connected, with an edit staged, when the fault comes.
  struct Monitor: Sendable {
    /// In what it says of the outage; one of these, where the moment decides.
    let words: [String]
    /// Whether it waits for the person then, and not for a time.
    var stops = false
    /// Milliseconds from the fault to the words, with a margin for a loaded machine.
    var bound: Int64 = 6000
    var keepAliveSeconds = 30
    var deadlines = Deadlines()
    /// Whether the connection is cut first, so that the fault is met when it is made anew.
    var isCutFirst = true
    /// Whether the person asks for the document, so that bytes go to and fro.
    var asks = false
  }

  let name: String
  var command: Command?
  var monitor: Monitor?
  /// The folder with the thing's files; nil for the right one.
  var thing: (@Sendable (FaultScene) throws -> String)?
  /// Brings the fault about.
  let inject: @Sendable (FaultScene) throws -> Void

  var testDescription: String { name }
}
