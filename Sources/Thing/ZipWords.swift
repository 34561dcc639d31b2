// What is wrong with a zip, for the person at the screen.

extension CredentialError {
  /// The zip as a whole cannot be used.
  init(zip path: String, fault: ZipFault) {
    switch fault {
    case .empty:
      self.init(
        kind: .zipDamaged, what: "The zip \(path) is empty.",
        cause: "The file has no bytes: the download may have failed.",
        remedy: "Download the zip again.")
    case .noZip:
      self.init(
        kind: .notAZip, what: "\(path) is neither a folder nor a zip.",
        cause: "The file does not begin as a zip does.",
        remedy: "Name MIC's zip, or the folder that it was unpacked to.")
    case .cutOff:
      self.init(
        kind: .zipDamaged, what: "The zip \(path) is cut off.",
        cause: "A zip ends with a directory of what is in it, and this one does not.",
        remedy: "Download the zip again.")
    case .inconsistent(let how):
      self.init(
        kind: .zipDamaged, what: "The zip \(path) is damaged.",
        cause: "It contradicts itself: \(how).", remedy: "Download the zip again.")
    case .zip64:
      self.init(
        kind: .zipUnsuitable, what: "The zip \(path) is of the kind for large archives (zip64).",
        cause: "A batch of a thousand things does not need that, and it is not read here.",
        remedy: "Unpack it for yourself alone, and name the folder.")
    case .tooManyEntries(let count):
      self.init(
        kind: .zipUnsuitable, what: "The zip \(path) holds \(count) files.",
        cause: "No more than \(ZipStructure.mostEntries) are read; "
          + "a batch of a thousand things has about four thousand.",
        remedy: "Name the zip as MIC gave it.")
    case .encrypted(let name):
      self.init(
        kind: .zipUnsuitable, what: "The zip \(path) is encrypted.",
        cause: "“\(name)” in it needs a password, and MIC's zips have none.",
        remedy: "Unpack it for yourself alone, and name the folder.")
    case .absoluteName, .climbingName, .driveName, .backslashName, .controlName, .longName, .twice,
      .almostTwice, .fileAndFolder, .link, .special, .overlap, .twoDirectories, .tooLarge,
      .inflatesTooMuch, .tooMuchInAll, .unknownMethod, .damaged:
      self.init(
        kind: .zipRefused, what: "The zip \(path) is refused, and nothing of it is used.",
        cause: fault.trick,
        remedy: "Do not unpack it either: get the zip from MIC again.")
    }
  }

  /// One file in the zip cannot be used; `place` is for instance `batch.zip: 00000001/cert.pem`.
  init(zipped place: String, fault: ZipFault) {
    let (kind, cause): (Kind, String) =
      switch fault {
      case .tooLarge(let bytes):
        (
          .zipRefused,
          "It would have \(bytes) bytes; no more than \(ThingFiles.limit) are read, "
            + "and a certificate or key has about 2000."
        )
      case .inflatesTooMuch(let times):
        (
          .zipRefused,
          "It would become \(times) times as large as it is in the zip, which no certificate does."
        )
      case .tooMuchInAll:
        (.zipRefused, "The files in this zip are together larger than those of a thousand things.")
      case .unknownMethod(let method):
        (
          .zipUnsuitable,
          "It is packed in a way that is not read here (method \(method)); MIC's zips are deflated."
        )
      case .damaged(let how): (.zipDamaged, "The zip is damaged: \(how).")
      default: (.zipDamaged, "The zip is damaged.")
      }
    self.init(
      kind: kind, what: "\(place) cannot be unpacked.", cause: cause,
      remedy: "Download the zip from MIC again.")
  }

  /// There is no thing in a zip.
  static func emptyBatch(_ archive: ZipArchive) -> CredentialError {
    let inner = archive.innerZip
    return CredentialError(
      kind: .emptyBatch, what: "There is no thing in \(archive.path).",
      cause: inner.map { "It holds another zip, \($0)." }
        ?? "No folder in it holds both cert.pem and privkey.pem.",
      remedy: inner == nil
        ? "Name the zip as MIC gave it: it has a folder for each thing."
        : "Take that out for yourself alone, and name it.")
  }

  /// Things lie at several places in a zip.
  static func severalBatches(_ path: String, folders: [String]) -> CredentialError {
    CredentialError(
      kind: .emptyBatch, what: "\(path) holds several batches.",
      cause: "There are things' folders in \(folders.prefix(5).joined(separator: ", ")).",
      remedy: "Name a zip of one batch, as MIC gives it.")
  }
}

extension ZipFault {
  /// What a zip attempts, one sentence.
  fileprivate var trick: String {
    switch self {
    case .absoluteName(let name):
      "The name “\(name)” in it is meant for a place of its own on the disk."
    case .climbingName(let name): "The name “\(name)” in it leads out of the folder by “..”."
    case .driveName(let name): "The name “\(name)” in it is meant for a drive."
    case .backslashName(let name):
      "The name “\(name)” in it has a backslash, which programs understand in two ways."
    case .controlName(let name): "The name “\(name)” in it holds a character that is none."
    case .longName(let name): "The name “\(name)” in it is longer than any thing's."
    case .twice(let name):
      "“\(name)” is in it twice, and it depends on the program which one counts."
    case .almostTwice(let one, let other):
      "“\(one)” and “\(other)” in it are one file on systems that ignore case."
    case .fileAndFolder(let name): "“\(name)” in it is both a file and a folder."
    case .link(let name): "“\(name)” in it is a link, which may lead anywhere."
    case .special(let name): "“\(name)” in it is neither file nor folder, but a device or the like."
    case .overlap(let one, let other):
      "“\(one)” and “\(other)” in it share the same bytes, as in a zip that is to burst."
    case .twoDirectories:
      "It has two directories of what is in it, and it depends on the program which one counts."
    case .empty, .noZip, .cutOff, .inconsistent, .zip64, .tooManyEntries, .encrypted, .tooLarge,
      .inflatesTooMuch, .tooMuchInAll, .unknownMethod, .damaged:
      "It is damaged."
    }
  }
}
