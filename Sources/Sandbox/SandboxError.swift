/// Why there is no sandbox, in words for the person who asked for one.
package enum SandboxError: Error, Sendable, CustomStringConvertible {
  case file(FileError)
  case certificate(CertificateError)
  /// Shadows that last cannot be read or kept.
  case state(StateError)
  /// A name that no thing can have (device-shadow spec 2.3).
  case thingName(String)
  case thingTwice(String)
  /// A path with control characters in it.
  case folderName(String)
  /// The folder holds something that no sandbox put there.
  case folderNotEmpty(String)
  /// Something that no sandbox wrote is where the zip should be.
  case zipInTheWay(String)
  /// The zip could not be made; the reason is the zip library's.
  case zip(String, reason: String)
  /// Another sandbox runs in the folder.
  case folderInUse(String)
  /// No mosquitto in any of these folders.
  case brokerMissing(searched: [String])
  /// Something else listens on this port of 127.0.0.1 or ::1.
  case portTaken(Int)
  /// The broker ended, or did not get ready in time; its last words are outside text.
  case brokerFailed(reason: String, lastWords: [String])
  /// The service could not attach itself to the broker.
  case serviceFailed(reason: String)

  package var description: String {
    switch self {
    case .file(let error): error.description
    case .certificate(let error): error.description
    case .state(let error): error.description
    case .thingName(let name):
      "\"\(name)\" cannot be a thing's name: 1 to 128 of a-z, A-Z, 0-9, ':', '_' and '-'"
    case .thingTwice(let name): "the thing \(name) is named twice; each name once"
    case .folderName:
      "the folder's name holds control characters; name another folder"
    case .folderNotEmpty(let path):
      "\(path) holds files that are not a sandbox's; name an empty folder or one that is not there yet"
    case .zipInTheWay(let path):
      "\(path) is there already, and no sandbox wrote it; name another file with --zip FILE"
    case .zip(let path, let reason): "\(path) cannot be made: \(reason)"
    case .folderInUse(let path):
      "a sandbox is running in \(path); stop it first, or name another folder"
    case .brokerMissing(let searched):
      """
      mosquitto is not installed (looked in \(searched.joined(separator: ", "))); \
      on Debian: apt install mosquitto, with Homebrew: brew install mosquitto
      """
    case .portTaken(let port):
      "port \(port) is taken by another program; name another with --port, or none for a free one"
    case .brokerFailed(let reason, let lastWords):
      lastWords.isEmpty
        ? "the broker mosquitto \(reason)"
        : "the broker mosquitto \(reason); its last words:\n"
          + lastWords.map { "  \($0)" }.joined(separator: "\n")
    case .serviceFailed(let reason): "the shadow service cannot reach its broker: \(reason)"
    }
  }
}

/// Turns the errors of one kind of work into the sandbox's.
func filing<Value>(_ work: () throws(FileError) -> Value) throws(SandboxError) -> Value {
  do { return try work() } catch { throw .file(error) }
}

/// Turns the errors of one kind of work into the sandbox's.
func certifying<Value>(
  _ work: () throws(CertificateError) -> Value
) throws(SandboxError) -> Value {
  do { return try work() } catch { throw .certificate(error) }
}
