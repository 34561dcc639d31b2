import ArgumentParser
import JSON
import Shadow

/// The name of a job on the command line.
struct JobArgument: ExpressibleByArgument {
  let id: JobID

  init?(argument: String) {
    guard let id = JobID(argument) else { return nil }
    self.id = id
  }
}

/// Details on the command line, each KEY=VALUE, where a value is always a text.
struct JobDetailArguments {
  let details: JSONObject

  /// - Throws: `CommandFailure` for what is no detail that AWS IoT Jobs takes.
  init(_ arguments: [String]) throws(CommandFailure) {
    var details = JSONObject()
    for argument in arguments {
      guard let sign = argument.unicodeScalars.firstIndex(of: "=") else {
        throw CommandFailure(
          status: .usage, what: "“\(argument)” is not KEY=VALUE.", cause: "It holds no “=”.",
          remedy: "Write for instance progress='50 %'.")
      }
      let scalars = argument.unicodeScalars
      let key = String(scalars[..<sign])
      guard details[key] == nil else {
        throw CommandFailure(
          status: .usage, what: "The detail “\(key)” is given twice.", cause: "",
          remedy: "Give each once.")
      }
      details.append(key: key, value: .string(String(scalars[scalars.index(after: sign)...])))
    }
    try Self.check(details)
    self.details = details
  }

  /// Insists on AWS's limits.
  ///
  /// - Throws: `CommandFailure` that names the rule.
  static func check(_ details: JSONObject) throws(CommandFailure) {
    guard let fault = JobDetails.fault(in: details) else { return }
    throw CommandFailure(
      status: .badData, what: "The details cannot be sent.", cause: fault,
      remedy: "Nothing was changed.")
  }
}
