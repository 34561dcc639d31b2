import Glibc

/// Memory that holds what only the start of the program needed.
enum StartMemory {
  /// Gives back the pages of program text, ours and the libraries', that are in memory.
  ///
  /// What is needed again is there again at once, since it comes from files that do not change. A
  /// command that goes on for days so keeps in memory what it uses, not what reading its arguments
  /// and the handshake took.
  static func giveBack() {
    for (start, end) in textRanges {
      // Nothing is written there, so nothing can be lost.
      madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), CInt(MADV_DONTNEED))
    }
  }

  /// The mapped ranges of files that may be executed and not written.
  private static var textRanges: [(start: UInt, end: UInt)] {
    guard let file = fopen("/proc/self/maps", "re") else { return [] }
    defer { fclose(file) }
    var ranges: [(start: UInt, end: UInt)] = []
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) }) {
      // 55d0a000-55d0b000 r-xp 00001000 08:01 1234   /usr/bin/shadowscope
      let words = text.split(separator: " ", maxSplits: 5).map(String.init)
      guard words.count == 6, words[1] == "r-xp", words[5].contains("/") else { continue }
      let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      if ends.count == 2, ends[0] < ends[1] { ranges.append((ends[0], ends[1])) }
    }
    return ranges
  }
}
