import ShadowService

/// Why a request for a file is refused: a status, and words in the form of S3's.
package struct FileRefusal: Error, Hashable {
  /// Of HTTP.
  package let status: Int
  /// What programs tell refusals apart by.
  package let code: String
  private let message: String
  private let key: String?

  private init(_ status: Int, _ code: String, _ message: String, key: String? = nil) {
    (self.status, self.code, self.message, self.key) = (status, code, message, key)
  }

  /// Nil if the URL is good.
  ///
  /// - Parameter verdict: of the URL.
  package init?(_ verdict: URLSigner.Verdict) {
    switch verdict {
    case .granted: return nil
    case .unsigned: self.init(403, "AccessDenied", "Access Denied")
    case .wrongSignature:
      self.init(
        403, "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. "
          + "Check your key and signing method.")
    case .expired: self.init(403, "AccessDenied", "Request has expired")
    case .early: self.init(403, "AccessDenied", "Request is not valid yet")
    }
  }

  /// Neither GET nor PUT.
  package static let wrongMethod = FileRefusal(
    405, "MethodNotAllowed", "The specified method is not allowed against this resource.")

  /// More bytes than are kept.
  package static let tooLarge = FileRefusal(
    400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")

  /// Nothing was put under this key.
  package static func noSuchKey(_ key: String) -> FileRefusal {
    FileRefusal(404, "NoSuchKey", "The specified key does not exist.", key: key)
  }

  /// The disk does not do what it should.
  package static func failed(_ error: FileError) -> FileRefusal {
    FileRefusal(500, "InternalError", "\(error)")
  }

  /// What is sent.
  package var body: [UInt8] {
    let key = key.map { "<Key>\(escaped($0))</Key>" } ?? ""
    return Array(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Error><Code>\(code)</Code><Message>\(escaped(message))</Message>\(key)</Error>

      """.utf8)
  }
}

/// A text as XML has it, without what XML cannot hold.
private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case _ where scalar.value < 32 || scalar.value == 127: result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
