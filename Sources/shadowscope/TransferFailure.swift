import Shadow

/// Why a file was not transferred.
struct TransferFailure {
  private let outcome: CurlOutcome
  /// What S3 tells programs and people; empty if it told nothing.
  private let code: String
  private let message: String
  private let key: String
  private let operation: InvokeCall.FileOperation
  private let isLoopback: Bool
  private let isDiskFull: Bool

  /// - Parameters:
  ///   - outcome: how curl ended, without success.
  ///   - answer: what came, its beginning.
  ///   - key: of the file.
  ///   - operation: what was to be done.
  ///   - isLoopback: whether the host is this machine.
  ///   - isDiskFull: whether there is no room for what comes.
  init(
    _ outcome: CurlOutcome, answer: [UInt8], key: String, operation: InvokeCall.FileOperation,
    isLoopback: Bool, isDiskFull: Bool
  ) {
    self.outcome = outcome
    let text = String(decoding: SignedURL.maskingQueries(answer), as: UTF8.self)
    let isRefusal = outcome.exit == 0 && outcome.status >= 300
    code = isRefusal ? content(of: "Code", in: text) : ""
    message = isRefusal ? content(of: "Message", in: text) : ""
    (self.key, self.operation) = (key, operation)
    (self.isLoopback, self.isDiskFull) = (isLoopback, isDiskFull)
  }

  /// In words for the person.
  var words: CommandFailure {
    outcome.exit == 0 && outcome.status > 0 ? refusal : breach
  }

  // MARK: An answer of HTTP

  private var refusal: CommandFailure {
    let said = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
    // Its words may be a sentence.
    let end = said.hasSuffix(".") ? "" : "."
    let answered =
      "The server answered \(outcome.status)" + (said.isEmpty ? "." : ": \(said)\(end)")
    switch outcome.status {
    case 403 where message.lowercased().contains("expired") || code == "ExpiredToken":
      return failure(
        .notPermitted, "The signed URL of “\(key)” had expired when it was used.", answered,
        "Try again. If it stays so, the platform's clocks differ: `shadowscope invoke time` "
          + "compares this machine's with them.")
    case 403 where code == "SignatureDoesNotMatch":
      return failure(
        .notPermitted, "The signature of the URL of “\(key)” was refused.", answered,
        "Try again with a new URL. A proxy that changes requests breaks signatures too.")
    case 401, 403:
      return failure(
        .notPermitted, "“\(key)” was refused.", answered,
        operation == .get
          ? "S3 may say so of a file that is not there as well: look at the key."
          : "Look at the key, and whether the thing may put files.")
    case 404:
      return failure(
        .noInput, "There is no file “\(key)”.", answered, "Look at the key; its case counts.")
    case 300...399:
      return failure(
        .protocolFailure, "The server sent “\(key)” to another place, which is not followed.",
        answered, "Whoever is there would get the signed URL. Try again later.")
    case 400 where code == "EntityTooLarge":
      return failure(
        .rejected, "“\(key)” is larger than the server takes.", answered, "")
    case 500...599:
      return failure(.unavailable, "The server failed on “\(key)”.", answered, "Try again later.")
    default:
      return failure(.rejected, "“\(key)” was refused.", answered, "")
    }
  }

  // MARK: No answer

  private var breach: CommandFailure {
    let said = outcome.words.isEmpty ? "" : "curl says: \(outcome.words)"
    guard let exit = outcome.exit else {
      return failure(.failed, "curl was ended by a signal.", said, "Try again.")
    }
    switch exit {
    case 23 where isDiskFull:
      return failure(
        .cannotCreate, "There is no room left for “\(key)”.", said,
        "Free some, or name a file on another disk.")
    case 23:
      return failure(.cannotCreate, "What came of “\(key)” cannot be written.", said, "")
    case 26:
      return failure(.noInput, "The file cannot be read.", said, "")
    case 5, 6:
      return failure(
        .noHost, "The host of the signed URL does not resolve.", said,
        "Is this machine on line, and does a firewall or DNS keep the host away?")
    case 7:
      return failure(
        .unavailable, "Nothing answers at the host of the signed URL.", said,
        isLoopback ? "Is the sandbox still running?" : "A firewall may keep HTTPS away. Try again.")
    case 18, 28, 52, 55, 56:
      return failure(.unavailable, "The transfer of “\(key)” broke off.", said, "Try again.")
    case 35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91:
      return failure(
        .protocolFailure, "TLS with the host of the signed URL failed.", said,
        "Name the authority that vouches for it with --file-ca"
          + (isLoopback ? "; for a sandbox that is its ca.pem." : ". A proxy may stand between."))
    default:
      return failure(.failed, "curl ended with status \(exit).", said, "")
    }
  }

  private func failure(
    _ status: ExitStatus, _ what: String, _ cause: String, _ remedy: String
  ) -> CommandFailure {
    CommandFailure(status: status, what: what, cause: cause, remedy: remedy)
  }
}

/// What stands in the first element of a name; empty if there is none.
private func content(of name: String, in xml: String) -> String {
  guard let start = xml.firstRange(of: "<\(name)>")?.upperBound,
    let end = xml[start...].firstRange(of: "</\(name)>")?.lowerBound
  else { return "" }
  return String(xml[start..<end])
}
