import COpenSSL

/// One entry of OpenSSL's error queue.
package struct OpenSSLError: Hashable, Sendable {
  /// Which part of the library, for instance `ERR_LIB_SSL`.
  let library: Int
  /// The reason within that part, for instance `SSL_R_WRONG_VERSION_NUMBER`.
  let reason: Int
  /// The library's words; never key material.
  package let text: String

  init(code: UInt) {
    // ERR_GET_LIB and ERR_GET_REASON: 8 bits of library above 23 of reason.
    library = Int(code >> 23) & 0xFF
    reason = Int(code & 0x7F_FFFF)
    var buffer = [CChar](repeating: 0, count: 256)
    ERR_error_string_n(code, &buffer, buffer.count)
    text = buffer.withUnsafeBufferPointer { String(validatingCString: $0) } ?? "OpenSSL error"
  }

  /// Everything that this thread's queue holds, oldest first; the queue is empty then.
  package static func drain() -> [OpenSSLError] {
    var errors: [OpenSSLError] = []
    while case let code = ERR_get_error(), code != 0 { errors.append(OpenSSLError(code: code)) }
    return errors
  }
}

extension String {
  fileprivate init?(validatingCString buffer: UnsafeBufferPointer<CChar>) {
    guard let start = buffer.baseAddress else { return nil }
    self.init(validatingCString: start)
  }
}
