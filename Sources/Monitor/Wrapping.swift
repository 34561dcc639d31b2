package import Canvas

/// Breaks text into lines at spaces.
///
/// - Parameters:
///   - spans: text from anywhere; its newlines are no breaks, drawing shows them.
///   - width: columns of a line, 1 or more; a word that is longer gets a line that drawing cuts.
/// - Returns: at least one line.
package func wrapped(_ spans: [Span], width: Int) -> [[Span]] {
  var lines: [[Span]] = [[]]
  var used = 0
  for span in spans {
    for (index, word) in span.text.split(separator: " ", omittingEmptySubsequences: false)
      .enumerated()
    {
      // A span's first word goes on where the span before it ended, be that a space or a word.
      let space = index > 0 ? 1 : 0
      let columns = TextWidth.columns(String(word), limit: width + 1)
      let canBreak = space > 0 || lines.last?.last?.text.last == " "
      if used > 0, used + space + columns > width, canBreak {
        lines.append([])
        used = 0
      } else if space > 0, used > 0 {
        append(" ", span.role)
        used += 1
      }
      append(String(word), span.role)
      used += columns
    }
  }
  return lines

  func append(_ text: String, _ role: Role) {
    let line = lines.count - 1
    if lines[line].last?.role == role {
      lines[line][lines[line].count - 1].text += text
    } else if !text.isEmpty {
      lines[line].append(Span(text, role))
    }
  }
}

/// At most so many lines; what is left out is marked after the last word of the last one.
func limited(_ lines: [[Span]], to most: Int, width: Int) -> [[Span]] {
  guard lines.count > most, most > 0 else { return Array(lines.prefix(max(0, most))) }
  var shown = Array(lines.prefix(most))
  var last = shown[most - 1]
  while let end = last.last, TextWidth.columns(last) + 2 > width {
    last.removeLast()
    if let space = end.text.lastIndex(of: " ") {
      last.append(Span(String(end.text[..<space]), end.role))
    } else if last.isEmpty {
      // One word is all there is.
      last.append(Span(TextWidth.fitted(end.text, width: max(1, width - 2)), end.role))
      break
    }
  }
  shown[most - 1] = last + [Span(" …", .textDim)]
  return shown
}
