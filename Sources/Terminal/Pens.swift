import CNcurses
import Canvas

/// What curses is told for a role: attributes and a colour pair.
struct Pen: Hashable {
  var attributes: attr_t = 0
  var pair: CInt = 0
}

/// The pens of a theme on the terminal that curses has open.
struct Pens {
  private var plain: [Role: Pen] = [:]
  private var selected: [Role: Pen] = [:]

  /// Allocates the colour pairs; needs an open terminal.
  ///
  /// - Parameters:
  ///   - styles: a role without a style looks like the terminal's own text.
  ///   - depth: the colours to use.
  init(_ styles: [Role: Style], depth: ColourDepth) {
    let selection = depth.visible(styles[.selection] ?? Style(reverse: true))
    for role in Role.allCases {
      let style = styles[role] ?? Style()
      plain[role] = Self.pen(style, depth: depth)
      selected[role] = Self.pen(style.under(selection), depth: depth)
    }
  }

  subscript(_ cell: Cell) -> Pen {
    (cell.selected ? selected[cell.role] : plain[cell.role]) ?? Pen()
  }

  private static func pen(_ style: Style, depth: ColourDepth) -> Pen {
    var pen = Pen()
    if style.bold || depth.brightens(style.foreground) { pen.attributes |= cnc_attribute_bold }
    if style.dim { pen.attributes |= cnc_attribute_dim }
    if style.underline { pen.attributes |= cnc_attribute_underline }
    if style.reverse { pen.attributes |= cnc_attribute_reverse }
    if depth == .mono {
      // A ground of its own is what sets such text apart; without colours that is reverse.
      if style.background != .terminal { pen.attributes |= cnc_attribute_reverse }
      return pen
    }
    let (foreground, background) = depth.pair(of: style)
    // Pair 0 is the terminal's own pair. Without a free pair the text stays readable in it.
    if foreground >= 0 || background >= 0 { pen.pair = max(0, alloc_pair(foreground, background)) }
    return pen
  }
}
