import Canvas

extension Model {
  /// Begins a recording, or ends the one that is being made.
  mutating func switchRecording() -> [Effect] {
    reply = nil
    return recording == nil ? [.startRecording] : [.endRecording]
  }

  /// Takes in what becomes of the recording.
  mutating func follow(_ report: RecordingReport, at now: Int64) -> [Effect] {
    switch report {
    case .going(let going):
      let isNew = recording == nil
      recording = going
      guard isNew else { return [] }
      let key = keys[.record].first?.label ?? ":"
      reply = Reply(passing: "Recording to \(going.path): \(key) ends it", .stateConnected)
      // So that the recording begins with what each shadow is.
      guard connection.isUp else { return [] }
      return shadows.indices.flatMap { place in
        shadows[place].getDenial == nil ? with(place) { $0.askForDocument() } : []
      }
    case .ended(let whole):
      recording = nil
      reply = Reply(
        passing: "Recorded \(counted(whole.messages, "message")), \(byteText(whole.bytes)), to "
          + whole.path, .stateConnected)
      return []
    case .failed(let words):
      recording = nil
      notices.append(words)
      remark(words, .logRejected, at: now)
      return []
    }
  }

  /// The mark that everything is recorded; nil while it is not.
  func recordingMark(isShort: Bool) -> [Span]? {
    guard let recording else { return nil }
    return [
      Span("● rec", .stateFight), Span(isShort ? "" : " \(byteText(recording.bytes))", .textDim),
    ]
  }
}
