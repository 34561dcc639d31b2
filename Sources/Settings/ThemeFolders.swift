import Monitor
import Shadow

/// Where themes are looked for, in order.
package struct ThemeFolders: Sendable {
  /// Parents of the program's folder that are searched for the package it was built in.
  private static let levels = 5

  /// The folders in the order in which they are searched; they need not exist.
  package let paths: [String]

  package init(_ paths: [String]) { self.paths = paths }

  /// The usual places: the person's own themes, those installed with the program, those of the
  /// package that it was built in.
  ///
  /// - Parameters:
  ///   - configuration: the folder of the person's settings, such as `~/.config/shadowscope`.
  ///   - program: the folder that the program runs from.
  package init(configuration: String?, program: String?) {
    var paths = configuration.map { ["\($0)/themes"] } ?? []
    if let program {
      let parents = Self.parents(of: program)
      if let parent = parents.first { paths.append("\(parent)/share/shadowscope/themes") }
      let package = ([program] + parents).prefix(Self.levels).first {
        SettingsFile.isFolder("\($0)/themes") && SettingsFile.isFile("\($0)/Package.swift")
      }
      if let package { paths.append("\(package)/themes") }
    }
    self.paths = paths
  }

  /// The names of all themes, sorted: those of the files, and those that are built in.
  package var names: [String] {
    let found = paths.flatMap { SettingsFile.tomlNames(in: $0) }.filter(Self.isName)
    return Set(found + Theme.builtIn.map(\.name)).sorted()
  }

  /// The theme that a misspelt name may have meant, if one is near.
  package func nearest(to name: String) -> String? { Spelling.nearest(to: name, among: names) }

  /// The text of a theme's file and where in the order it was found.
  ///
  /// - Parameters:
  ///   - name: any text; one that is no name of a theme is not found.
  ///   - first: how many folders are passed over.
  /// - Returns: nil if no folder has it.
  /// - Throws: `SettingsFault` if there is a file and it cannot be read.
  func text(
    of name: String, from first: Int = 0
  ) throws(SettingsFault) -> (text: String, file: String, place: Int)? {
    guard Self.isName(name) else { return nil }
    for place in paths.indices.dropFirst(first) {
      let file = "\(paths[place])/\(name).toml"
      if let text = try SettingsFile.text(file) { return (text, file, place) }
    }
    return nil
  }

  /// Whether a text can be the name of a theme: it must not lead out of its folder.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64 && text.utf8.first != UInt8(ascii: ".")
      && text.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || $0 == "-" || $0 == "_" || $0 == "."
      }
  }

  /// The folders around a folder, the nearest first.
  private static func parents(of path: String) -> [String] {
    var parents: [String] = []
    var path = path[...]
    while let slash = path.lastIndex(of: "/") {
      path = path[..<slash]
      parents.append(path.isEmpty ? "/" : String(path))
    }
    return parents
  }
}
