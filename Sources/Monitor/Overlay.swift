/// What lies over the panes and takes the keys.
package enum Overlay: Sendable {
  /// The help, so many lines scrolled down.
  case help(top: Int)
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

  /// Lines that the help is scrolled down; nil while it is closed.
  var helpTop: Int? {
    guard case .help(let top)? = overlay else { return nil }
    return top
  }
}
