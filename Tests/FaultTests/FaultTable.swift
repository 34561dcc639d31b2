import Sandbox
import TestSupport
import Testing

/// The table of what was measured, a file a row beside the tests' bundle, so that figures can be read
/// after a run: `cat .build/debug/fault-matrix/*`.
enum FaultTable {
  private static let name = "fault-matrix"

  /// Notes a row.
  ///
  /// - Parameters:
  ///   - row: what was done.
  ///   - column: by whom it was noticed.
  ///   - words: what was said.
  ///   - ending: the exit status or the state.
  ///   - milliseconds: until it was noticed.
  ///   - bound: how many there may be.
  /// - Throws: `FileError`.
  static func note(
    _ row: String, _ column: String, words: String, ending: String, milliseconds: Int64,
    bound: Int64
  ) throws {
    let time = pad("\(milliseconds)", to: -6) + " of" + pad("\(bound)", to: -6) + " ms"
    let line = [
      pad(row, to: 54), pad(column, to: 7), pad(ending, to: 8), time, words,
    ].joined(separator: "  ")
    print(line)
    let folder = try #require(Executable.ownFolder) + "/" + name
    try PrivateFiles.makeFolder(folder)
    let file = "\(row) \(column)".map { $0.isLetter || $0.isNumber ? $0 : "-" }
    try PrivateFiles.write(Array((line + "\n").utf8), to: folder + "/" + String(file))
  }

  /// A text in a column; to the right of it for a width below zero.
  private static func pad(_ text: String, to width: Int) -> String {
    let blanks = String(repeating: " ", count: max(0, abs(width) - text.count))
    return width < 0 ? blanks + text : text + blanks
  }
}
