import COpenSSL
import Glibc

/// Bytes that leave no trace: wiped when they go, and never part of a description.
///
/// They have pages of their own, which no core dump holds and which, as far as the system lets us
/// (`RLIMIT_MEMLOCK`), are never written to a swap device.
package final class SecretBytes: Sendable, CustomStringConvertible, CustomReflectable {
  // Written once here and read only, until deinit, when nobody else holds it.
  nonisolated(unsafe) private let pages: UnsafeMutableRawBufferPointer
  package let count: Int

  /// Takes the bytes over and wipes where they came from.
  package init(wiping bytes: inout [UInt8]) {
    count = bytes.count
    pages = Self.allocate(bytes.count)
    bytes.withUnsafeMutableBytes { source in
      pages.copyMemory(from: UnsafeRawBufferPointer(source))
      OPENSSL_cleanse(source.baseAddress, source.count)
    }
    bytes = []
  }

  /// Has the bytes written where they are to stay, so that there never is another copy; nil if
  /// `fill` gave up, and what it had written is wiped then.
  ///
  /// - Parameters:
  ///   - capacity: bytes that there is room for.
  ///   - fill: writes them, and answers how many they are; nil to give up.
  package init?(capacity: Int, filling fill: (UnsafeMutableRawBufferPointer) -> Int?) {
    let pages = Self.allocate(capacity)
    guard let count = fill(UnsafeMutableRawBufferPointer(rebasing: pages[..<capacity])) else {
      Self.release(pages)
      return nil
    }
    self.count = count
    self.pages = pages
  }

  deinit { Self.release(pages) }

  /// Lends the bytes; no copy may outlive the call.
  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    body(UnsafeRawBufferPointer(rebasing: pages[..<count]))
  }

  package var description: String { "(\(count) secret bytes)" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }

  private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
    let page = Int(getpagesize())
    let size = max(1, (count + page - 1) / page) * page
    let pages = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: page)
    mlock(pages.baseAddress, size)
    madvise(pages.baseAddress, size, MADV_DONTDUMP)
    return pages
  }

  private static func release(_ pages: UnsafeMutableRawBufferPointer) {
    // The caller may be on its way to tell what went wrong.
    let saved = errno
    OPENSSL_cleanse(pages.baseAddress, pages.count)
    madvise(pages.baseAddress, pages.count, MADV_DODUMP)
    munlock(pages.baseAddress, pages.count)
    pages.deallocate()
    errno = saved
  }
}
