import Glibc
import Thing

/// A sandbox's batch as the zip that MIC hands out (mic-thing-api 1.2).
///
/// A folder for each thing, named as the thing, holds its certificate and keys. The zip of a single
/// thing has the same shape, and neither holds the authority's certificate.
package struct BatchZip: Hashable, Sendable {
  /// What it is called where no other name is given.
  package static let standardName = "batch.zip"
  /// What marks a zip as one of ours, which may be written anew.
  private static let comment = "made by shadowscope sandbox"
  /// Bytes of a file that could be one of ours.
  private static let longest = 64 << 20

  /// Where it is written, absolute or relative to the working folder.
  package let path: String

  package init(path: String) { self.path = path }

  /// Whether it may be written, as far as can be told beforehand.
  ///
  /// - Throws: `SandboxError.zipInTheWay` where something is that no sandbox put there.
  package func check() throws(SandboxError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG, isOurs else { throw .zipInTheWay(path) }
  }

  /// Writes the zip, for its owner alone; it is there whole or not at all.
  ///
  /// - Parameters:
  ///   - things: the names of those that go into it.
  ///   - batch: the folder that they are in.
  /// - Throws: `SandboxError`; then what was there before is as it was.
  package func write(_ things: [String], of batch: BatchFolder) throws(SandboxError) {
    try check()
    let bytes: [UInt8]
    do throws(ZipWritingError) {
      let zip = try ZipWriter()
      for name in things {
        let folder = batch.thing(name)
        try zip.addFolder(name)
        for (file, path) in [
          (ThingFolder.certificateFile, folder.certificate),
          (ThingFolder.keyFile, folder.privateKey),
          (IdentityFolder.publicKeyFile, folder.publicKey),
        ] {
          guard let content = Files.bytes(of: path, limit: 1 << 20) else {
            throw ZipWritingError(reason: "\(path) cannot be read")
          }
          try zip.addFile("\(name)/\(file)", content)
        }
      }
      bytes = try zip.finish(comment: Self.comment)
    } catch {
      throw .zip(path, reason: error.reason)
    }
    try filing { () throws(FileError) in
      try WholeFile.replace(path) { (file) throws(FileError) in try file.write(bytes) }
    }
  }

  /// Whether it ends as ours do: with the comment behind the end of the directory.
  private var isOurs: Bool {
    guard let bytes = Files.bytes(of: path, limit: Self.longest) else { return false }
    let end = 22 + Self.comment.utf8.count
    return bytes.count >= end
      && bytes.suffix(Self.comment.utf8.count).elementsEqual(Self.comment.utf8)
      && bytes.suffix(end).prefix(4).elementsEqual([0x50, 0x4B, 0x05, 0x06])
  }
}
