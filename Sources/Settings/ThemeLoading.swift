package import Canvas
package import Monitor

/// A theme, where it is from, and what of it could not be used.
package struct LoadedTheme: Sendable {
  package var theme: Theme
  /// The file; nil for one that is built in.
  package var file: String?
  /// The licence that the file names.
  package var licence: String?
  /// What was skipped, in the order in which it was met; in its own file and its parents'.
  package var faults: [SettingsFault] = []

  /// A theme that needs no file.
  package init(theme: Theme) { self.theme = theme }

  /// The look of each role.
  package var styles: [Role: Style] {
    Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, theme[$0]) })
  }
}

extension ThemeFolders {
  /// Parents above one another that are followed.
  private static let longestChain = 16

  /// Loads a theme by name.
  ///
  /// What is wrong in a file is skipped and told; a file that is no TOML is replaced by the theme
  /// that is built in.
  ///
  /// - Parameter name: any text.
  /// - Returns: the theme, or nil if there is none of this name.
  package func theme(named name: String) -> LoadedTheme? {
    var chain: [ThemeText] = []
    var faults: [SettingsFault] = []
    var visited: [(name: String, file: String)] = []
    var wanted: (name: String, line: Int)? = (name, 1)
    // A theme may build upon the one that it stands before: `dark` upon the shipped `dark`.
    var first = 0
    var base: Theme?
    while let (next, line) = wanted {
      wanted = nil
      do throws(SettingsFault) {
        guard let found = try text(of: next, from: first) else {
          base = Theme.builtIn.first { $0.name == next }
          guard base == nil else { break }
          guard let child = visited.last else { return nil }
          faults.append(
            SettingsFault(
              file: child.file, line: line,
              kind: .missingParent(next, meant: nearest(to: next))))
          break
        }
        if visited.contains(where: { $0.file == found.file }) || visited.count >= Self.longestChain
        {
          faults.append(
            SettingsFault(
              file: visited.last?.file ?? found.file, line: line,
              kind: .inheritanceLoop(visited.map(\.name) + [next])))
          break
        }
        visited.append((next, found.file))
        let content = try ThemeText(found.text, file: found.file)
        faults += content.faults
        chain.append(content)
        wanted = content.inherits
        first = content.inherits?.name == next ? found.place + 1 : 0
      } catch {
        faults.append(error)
        if visited.isEmpty { visited.append((next, error.file)) }
      }
    }
    // A chain that breaks off stands on the dark theme that is built in.
    if chain.isEmpty || chain.last?.inherits != nil { base = base ?? .dark }
    var resolution = ThemeResolution(chain: chain, base: base)
    var loaded = LoadedTheme(theme: resolution.theme(named: name))
    loaded.file = visited.first?.file
    loaded.licence = chain.first?.licence
    loaded.faults = faults + resolution.faults
    return loaded
  }
}
