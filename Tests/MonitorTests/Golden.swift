import Canvas
import Foundation
import Testing

/// Compares a frame with the text file of its name; with `UPDATE_GOLDEN=1` writes that file.
func expectGolden(
  _ frame: Frame, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try expectGolden(frame.golden, name, sourceLocation: sourceLocation)
}

/// Compares a text with the file of its name; with `UPDATE_GOLDEN=1` writes that file.
func expectGolden(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden/\(name).txt")
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
    try text.write(to: file, atomically: true, encoding: .utf8)
    return
  }
  let expected = try String(contentsOf: file, encoding: .utf8)
  #expect(
    text == expected, "UPDATE_GOLDEN=1 rewrites \(name).txt", sourceLocation: sourceLocation
  )
}
