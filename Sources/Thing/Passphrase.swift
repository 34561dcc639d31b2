/// Whoever knows the passphrase of an encrypted key is asked by this, perhaps several times.
package typealias PassphraseAsking = (PassphraseQuestion) -> PassphraseAnswer

/// The question for a passphrase.
package struct PassphraseQuestion: Hashable, Sendable {
  /// How often it is asked at most for one key.
  package static let attempts = 3

  /// Where the key is, as the person knows it.
  package let key: String
  /// 1...``attempts``; from 2 on the answer before did not open the key.
  package let attempt: Int

  package init(key: String, attempt: Int) {
    self.key = key
    self.attempt = attempt
  }
}

/// What came of the question.
package enum PassphraseAnswer: Sendable {
  /// At most 1024 bytes, which is what OpenSSL takes.
  case given(SecretBytes)
  /// The one that was given before is all that there is.
  case noOther
  /// Nothing: why, and what can be done about it, a sentence each.
  case none(cause: String, remedy: String)
}
