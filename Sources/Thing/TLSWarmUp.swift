import COpenSSL

/// OpenSSL's own start: it looks up its algorithms when a context is first made, which takes about
/// as long as a program takes to read its command line.
package enum TLSWarmUp {
  /// Has OpenSSL look them up on a thread of its own; whoever makes a context meanwhile waits for no
  /// more than the rest.
  ///
  /// It must come after `KeyMemory.protect()`, and changes nothing but how soon a connection is up.
  package static func begin() {
    _ = Threads.startDetached { SSL_CTX_free(SSL_CTX_new(TLS_client_method())) }
  }
}
