import Glibc
import Shadow

/// A folder as it is in MIC's certificate zip, on disk or still in the zip: `cert.pem`,
/// `privkey.pem`, named as the thing (mic-thing-api 1.2, 4 item 1).
///
/// It names the place and holds nothing of it.
package struct ThingFolder: Hashable, Sendable {
  /// The certificate's name in the folder.
  package static let certificateFile = "cert.pem"
  /// The private key's name in the folder.
  package static let keyFile = "privkey.pem"

  /// As it was given, without a slash at the end: of the folder, or of the zip that it is in.
  package let path: String
  /// The folder's place in the zip at `path`, empty for the zip's root; nil for a folder on disk.
  package let placeInZip: String?
  /// The thing's name: the folder's, unless another was given.
  ///
  /// It is never taken from the certificate, which does not hold it (mic-thing-api 15).
  package let thingName: String

  /// Names a folder; nothing is read yet.
  ///
  /// - Parameters:
  ///   - path: absolute or relative to the working directory.
  ///   - thingName: in place of the folder's name, for files that were unpacked elsewhere.
  package init(path: String, thingName: String? = nil) {
    let path = Files.withoutTrailingSlashes(path)
    self.path = path
    self.thingName = thingName ?? Files.lastName(ofResolved: path)
    placeInZip = nil
  }

  /// Names a folder within a zip; nothing is read yet.
  ///
  /// - Parameters:
  ///   - place: the names on the way to it, with slashes between them; empty for the zip's root.
  ///   - path: of the zip.
  ///   - thingName: in place of the folder's name, or at the root of the zip's without its ending.
  package init(place: String, inZip path: String, thingName: String? = nil) {
    self.path = path
    placeInZip = place
    self.thingName = thingName ?? Self.name(place: place, inZip: path)
  }

  private static func name(place: String, inZip path: String) -> String {
    if let last = place.split(separator: "/").last { return String(last) }
    let name = Files.lastName(ofResolved: path)
    return name.utf8.count > 4 && name.lowercased().hasSuffix(".zip")
      ? String(name.dropLast(4)) : name
  }

  /// The same folder, whose thing has another name.
  package func naming(_ thing: String) -> ThingFolder {
    guard let placeInZip else { return ThingFolder(path: path, thingName: thing) }
    return ThingFolder(place: placeInZip, inZip: path, thingName: thing)
  }

  /// The thing whose certificate this is, under whose name MIC wants us to connect: the parent of a
  /// networked thing, which has no certificate and no connection of its own (mic-thing-api 1.9).
  package var ownerName: String {
    let folderName =
      placeInZip.map { Self.name(place: $0, inZip: path) } ?? Files.lastName(ofResolved: path)
    // A certificate of its own is what a folder of its own name holds, whatever the name.
    if folderName.utf8.elementsEqual(thingName.utf8) { return thingName }
    if thingName.utf8.starts(with: "\(folderName)__".utf8) { return folderName }
    return ShadowAddress(thing: thingName).parent ?? thingName
  }

  /// What this one lies in: its zip, or the folder above it, which is its batch if the others there
  /// are things too.
  package var batchPath: String {
    placeInZip != nil || Files.isFile(path) ? path : Files.parent(of: path)
  }

  /// The folder for people: its path, or for instance `batch.zip: 00000001`.
  package var words: String {
    guard let placeInZip, !placeInZip.isEmpty else { return path }
    return "\(path): \(placeInZip)"
  }

  /// The certificate for people: its path, or for instance `batch.zip: 00000001/cert.pem`.
  package var certificatePath: String { words(for: Self.certificateFile) }
  /// The private key, written as the certificate is.
  package var keyPath: String { words(for: Self.keyFile) }

  /// A file of the folder, for people.
  func words(for name: String) -> String {
    guard let placeInZip else { return "\(path)/\(name)" }
    return placeInZip.isEmpty ? "\(path): \(name)" : "\(path): \(placeInZip)/\(name)"
  }
}

/// A batch: a zip as MIC gives it, or a folder of thing folders that it was unpacked to
/// (mic-thing-api 1.2, 4 item 2).
package struct Batch: Hashable, Sendable {
  /// Of the folder or the zip.
  package let path: String
  /// The folders that hold both files, by name in the order of their bytes.
  package let things: [ThingFolder]

  /// Lists a batch; other files, `pubkey.pem` among them, do not matter.
  ///
  /// A zip is a batch also where its things lie in one common folder, and where the files of one
  /// thing lie at its root.
  ///
  /// - Throws: `CredentialError` if there is no such folder or zip, or no thing in it.
  package static func list(_ path: String) throws(CredentialError) -> Batch {
    let path = Files.withoutTrailingSlashes(path)
    if Files.isFile(path) {
      let archive = try ZipArchive(opening: path)
      let things = try archive.things().filter { archive.isComplete($0) }
      guard !things.isEmpty else { throw .emptyBatch(archive) }
      return Batch(path: path, things: things)
    }
    let names: [String]
    switch Files.entries(of: path) {
    case .success(let found): names = found
    case .failure(let fault): throw CredentialError(folder: path, fault: fault)
    }
    let things = names.map { ThingFolder(path: "\(path)/\($0)") }.filter(\.isComplete)
      .sorted { $0.thingName.utf8.lexicographicallyPrecedes($1.thingName.utf8) }
    guard !things.isEmpty else {
      let isThing = ThingFolder(path: path).isComplete
      throw isThing ? .thingInPlaceOfBatch(path) : .emptyBatch(path)
    }
    return Batch(path: path, things: things)
  }

  /// The thing of a name.
  ///
  /// - Throws: `CredentialError` with the names that are there.
  package func thing(named name: String) throws(CredentialError) -> ThingFolder {
    guard let found = things.first(where: { $0.thingName.utf8.elementsEqual(name.utf8) }) else {
      // The folder of files at a zip's root has no name: it is that of whatever thing is meant.
      if things.count == 1, let only = things.first, only.placeInZip == "" {
        return only.naming(name)
      }
      throw .noSuchThing(name, batch: path, names: things.map(\.thingName))
    }
    return found
  }

  /// The folder through which a thing is reached: its own or, for a networked thing, its parent's.
  ///
  /// - Throws: `CredentialError` with the names that are there.
  package func thing(reaching name: String) throws(CredentialError) -> ThingFolder {
    let isListed = things.contains { $0.thingName.utf8.elementsEqual(name.utf8) }
    guard !isListed, let parent = ShadowAddress(thing: name).parent,
      let folder = things.first(where: { $0.thingName.utf8.elementsEqual(parent.utf8) })
    else { return try thing(named: name) }
    return folder.naming(name)
  }

  /// The thing of a batch that holds no other.
  ///
  /// - Throws: `CredentialError` with the names that are there.
  package func only() throws(CredentialError) -> ThingFolder {
    guard things.count == 1, let only = things.first else {
      throw .severalThings(batch: path, names: things.map(\.thingName))
    }
    return only
  }
}

extension ThingFolder {
  /// The folder of one thing: the one at this path, or the only one in the zip there.
  ///
  /// - Parameters:
  ///   - path: of the folder or the zip.
  ///   - name: of the thing, in place of the folder's name; of a zip with several things it picks
  ///     one.
  /// - Returns: the folder, or its place in the zip.
  /// - Throws: `CredentialError` if a zip cannot be read, or does not hold that one thing.
  package static func find(
    _ path: String, named name: String? = nil
  ) throws(CredentialError) -> ThingFolder {
    guard Files.isFile(path) else { return ThingFolder(path: path, thingName: name) }
    let batch = try Batch.list(path)
    guard let name else { return try batch.only() }
    guard batch.things.count == 1 else { return try batch.thing(reaching: name) }
    return try batch.only().naming(name)
  }

  /// Whether both files are there, in a folder on disk.
  var isComplete: Bool { Files.isFile(certificatePath) && Files.isFile(keyPath) }
}
