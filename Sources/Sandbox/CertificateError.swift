import COpenSSL
import Thing

/// OpenSSL could not make a key or a certificate.
package struct CertificateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being made, for instance "the key of lamp1".
  package let making: String
  /// OpenSSL's reasons, the innermost first; never key material.
  package let reasons: [String]

  package var description: String {
    "OpenSSL cannot make \(making): "
      + (reasons.isEmpty ? "no reason given" : reasons.joined(separator: "; "))
  }

  /// Takes all reasons off this thread's error queue.
  init(making: String) {
    self.making = making
    reasons = OpenSSLError.drain().map(\.text)
  }

  /// Runs calls whose failure is a nil or a 0, with an error queue that holds only their reasons.
  static func check<Value>(
    _ making: String, _ call: () -> Value?
  ) throws(CertificateError) -> Value {
    ERR_clear_error()
    guard let value = call() else { throw CertificateError(making: making) }
    return value
  }
}
