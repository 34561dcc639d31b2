import Glibc

/// One process's hold on a kept file, `NAME.json`, by a lock on `NAME.lock`; those of edits, each one
/// monitor's, are named `edits-N`.
///
/// It ends with this value, or with the process, whatever ends that: what the file holds then is
/// taken over by the next one that looks.
package final class KeptSlot: Sendable {
  /// Of the file, without its ending.
  let name: String
  let folder: String
  private let descriptor: CInt

  /// The file that is held.
  package var file: String { "\(name).json" }
  private var lock: String { Self.lock(name) }
  /// 1 or more; nil where it holds no edits.
  var number: Int? { Self.number(in: file) }

  static func file(_ number: Int) -> String { "edits-\(number).json" }
  private static func lock(_ name: String) -> String { "\(name).lock" }

  /// The number in the name of a file of edits or of its lock; nil for any other file.
  static func number(in name: String) -> Int? {
    guard name.hasPrefix("edits-"), name.hasSuffix(".json") || name.hasSuffix(".lock"),
      let number = Int(name.dropFirst(6).dropLast(5)), number > 0, number <= 9999
    else { return nil }
    return number
  }

  /// What becomes of asking for a slot.
  package enum Claim: Sendable {
    case held(KeptSlot)
    /// Another process has it, the process of this number if it is known.
    case busy(process: Int32?)
  }

  /// Takes a slot of edits, if nobody has it.
  ///
  /// - Throws: `KeepingFault`.
  static func claim(_ number: Int, in folder: String) throws(KeepingFault) -> Claim {
    try claim("edits-\(number)", in: folder)
  }

  /// Takes the slot of this name, if nobody has it.
  ///
  /// - Throws: `KeepingFault`.
  static func claim(_ name: String, in folder: String) throws(KeepingFault) -> Claim {
    let path = "\(folder)/\(lock(name))"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw KeepingFault("lock", path) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        defer { close(descriptor) }
        if code == EINTR { continue }
        guard code == EWOULDBLOCK else { throw KeepingFault("lock", path, code: code) }
        return .busy(process: owner(descriptor))
      }
      var held = stat()
      var named = stat()
      let isSame =
        fstat(descriptor, &held) == 0 && lstat(path, &named) == 0 && held.st_ino == named.st_ino
        && held.st_dev == named.st_dev
      guard isSame else {
        // Whoever had it before has just removed it.
        close(descriptor)
        continue
      }
      let text = Array("\(getpid())\n".utf8)
      guard fchmod(descriptor, 0o600) == 0 else {
        let fault = KeepingFault("make private", path)
        close(descriptor)
        throw fault
      }
      // For those who find it; of no matter where there is no room for it.
      if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
      return .held(KeptSlot(name: name, folder: folder, descriptor: descriptor))
    }
  }

  private init(name: String, folder: String, descriptor: CInt) {
    self.name = name
    self.folder = folder
    self.descriptor = descriptor
  }

  deinit {
    var status = stat()
    // A lock without a file is of no use; nobody takes it before it is gone, since it is held.
    if lstat("\(folder)/\(file)", &status) != 0, errno == ENOENT {
      unlink("\(folder)/\(lock)")
    }
    // A child that is just being started may hold a copy of the descriptor for a moment longer.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  private static func owner(_ descriptor: CInt) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int32(
      String(decoding: bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}
