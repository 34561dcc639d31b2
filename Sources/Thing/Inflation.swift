import COpenSSL
import CZip
import Glibc

/// Unpacking of what may be a private key, by zlib, which is made to leave nothing behind.
enum Inflation {
  /// Unpacks a whole deflate stream (RFC 1951).
  ///
  /// - Parameters:
  ///   - packed: the stream, and nothing behind it.
  ///   - size: bytes that must come of it.
  /// - Returns: nil if something else comes of it.
  static func inflate(_ packed: SecretBytes, to size: Int) -> SecretBytes? {
    packed.withUnsafeBytes { input in
      SecretBytes(capacity: size) { output in
        var stream = z_stream()
        stream.zalloc = allocate
        stream.zfree = wipeAndFree
        guard czip_inflateInit2_raw(&stream) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        // zlib declares what it reads as if it wrote it.
        stream.next_in = UnsafeMutablePointer(
          mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = uInt(input.count)
        // A place for zlib to point at, also where nothing is to come of it.
        var none: UInt8 = 0
        return withUnsafeMutablePointer(to: &none) { none in
          stream.next_out = output.bindMemory(to: UInt8.self).baseAddress ?? none
          stream.avail_out = uInt(size)
          let isEnd = CZip.inflate(&stream, Z_FINISH) == Z_STREAM_END
          return isEnd && stream.avail_out == 0 && stream.avail_in == 0 ? size : nil
        }
      }
    }
  }
}

/// Room for the size before each piece of zlib's memory, as much as keeps it aligned.
private let header = 16

private func allocate(
  _: UnsafeMutableRawPointer?, items: uInt, size: uInt
) -> UnsafeMutableRawPointer? {
  let count = Int(items) * Int(size)
  guard let start = malloc(count + header) else { return nil }
  start.storeBytes(of: count, as: Int.self)
  return start + header
}

private func wipeAndFree(_: UnsafeMutableRawPointer?, memory: UnsafeMutableRawPointer?) {
  guard let memory else { return }
  let start = memory - header
  OPENSSL_cleanse(memory, start.load(as: Int.self))
  free(start)
}
