import Glibc
import Sandbox
import TestSupport

/// What must never be seen, and where it was looked for.
///
/// Of a private key any 24 characters of its PEM text in a row count, whatever breaks its lines, and
/// any 16 bytes in a row of what the text stands for.
final class Secrets {
  /// A place where a secret was seen.
  struct Sighting: Hashable, CustomStringConvertible {
    let place: String
    let secret: String
    var description: String { "\(secret) in \(place)" }
  }

  private static let window = 24
  private static let rawWindow = 16
  /// Parts of keys, each of the window's length, without line ends.
  private var windows: Set<[UInt8]> = []
  private var rawWindows: Set<[UInt8]> = []
  private let passphrase: [UInt8]
  private(set) var sightings: Set<Sighting> = []
  /// How many texts and files were searched, and how many bytes.
  private(set) var searched = (places: 0, bytes: 0)
  /// How many places in `/proc` could not be read.
  private(set) var unread = 0

  /// - Parameters:
  ///   - keys: files with private keys, PEM.
  ///   - passphrase: that protects one of them.
  /// - Throws: `ChildProcess.Failure` if one cannot be read.
  init(keys: [String], passphrase: String) throws {
    self.passphrase = Array(passphrase.utf8)
    for key in keys {
      let body = String(decoding: try readFile(key), as: UTF8.self).split(separator: "\n")
        .filter { !$0.hasPrefix("-----") && !$0.contains(":") }.joined()
      let text = Array(body.utf8)
      for place in 0...(text.count - Self.window) {
        windows.insert(Array(text[place..<(place + Self.window)]))
      }
      // The head of every key of a kind is the same, and is in certificates too.
      let raw = Array(Self.decoded(text).dropFirst(Self.rawWindow / 2))
      for place in 0...max(0, raw.count - Self.rawWindow) where raw.count >= Self.rawWindow {
        rawWindows.insert(Array(raw[place..<(place + Self.rawWindow)]))
      }
    }
  }

  /// Parts that are no secret, such as the public half that a certificate shows too.
  func exempt(_ certificate: String) throws {
    let body = String(decoding: try readFile(certificate), as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("-----") }.joined()
    let text = Array(body.utf8)
    for place in 0...max(0, text.count - Self.window) where text.count >= Self.window {
      windows.remove(Array(text[place..<(place + Self.window)]))
    }
    let raw = Self.decoded(text)
    for place in 0...max(0, raw.count - Self.rawWindow) where raw.count >= Self.rawWindow {
      rawWindows.remove(Array(raw[place..<(place + Self.rawWindow)]))
    }
  }

  /// Looks for all of them in bytes; what is seen is in ``sightings``.
  func search(_ bytes: [UInt8], in place: String) {
    searched = (searched.places + 1, searched.bytes + bytes.count)
    if Self.holds(bytes, rawWindows, Self.rawWindow) { note("bytes of a key", place) }
    // Line ends, borders of panes and JSON's escapes between the parts hide nothing.
    var text = String(decoding: bytes, as: UTF8.self).replacing("\\n", with: "")
    text.unicodeScalars.removeAll { !$0.isASCII || $0.value <= 0x20 || $0 == "\\" || $0 == "|" }
    let plain = Array(text.utf8)
    if Self.holds(plain, windows, Self.window) { note("a key", place) }
    if Self.holds(plain, [passphrase], passphrase.count) { note("the passphrase", place) }
  }

  func search(_ text: String, in place: String) { search(Array(text.utf8), in: place) }

  /// Looks in every file of a folder and of those in it.
  func searchFolder(_ path: String) {
    for name in PrivateFiles.names(in: path) {
      let inner = "\(path)/\(name)"
      if let bytes = try? readFile(inner) {
        search(bytes, in: inner)
      } else {
        searchFolder(inner)
      }
    }
  }

  /// Looks at the command line and the environment of a process and of those that it has started.
  func searchProcess(_ process: Int32) {
    for file in ["cmdline", "environ"] {
      let path = "/proc/\(process)/\(file)"
      guard let bytes = try? readProcess(path) else {
        // A process that cannot be dumped shows its environment to root alone.
        unread += 1
        continue
      }
      search(bytes, in: path)
    }
    for child in children(of: process) { searchProcess(child) }
  }

  private func readProcess(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "re") else {
      throw ChildProcess.Failure(description: "cannot read \(path)")
    }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    return Array(buffer.prefix(fread(&buffer, 1, buffer.count, file)))
  }

  private func note(_ secret: String, _ place: String) {
    sightings.insert(Sighting(place: place, secret: secret))
  }

  private static func holds(_ bytes: [UInt8], _ wanted: Set<[UInt8]>, _ length: Int) -> Bool {
    guard bytes.count >= length, !wanted.isEmpty else { return false }
    let firsts = Set(wanted.compactMap(\.first))
    return (0...(bytes.count - length)).contains { place in
      firsts.contains(bytes[place]) && wanted.contains(Array(bytes[place..<(place + length)]))
    }
  }

  private static func decoded(_ text: [UInt8]) -> [UInt8] {
    let alphabet = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bytes: [UInt8] = []
    var (bits, count) = (0, 0)
    for character in text {
      guard let value = alphabet.firstIndex(of: character) else { break }
      (bits, count) = (bits << 6 | value, count + 6)
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
      bits &= (1 << count) - 1
    }
    return bytes
  }
}
