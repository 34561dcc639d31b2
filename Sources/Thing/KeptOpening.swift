import Glibc

/// What a monitor finds of the edits of a shadow when it opens it.
package struct KeptOpening: Sendable {
  /// What to do with a file that was found.
  package enum Judgement: Hashable, Sendable {
    case readable
    /// A newer program's: it is left alone.
    case newer
    /// For people, for instance `its checksum does not fit`; it is set aside.
    case damaged(reason: String)
  }

  /// The one to write to from now on.
  package let slot: KeptSlot
  /// Others whose monitors are gone: to be emptied once what they held is in ours.
  package private(set) var orphans: [KeptSlot] = []
  /// What our slot and the orphans hold.
  package private(set) var files: [[UInt8]] = []
  /// Other monitors that have the shadow open at this time, and what they have.
  package private(set) var neighbours: [(process: Int32?, bytes: [UInt8]?)] = []
  /// Files that were left alone or set aside, and why, as sentences.
  package private(set) var remarks: [String] = []

  /// Takes a slot of its own, and those of monitors that are gone.
  ///
  /// - Parameters:
  ///   - folder: of the shadow; made if need be.
  ///   - judge: whether a file can be read.
  /// - Throws: `KeepingFault`; then nothing is held.
  package init(
    _ folder: KeptFolder, judging judge: ([UInt8]) -> Judgement
  ) throws(KeepingFault) {
    var attempts = 10
    while true {
      do throws(KeepingFault) {
        self = try KeptOpening(once: folder, judging: judge)
        return
      } catch {
        // Another program may take an empty folder away before there is a lock in it.
        attempts -= 1
        guard error.code == ENOENT, attempts > 0 else { throw error }
      }
    }
  }

  private init(
    once folder: KeptFolder, judging judge: ([UInt8]) -> Judgement
  ) throws(KeepingFault) {
    try folder.make()
    var free: [KeptSlot] = []
    var full: [KeptSlot] = []
    let names = Files.names(in: folder.path) ?? []
    let numbers = Set(names.compactMap(KeptSlot.number)).sorted()
    for number in numbers {
      let slot: KeptSlot
      switch try KeptSlot.claim(number, in: folder.path) {
      case .busy(let process):
        neighbours.append((process, try? folder.read(KeptSlot.file(number))))
        continue
      case .held(let held): slot = held
      }
      let path = "\(folder.path)/\(slot.file)"
      do throws(KeepingFault) {
        guard let bytes = try folder.read(slot.file) else {
          free.append(slot)
          continue
        }
        switch judge(bytes) {
        case .readable:
          full.append(slot)
          files.append(bytes)
        case .newer:
          remarks.append(
            "\(path) holds edits that a newer shadowscope has kept: they are left there for it.")
        case .damaged(let reason):
          let aside = Files.lastName(ofResolved: try folder.setAside(slot.file))
          // The name before the folder, which may be too long for a screen.
          remarks.append(
            "Edits that were kept cannot be read: \(reason). They are set aside as \(aside) in "
              + "\(folder.path).")
          free.append(slot)
        }
      } catch {
        remarks.append("Edits that were kept are left alone: \(error.words)")
      }
    }
    if let own = full.first ?? free.first {
      slot = own
      orphans = Array(full.dropFirst())
      return
    }
    // The next numbers; another monitor that starts at the same time may be faster.
    for number in 1...9999 where !numbers.contains(number) {
      if case .held(let held) = try KeptSlot.claim(number, in: folder.path) {
        slot = held
        return
      }
    }
    throw KeepingFault("lock", folder.path, code: EAGAIN)
  }
}
