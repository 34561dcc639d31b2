import COpenSSL

/// Bytes that leave no trace: wiped when they go, and never part of a description.
package final class SecretBytes: Sendable, CustomStringConvertible, CustomReflectable {
  // Written once here and read only, until deinit, when nobody else holds it.
  nonisolated(unsafe) private let storage: UnsafeMutableRawBufferPointer

  /// Takes the bytes over and wipes where they came from.
  package init(wiping bytes: inout [UInt8]) {
    storage = .allocate(byteCount: bytes.count, alignment: 1)
    bytes.withUnsafeMutableBytes { source in
      storage.copyMemory(from: UnsafeRawBufferPointer(source))
      OPENSSL_cleanse(source.baseAddress, source.count)
    }
    bytes = []
  }

  deinit {
    OPENSSL_cleanse(storage.baseAddress, storage.count)
    storage.deallocate()
  }

  /// Lends the bytes; no copy may outlive the call.
  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    body(UnsafeRawBufferPointer(storage))
  }

  package var count: Int { storage.count }
  package var description: String { "(\(count) secret bytes)" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
