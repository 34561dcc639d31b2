import CMosquitto
import COpenSSL
import CZip

/// The C libraries that this process runs with, which need not be those that it was built with.
package enum LibraryVersions {
  /// One line each, a name and a version; for instance `libmosquitto 2.0.11`.
  package static var lines: [String] {
    var (major, minor, revision): (CInt, CInt, CInt) = (0, 0, 0)
    mosquitto_lib_version(&major, &minor, &revision)
    return [
      "libmosquitto \(major).\(minor).\(revision)",
      String(cString: OpenSSL_version(OPENSSL_VERSION)),
      "libzip \(String(cString: zip_libzip_version()))",
      "zlib \(String(cString: zlibVersion()))",
    ]
  }
}
