import COpenSSL
import Glibc

/// What OpenSSL does with the memory that keys and passphrases have been in.
package enum KeyMemory {
  /// Bytes for private keys and what they are computed with: a few kilobytes for each.
  private static let secureHeap = 1 << 20

  /// Makes OpenSSL wipe all memory that it gives back, and hold private keys in pages that are
  /// never written to a swap device, as far as the system lets us.
  ///
  /// It must come before anything else that uses OpenSSL: later it changes nothing.
  ///
  /// - Returns: whether it was in time.
  @discardableResult
  package static func protect() -> Bool {
    // OpenSSL wipes numbers and DER by itself, but not the lines of a PEM text.
    guard CRYPTO_set_mem_functions(allocate, resize, wipeAndFree) == 1 else { return false }
    // 2 is as good: the pages could not be locked.
    CRYPTO_secure_malloc_init(secureHeap, 64)
    // The system takes all of it back at the end, and faster.
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    return true
  }
}

private func allocate(
  size: Int, _: UnsafePointer<CChar>?, _: CInt
) -> UnsafeMutableRawPointer? {
  malloc(size)
}

private func resize(
  memory: UnsafeMutableRawPointer?, size: Int, _: UnsafePointer<CChar>?, _: CInt
) -> UnsafeMutableRawPointer? {
  guard let memory else { return malloc(size) }
  guard let moved = malloc(size) else { return nil }
  let room = malloc_usable_size(memory)
  moved.copyMemory(from: memory, byteCount: min(room, size))
  OPENSSL_cleanse(memory, room)
  free(memory)
  return moved
}

private func wipeAndFree(
  memory: UnsafeMutableRawPointer?, _: UnsafePointer<CChar>?, _: CInt
) {
  guard let memory else { return }
  OPENSSL_cleanse(memory, malloc_usable_size(memory))
  free(memory)
}
