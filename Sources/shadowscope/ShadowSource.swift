import JSON
import Shadow

/// Where a shadow's document comes from, as it is named on the command line.
enum ShadowSource: Hashable {
  /// The thing of the options, asked now.
  case live
  /// A file, or `-` for standard input.
  case file(String)

  /// The word for the thing of the options; a file of this name is `./live`.
  static let liveWord = "live"

  init(_ argument: String) { self = argument == Self.liveWord ? .live : .file(argument) }

  /// How people know it.
  var name: String {
    switch self {
    case .live: Self.liveWord
    case .file(let path): InputText.name(of: path)
    }
  }
}

extension SavedShadow {
  /// Whose it is, its version and its time, as far as that is known; outside text, not safe to print
  /// as it is.
  var words: String {
    ([address?.label, "version \(document.version)", time].compactMap(\.self)).joined(
      separator: ", ")
  }
}

extension ShadowAddress {
  /// The thing, and the shadow if it has a name; from a file it is outside text.
  var label: String { thing + (shadow.map { ", shadow \($0)" } ?? "") }
}
