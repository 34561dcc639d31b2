import Shadow

/// How curl ended, and what it said.
struct CurlOutcome: Hashable {
  /// Of HTTP; 0 if no answer came.
  var status = 0
  /// Bytes that were sent.
  var uploaded = 0
  /// Bytes that came, also those of a refusal.
  var downloaded = 0
  /// curl's exit status; nil if a signal ended it.
  let exit: Int?
  /// What curl wrote for people, with all that signs URLs masked.
  let words: String

  /// - Parameters:
  ///   - exit: its status; nil if a signal ended it.
  ///   - errors: what it wrote to standard error, without its progress.
  init(exit: Int?, errors: [UInt8]) {
    self.exit = exit
    let text = String(decoding: SignedURL.maskingQueries(errors), as: UTF8.self)
    var words: [Substring] = []
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix(CurlRequest.mark + " ") {
        let figures = line.split(separator: " ").dropFirst().map { Int($0) ?? 0 }
        if figures.count == 3 {
          (status, uploaded, downloaded) = (figures[0], figures[1], figures[2])
        }
      } else if let start = line.firstRange(of: "curl: ")?.upperBound {
        // Its status stands first, in parentheses; the progress may stand before it.
        let rest = line[start...]
        words.append(rest.hasPrefix("(") ? rest.drop { $0 != ")" }.dropFirst(2) : rest)
      } else if !CurlProgress.isProgress(line) {
        words.append(line)
      }
    }
    self.words = words.suffix(3).joined(separator: " ")
  }

  var isSuccess: Bool { exit == 0 && (200...299).contains(status) }

  /// Whether the next attempt may well succeed.
  var isTransient: Bool {
    guard let exit else { return false }
    // Too short, too slow, nothing, and what breaks off while it is sent or received.
    return exit == 0 ? [500, 502, 503, 504].contains(status) : [18, 28, 52, 55, 56].contains(exit)
  }
}

/// What curl draws of its progress: `######    45.3%`, again and again.
enum CurlProgress {
  /// How far it is.
  ///
  /// - Parameter text: what curl has written lately.
  /// - Returns: thousandths of the whole; nil if none are told.
  static func thousandths(in text: some StringProtocol) -> Int? {
    let parts = text.split { $0.isNewline || $0 == "#" || $0 == " " }
    guard let last = parts.last(where: { $0.hasSuffix("%") }), let share = Double(last.dropLast())
    else { return nil }
    return min(1000, max(0, Int(share * 10)))
  }

  /// Whether nothing else stands in a line.
  static func isProgress(_ line: Substring) -> Bool {
    line.allSatisfy { "#=O- .%\r0123456789".contains($0) }
  }
}
