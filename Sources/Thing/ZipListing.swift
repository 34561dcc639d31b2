/// What lies where in a zip whose names are all harmless and all different.
struct ZipListing {
  /// The index of each file, by folder and name.
  private var files: [String: [String: Int]] = [:]
  /// Every folder, whether the zip has an entry of its own for it or not.
  private var folders: Set<String> = []
  /// A zip within it, where there is one.
  private(set) var innerZip: String?

  /// Takes in all names; `index` is a name's place among them.
  ///
  /// - Throws: `ZipFault` if two of them are in each other's way.
  init(_ names: [ZipName]) throws(ZipFault) {
    // Folded, as on a system that ignores case or how an accent is written.
    var known: [String: String] = [:]
    var foldedFolders: Set<String> = []
    for name in names {
      noteFolders(of: name, &foldedFolders)
    }
    for (index, name) in names.enumerated() where !name.isFolder {
      let path = name.path
      let folded = path.lowercased()
      if let other = known.updateValue(path, forKey: folded) {
        throw other.utf8.elementsEqual(path.utf8) ? .twice(path) : .almostTwice(other, path)
      }
      guard !foldedFolders.contains(folded) else { throw .fileAndFolder(path) }
      guard let last = name.parts.last else { continue }
      files[name.folder, default: [:]][last] = index
      if innerZip == nil, last.lowercased().hasSuffix(".zip") { innerZip = path }
    }
  }

  private mutating func noteFolders(of name: ZipName, _ folded: inout Set<String>) {
    var parts = name.isFolder ? name.parts[...] : name.parts.dropLast()
    while !parts.isEmpty {
      let path = parts.joined(separator: "/")
      guard folders.insert(path).inserted else { return }
      folded.insert(path.lowercased())
      parts = parts.dropLast()
    }
  }

  /// The index of a file; nil if there is none.
  func file(_ name: String, in folder: String) -> Int? { files[folder]?[name] }

  /// Whether there is a folder of this name.
  func isFolder(_ name: String, in folder: String) -> Bool {
    folders.contains(folder.isEmpty ? name : "\(folder)/\(name)")
  }

  /// The folders that hold a certificate or a key, as MIC lays them out: things' folders at the
  /// root or all in one folder, or the files of one thing at the root.
  ///
  /// What lies deeper than the first of them is none, as in a batch on disk.
  var thingFolders: [String] {
    var places: [(path: String, depth: Int)] = []
    for (folder, held) in files {
      guard held[ThingFolder.certificateFile] != nil || held[ThingFolder.keyFile] != nil else {
        continue
      }
      let parts = folder.split(separator: "/")
      // As in a batch on disk.
      guard !parts.contains(where: { $0.hasPrefix(".") }) else { continue }
      places.append((folder, parts.count))
    }
    let isAtRoot = places.contains { $0.depth == 0 }
    // At the root itself and right below it are both a person's own choice.
    let nearest = isAtRoot ? 1 : places.map(\.depth).min() ?? 0
    return places.filter { $0.depth == 0 || $0.depth == nearest }.map(\.path)
  }
}
