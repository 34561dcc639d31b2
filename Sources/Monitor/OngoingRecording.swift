/// A recording of what comes and goes that is being made.
package struct OngoingRecording: Hashable, Sendable {
  /// Where the file is.
  package let path: String
  package let messages: Int
  /// Of the file.
  package let bytes: Int

  /// - Parameters:
  ///   - path: where the file is.
  ///   - messages: in it so far.
  ///   - bytes: of the file so far.
  package init(path: String, messages: Int = 0, bytes: Int = 0) {
    self.path = path
    self.messages = messages
    self.bytes = bytes
  }
}

/// What becomes of a recording.
package enum RecordingReport: Hashable, Sendable {
  /// It has begun, or has grown.
  case going(OngoingRecording)
  /// It was ended, and is whole.
  case ended(OngoingRecording)
  /// It could not be begun, or goes no further: why, and what to do, as sentences.
  case failed(String)
}
