package import Shadow

/// What the world outside must do, carried out by the executable.
package enum Effect: Hashable, Sendable {
  /// Publish these bytes and report ``Message/sent(_:token:operation:at:)`` and, once, an outcome.
  case submit(PendingUpdate)
  /// Ask for the document of a shadow with this token.
  case get(ShadowAddress, token: String)
  /// Follow a further shadow over the same connection.
  case openShadow(ShadowAddress)
  /// Follow a shadow no more.
  case closeShadow(ShadowAddress)
  /// Tell the things of the batch as ``Message/things(_:isComplete:)``.
  case listThings
  /// Look at the thing of this name, of the same batch; what is staged here is kept.
  case switchThing(String)
  /// Put a text on the terminal's clipboard, and report ``Message/copied(bytes:advice:)`` or
  /// ``Message/notCopied(_:)``.
  case copy(String)
  /// Write a file that nobody else can read, and report ``Message/saved(_:)``; one that is there
  /// already is replaced only if `isReplacing`.
  case save([UInt8], path: String, isReplacing: Bool)
  /// Publish this where nothing answers, and report an outcome once the broker has it.
  case send(PendingUpdate)
  /// Delete a shadow with this token, and report an outcome.
  case delete(ShadowAddress, token: String)
  /// Let the person edit a text in an editor of their own, and report what they left with
  /// ``Message/editedOutside(_:)``; the name is for the file, by whose ending editors tell JSON.
  case editOutside(String, name: String)
  /// Check the connection step by step, and report ``Message/checks(_:isComplete:)``: by a
  /// connection of its own, or by what the one that is up proves.
  case checkConnection
  /// Subscribe to the topics of the thing's jobs, and report ``Message/jobs(missing:)`` each time that
  /// the broker has answered.
  case openJobs
  /// Publish a request about jobs, whose answer comes as a message.
  case askJobs(Publication, token: String)
  /// Try to connect now, whatever the back-off says.
  case retryNow
  /// Connect anew under this client id; what is open and staged stays.
  case changeClientID(String)
  /// Record everything from now on, and report ``Message/recording(_:)``.
  case startRecording
  /// End the recording, and report ``Message/recording(_:)``.
  case endRecording
  /// Play the recording otherwise.
  case replay(ReplayAction)
  /// Take the mouse, or leave it to the terminal.
  case captureMouse(Bool)
  /// Leave; nothing more is asked.
  case quit
  /// Give the terminal back and stop, as ^Z does anywhere else.
  case suspend
  /// Draw every cell anew.
  case redraw
}

/// One update on its way to the session: the bytes that the preview showed.
package struct PendingUpdate: Hashable, Sendable {
  /// The shadow that it changes.
  package var address: ShadowAddress
  /// What is sent.
  package var publication: Publication
  /// The client token in the payload, at most 64 bytes (spec 3.1).
  package var token: String

  package init(address: ShadowAddress, publication: Publication, token: String) {
    self.address = address
    self.publication = publication
    self.token = token
  }
}
