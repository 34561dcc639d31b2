/// One column of one row.
package struct Cell: Hashable, Sendable {
  /// The safe text of the cell: one grapheme that ``SafeText`` let through, or `""` in the second
  /// column of a wide grapheme.
  package var text: String
  /// Columns taken: 1 or 2, and 0 for the second column of a wide grapheme.
  package var width: Int
  package var role: Role
  /// Whether the cell lies in the selection: the theme's selection style is laid over the role's.
  package var selected: Bool

  package init(text: String = " ", width: Int = 1, role: Role = .text, selected: Bool = false) {
    self.text = text
    self.width = width
    self.role = role
    self.selected = selected
  }
}
