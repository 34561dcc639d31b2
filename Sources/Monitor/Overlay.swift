/// What lies over the panes and takes the keys.
package enum Overlay: Sendable {
  case help(TextReader)
  /// What publishing would send.
  case preview(TextReader)
  /// The checks of the connection.
  case checks(TextReader)
  case message(MessageReader)
  /// A job of the thing, with what it is to do.
  case job(TextReader)
  case picker(Picker)
}

extension Model {
  /// The list to choose from, while one is open.
  package internal(set) var picker: Picker? {
    get {
      guard case .picker(let picker)? = overlay else { return nil }
      return picker
    }
    set {
      if let newValue {
        overlay = .picker(newValue)
      } else if case .picker? = overlay {
        // Swift writes the nil back after `picker?.…`, whatever else lies over the panes.
        overlay = nil
      }
    }
  }

  /// The message that is read, while one is open.
  package var openMessage: MessageReader? {
    guard case .message(let message)? = overlay else { return nil }
    return message
  }

  /// The lines that are read: of the help, or of a message.
  package internal(set) var reader: TextReader? {
    get {
      switch overlay {
      case .help(let reader)?, .preview(let reader)?, .checks(let reader)?, .job(let reader)?:
        reader
      case .message(let message)?: message.reader
      case .picker?, nil: nil
      }
    }
    set {
      guard let newValue else { return }
      switch overlay {
      case .help?: overlay = .help(newValue)
      case .preview?: overlay = .preview(newValue)
      case .checks?: overlay = .checks(newValue)
      case .job?: overlay = .job(newValue)
      case .message(var message)?:
        message.reader = newValue
        overlay = .message(message)
      case .picker?, nil: break
      }
    }
  }
}
