/// One thing a person did on the keyboard or with the mouse, free of any terminal's encoding.
package enum Key: Hashable, Sendable {
  /// A printable character (a whole grapheme, so that combining input stays together).
  case character(Character)
  /// Control with a lower-case letter or one of `@ [ \ ] ^ _`; Enter, Tab, Backspace and Escape
  /// have cases of their own.
  case control(Character)
  /// Alt (Meta) with a character.
  case alt(Character)
  case enter, escape, tab, backTab, backspace, delete
  case up, down, left, right, home, end, pageUp, pageDown
  /// F1 is 1.
  case function(Int)
  /// A bracketed paste, whole, with its newlines; nothing in it is a command.
  case paste(String)
  /// Only while the mouse is captured.
  case mouse(MouseEvent)
}
