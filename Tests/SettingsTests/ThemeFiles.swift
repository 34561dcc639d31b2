import Foundation
import Settings
import TestSupport

/// A folder of themes made up for one test, before the shipped ones.
struct ThemeFiles: ~Copyable {
  private let folder: TemporaryFolder

  /// Writes the themes' texts, by their names.
  init(_ texts: [String: String]) throws {
    let folder = try TemporaryFolder()
    for (name, text) in texts { try folder.write(text, to: "\(name).toml") }
    self.folder = folder
  }

  var folders: ThemeFolders { ThemeFolders([folder.path, ShippedThemes.folder]) }

  /// What is wrong with a theme, with the names of files as in `dusk.toml:7`.
  func faults(in name: String) -> [String] {
    (folders.theme(named: name)?.faults ?? []).map {
      $0.description.replacingOccurrences(of: "\(folder.path)/", with: "")
    }
  }
}
