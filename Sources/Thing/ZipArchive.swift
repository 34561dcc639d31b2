import CZip
import Glibc

/// Owns one `zip_t` and the bytes that it reads; used by one thread.
///
/// The file is read once and whole, so that what was checked is what is used; the bytes hold
/// private keys, and are wiped when this goes. Nothing is ever written to a disk.
final class ZipArchive {
  /// Bytes of a zip; a batch of a thousand things has three megabytes.
  private static let largestFile = 64 << 20
  /// Bytes of all that is read of one zip: the certificates of a thousand things and more.
  private static let mostInAll = 4 << 20
  /// Times that a file may be larger than what is in the zip for it.
  private static let mostInflation = 100

  /// As it was given.
  let path: String
  /// Permission bits of the file.
  let mode: mode_t
  private let bytes: SecretBytes
  private let handle: OpaquePointer
  private let listing: ZipListing
  private var taken = 0

  /// Reads a zip, and refuses one that is damaged, or that would deceive or overwhelm a program
  /// which unpacks it.
  ///
  /// A link that leads to the zip is followed: it is the person's own.
  ///
  /// - Throws: `CredentialError` in words about the zip.
  init(opening path: String) throws(CredentialError) {
    switch Files.readSecret(path, limit: Self.largestFile) {
    case .failure(let fault): throw CredentialError(folder: path, fault: fault)
    case .success(let content): (bytes, mode) = (content.bytes, content.mode)
    }
    self.path = path
    do throws(ZipFault) {
      let structure = try Self.structure(of: bytes)
      handle = try Self.open(bytes)
      do throws(ZipFault) {
        listing = try Self.listing(of: handle, structure)
      } catch {
        zip_discard(handle)
        throw error
      }
    } catch {
      throw CredentialError(zip: path, fault: error)
    }
  }

  deinit { zip_discard(handle) }

  // MARK: Opening

  private static func structure(of bytes: SecretBytes) throws(ZipFault) -> ZipStructure {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(ZipFault) in try ZipStructure(of: bytes) }
    }
    return try result.get()
  }

  private static func open(_ bytes: SecretBytes) throws(ZipFault) -> OpaquePointer {
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    // Borrowed: the bytes outlive the handle, whose owner holds both.
    let source = bytes.withUnsafeBytes {
      zip_source_buffer_create($0.baseAddress, zip_uint64_t($0.count), 0, &error)
    }
    guard let source else { throw .inconsistent(words(&error)) }
    guard let handle = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) else {
      zip_source_free(source)
      switch zip_error_code_zip(&error) {
      case ZIP_ER_NOZIP: throw .noZip
      case ZIP_ER_INCONS: throw .inconsistent("what it says of a file at two places differs")
      default: throw .inconsistent(words(&error))
      }
    }
    return handle
  }

  private static func words(_ error: inout zip_error_t) -> String {
    "the zip library says: \(String(cString: zip_error_strerror(&error)))"
  }

  /// Compares what libzip found with what we did, and checks all names.
  private static func listing(
    of handle: OpaquePointer, _ structure: ZipStructure
  ) throws(ZipFault) -> ZipListing {
    guard Int(zip_get_num_entries(handle, 0)) == structure.entries.count else {
      throw .inconsistent("its files can be counted in two ways")
    }
    var names: [ZipName] = []
    names.reserveCapacity(structure.entries.count)
    for (index, entry) in structure.entries.enumerated() {
      let index = zip_uint64_t(index)
      guard let raw = zip_get_name(handle, index, zip_flags_t(ZIP_FL_ENC_RAW)),
        let text = zip_get_name(handle, index, 0)
      else { throw .inconsistent("a name in it cannot be read") }
      let name = String(cString: text)
      // libzip makes a space of a NUL and an arrow of an ESC, other programs do not.
      guard !entry.name.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
        throw .controlName(name)
      }
      guard strlen(raw) == entry.name.count, memcmp(raw, entry.name, entry.name.count) == 0 else {
        throw .inconsistent("a name in it can be read in two ways")
      }
      try check(entry, name)
      names.append(try ZipName(name))
    }
    return try ZipListing(names)
  }

  private static func check(_ entry: ZipStructure.Entry, _ name: String) throws(ZipFault) {
    guard !entry.isEncrypted else { throw .encrypted(name) }
    // The mode, if the zip was made on a system that has modes; 0 otherwise.
    switch mode_t(entry.attributes >> 16) & S_IFMT {
    case 0, S_IFREG, S_IFDIR: return
    case S_IFLNK: throw .link(name)
    default: throw .special(name)
    }
  }

  // MARK: What is in it

  /// The folders of things, those included that lack a file, by name in the order of their bytes.
  ///
  /// - Throws: `CredentialError` if they are spread over several folders.
  func things() throws(CredentialError) -> [ThingFolder] {
    let places = listing.thingFolders
    let parents = Set(places.filter { !$0.isEmpty }.map(\.parentFolder))
    guard parents.count <= 1 else { throw .severalBatches(path, folders: parents.sorted()) }
    return places.map { ThingFolder(place: $0, inZip: path) }
      .sorted { $0.thingName.utf8.lexicographicallyPrecedes($1.thingName.utf8) }
  }

  /// Whether a thing's folder holds both files.
  func isComplete(_ folder: ThingFolder) -> Bool {
    [ThingFolder.certificateFile, ThingFolder.keyFile].allSatisfy {
      listing.file($0, in: folder.placeInZip ?? "") != nil
    }
  }

  /// A zip within this one; nil if there is none.
  var innerZip: String? { listing.innerZip }

  /// A file in the zip, to be read; nil if there is none.
  func file(_ name: String, in folder: String) -> File? {
    listing.file(name, in: folder).map {
      File(index: zip_uint64_t($0), words: "\(path): \(folder.isEmpty ? "" : folder + "/")\(name)")
    }
  }

  /// Whether there is a folder of this name.
  func isFolder(_ name: String, in folder: String) -> Bool {
    listing.isFolder(name, in: folder)
  }

  /// A file in the zip.
  struct File {
    fileprivate let index: zip_uint64_t
    /// For people, for instance `batch.zip: 00000001/cert.pem`.
    let words: String
  }

  // MARK: Reading

  /// Reads a file in the zip.
  ///
  /// - Throws: `CredentialError` if it is too large, damaged, or packed in an unknown way.
  func read(_ file: File) throws(CredentialError) -> SecretBytes {
    do throws(ZipFault) { return try content(of: file.index) } catch {
      throw CredentialError(zipped: file.words, fault: error)
    }
  }

  private func content(of index: zip_uint64_t) throws(ZipFault) -> SecretBytes {
    var facts = zip_stat_t()
    guard zip_stat_index(handle, index, 0, &facts) == 0 else { throw .damaged("it is not there") }
    let size = Int(clamping: facts.size)
    let packedSize = Int(clamping: facts.comp_size)
    guard size <= ThingFiles.limit else { throw .tooLarge(size) }
    guard size <= packedSize * Self.mostInflation else {
      throw .inflatesTooMuch(size / max(1, packedSize))
    }
    // Packing something that cannot be packed adds a few bytes.
    guard packedSize <= size + size / 100 + 64 else {
      throw .damaged("it is larger packed than unpacked")
    }
    guard taken + size <= Self.mostInAll else { throw .tooMuchInAll }
    taken += size
    let packed = try rawBytes(of: index, count: packedSize)
    let content: SecretBytes
    switch facts.comp_method {
    case zip_uint16_t(ZIP_CM_STORE): content = packed
    case zip_uint16_t(ZIP_CM_DEFLATE):
      guard let inflated = Inflation.inflate(packed, to: size) else {
        throw .damaged("it does not unpack to what its size says")
      }
      content = inflated
    default: throw .unknownMethod(Int(facts.comp_method))
    }
    guard content.count == size else { throw .damaged("it has another size") }
    let checksum = content.withUnsafeBytes {
      crc32(0, $0.bindMemory(to: UInt8.self).baseAddress, uInt($0.count))
    }
    guard UInt32(truncatingIfNeeded: checksum) == facts.crc else {
      throw .damaged("its checksum is wrong")
    }
    return content
  }

  /// The bytes as they are in the zip: libzip's own unpacking leaves copies behind.
  private func rawBytes(of index: zip_uint64_t, count: Int) throws(ZipFault) -> SecretBytes {
    guard let file = zip_fopen_index(handle, index, zip_flags_t(ZIP_FL_COMPRESSED)) else {
      throw .damaged("it is not where the directory says")
    }
    defer { zip_fclose(file) }
    let bytes = SecretBytes(capacity: count) { buffer in
      var filled = 0
      while filled < count, let start = buffer.baseAddress {
        let more = zip_fread(file, start + filled, zip_uint64_t(count - filled))
        guard more > 0 else { return nil }
        filled += Int(more)
      }
      return filled
    }
    guard let bytes else { throw .damaged("it is cut off") }
    return bytes
  }
}

// One thread's: libzip keeps its place in the file within the handle.
@available(*, unavailable)
extension ZipArchive: Sendable {}

extension String {
  /// The folder that a place in a zip is in; empty for the root.
  var parentFolder: String {
    lastIndex(of: "/").map { String(self[..<$0]) } ?? ""
  }
}
