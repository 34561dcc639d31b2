import Glibc
import Shadow

/// A folder as MIC's certificate zip unpacks it: `cert.pem`, `privkey.pem`, named as the thing
/// (mic-thing-api 1.2, 4 item 1).
package struct ThingFolder: Hashable, Sendable {
  /// The certificate's name in the folder.
  package static let certificateFile = "cert.pem"
  /// The private key's name in the folder.
  package static let keyFile = "privkey.pem"

  /// As it was given, without a slash at the end.
  package let path: String
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
  }

  /// The thing whose certificate this is, under whose name MIC wants us to connect: the parent of a
  /// networked thing, which has no certificate and no connection of its own (mic-thing-api 1.9).
  package var ownerName: String {
    let folderName = Files.lastName(ofResolved: path)
    // A certificate of its own is what a folder of its own name holds, whatever the name.
    if folderName.utf8.elementsEqual(thingName.utf8) { return thingName }
    if thingName.utf8.starts(with: "\(folderName)__".utf8) { return folderName }
    return ShadowAddress(thing: thingName).parent ?? thingName
  }

  /// The folder that this one lies in: its batch, if the others there are things too.
  package var batchPath: String { Files.parent(of: path) }

  package var certificatePath: String { "\(path)/\(Self.certificateFile)" }
  package var keyPath: String { "\(path)/\(Self.keyFile)" }
}

/// A folder of thing folders: an unpacked batch (mic-thing-api 4 item 2).
package struct Batch: Hashable, Sendable {
  package let path: String
  /// The sub-folders that hold both files, by name in the order of their bytes.
  package let things: [ThingFolder]

  /// Lists a batch; other files, `pubkey.pem` among them, do not matter.
  ///
  /// - Throws: `CredentialError` if there is no such folder or no thing in it.
  package static func list(_ path: String) throws(CredentialError) -> Batch {
    let path = Files.withoutTrailingSlashes(path)
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
    return ThingFolder(path: folder.path, thingName: name)
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
  /// Whether both files are there.
  var isComplete: Bool { Files.isFile(certificatePath) && Files.isFile(keyPath) }
}
