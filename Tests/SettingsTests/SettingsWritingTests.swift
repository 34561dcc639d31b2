import Glibc
import Settings
import TestSupport
import Testing

@Suite("Writing the settings file")
struct SettingsWritingTests {
  private func mode(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  private func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  @Test("makes a file and its folders for their owner alone")
  func new() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a/b/config.toml")
    try SettingsFile.write("theme = \"x\"\n", to: path, replacing: nil)
    #expect(try SettingsFile.text(path) == "theme = \"x\"\n")
    #expect(mode(path) == 0o600)
    #expect(mode(folder.path("a")) == 0o700 && mode(folder.path("a/b")) == 0o700)
  }

  @Test("keeps the mode of a file that is there, and leaves nothing else behind")
  func keeps() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "config.toml")
    let path = folder.path("config.toml")
    chmod(path, 0o640)
    try SettingsFile.write("new", to: path, replacing: "old")
    #expect(try SettingsFile.text(path) == "new")
    #expect(mode(path) == 0o640)
    #expect(names(in: folder.path) == ["config.toml"])
  }

  @Test("leaves a link a link, and writes what it leads to", arguments: [true, false])
  func links(_ isThere: Bool) throws {
    let folder = try TemporaryFolder()
    mkdir(folder.path("dotfiles"), 0o755)
    mkdir(folder.path("config"), 0o755)
    if isThere { try folder.write("old", to: "dotfiles/real.toml") }
    symlink("../dotfiles/real.toml", folder.path("config/link.toml"))
    symlink("link.toml", folder.path("config/config.toml"))
    let path = folder.path("config/config.toml")
    try SettingsFile.write("new", to: path, replacing: isThere ? "old" : nil)
    #expect(isLink(path) && isLink(folder.path("config/link.toml")))
    #expect(try SettingsFile.text(folder.path("dotfiles/real.toml")) == "new")
    #expect(names(in: folder.path("dotfiles")) == ["real.toml"])
  }

  @Test(
    "leaves a file alone that is not what was read", arguments: [nil, "older"] as [String?])
  func changed(_ old: String?) throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "config.toml")
    let path = folder.path("config.toml")
    let error = #expect(throws: SettingsFault.self) {
      try SettingsFile.write("new", to: path, replacing: old)
    }
    #expect(error?.kind == .changedMeanwhile)
    #expect(try SettingsFile.text(path) == "old")
    #expect(names(in: folder.path) == ["config.toml"])
  }

  @Test("says why it cannot write", arguments: ["/proc/none/config.toml", "/dev/null/config.toml"])
  func unwritable(_ path: String) {
    let error = #expect(throws: SettingsFault.self) {
      try SettingsFile.write("new", to: path, replacing: nil)
    }
    #expect(error?.description.hasPrefix("\(path): it cannot be written: ") == true)
  }

  @Test("ends at links that lead in a circle")
  func circle() throws {
    let folder = try TemporaryFolder()
    symlink("b", folder.path("a"))
    symlink("a", folder.path("b"))
    #expect(throws: SettingsFault.self) {
      try SettingsFile.write("new", to: folder.path("a"), replacing: nil)
    }
  }

  private func names(in folder: String) -> [String] {
    var names: [String] = []
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
