import Foundation
import Settings

/// The themes that are shipped.
enum ShippedThemes {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("themes").path

  static let folders = ThemeFolders([folder])

  static let names = [
    "catppuccin-mocha", "colour-blind", "dark", "gruvbox-dark", "high-contrast", "light", "mono",
    "nord", "solarized-light",
  ]
}
