/// One thing a person did with the mouse, free of any terminal's encoding.
package struct MouseEvent: Hashable, Sendable {
  /// What was done.
  package enum Action: Hashable, Sendable {
    case press(Button)
    /// Of whichever button: not every terminal tells which.
    case release
    /// Moved to another cell with a button held.
    case drag(Button)
    case wheelUp, wheelDown, wheelLeft, wheelRight
  }

  package enum Button: Hashable, Sendable {
    case left, middle, right
  }

  package let action: Action
  /// The cell, from 0; it may lie outside a screen that has just become smaller.
  package let place: Position
  /// Whether Shift was held; many terminals keep Shift for their own selection and never report it.
  package let shift: Bool
  package let alt: Bool
  package let control: Bool

  package init(
    _ action: Action, at place: Position, shift: Bool = false, alt: Bool = false,
    control: Bool = false
  ) {
    self.action = action
    self.place = place
    self.shift = shift
    self.alt = alt
    self.control = control
  }
}
