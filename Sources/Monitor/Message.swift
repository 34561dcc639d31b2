package import Canvas
package import Shadow

/// Everything that can happen to the monitor.
package enum Message: Sendable {
  /// A person pressed a key or pasted a text.
  case key(Key)
  /// The screen has this size; said once before the first frame and after every change.
  case resized(Size)
  /// Time has passed, perhaps to a deadline of ``nextDeadline(_:after:)``.
  case tick
  /// So many messages wait to be taken in, for so long that what is shown is old; 0 once it is not.
  case backlog(Int)
  /// The connection is now so.
  case connection(ConnectionStatus)
  /// A message arrived on a topic of the shadow; `arrival` in ms since 1970, QoS 0...2.
  case received(
    topic: String, payload: [UInt8], arrival: Int64, retained: Bool, qualityOfService: Int = 1)
  /// The session put a request on the wire: one of ours, or a `get` that it made by itself; `at` in
  /// ms since 1970.
  case sent(Publication, token: String, operation: ShadowOperation, at: Int64)
  /// The request with this token ended.
  case outcome(token: String, RequestOutcome)
  /// A shadow that is open on the connection stands so.
  case shadow(ShadowAddress, ShadowLink)
  /// This shadow is not asked for by itself any more, since connections ended right after that.
  case getLeftOut(ShadowAddress, what: String)
  /// A message that is longer than the service allows was not taken in.
  case oversized(topic: String, bytes: Int)
  /// So many messages were dropped, since they came faster than they could be taken in.
  case dropped(Int)
  /// Things of the batch, in answer to ``Effect/listThings``; more follow until `isComplete`.
  case things([BatchThing], isComplete: Bool)
  /// The batch cannot be read, in answer to ``Effect/listThings``: why, as sentences.
  case noThings(String)
  /// Further results in answer to ``Effect/checkConnection``, in their order, until `isComplete`.
  case checks([Check], isComplete: Bool)
  /// The broker has answered to ``Effect/openJobs``: these filters it refused; empty for none.
  case jobs(missing: [String])
  /// Another thing is looked at from now on; nothing comes for this one until it is chosen again.
  case left
  /// A text went to the terminal's clipboard; `advice` says what may still keep it from there.
  case copied(bytes: Int, advice: String?)
  /// Nothing was copied, for this reason.
  case notCopied(String)
  /// What became of a file that was to be written.
  case saved(SaveResult)
  /// What the editor outside left, as asked for with ``Effect/editOutside(_:name:)``.
  case editedOutside(OutsideEdit)
  /// What earlier runs have kept of a shadow; said once after it was opened, before anything is
  /// heard of it.
  case recalled(ShadowAddress, Recollection)
  /// Whether what is staged is kept on disk.
  case keeping(Keeping)
  /// What becomes of the recording that is being made.
  case recording(RecordingReport)
  /// The recording that is played stands so.
  case replay(Replay)
  /// Something to tell once, for instance that others can read the key file.
  case notice(String)
}

/// What became of a file that was to be written.
package enum SaveResult: Hashable, Sendable {
  case saved(path: String, bytes: Int)
  /// There is a file of this name, which was left alone.
  case exists(path: String, [UInt8])
  /// In words: what failed, why, and what to do; the path as typed, and what was to be saved.
  case failed(String, path: String, [UInt8])
}
