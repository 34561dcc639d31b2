import COpenSSL  // Swift credits glibc's `tm` to it
import Glibc

/// Dates for people, always in UTC so that they can be compared with a certificate's.
package enum DateText {
  /// Writes seconds since 1970, for instance as `2038-01-17 00:00:00 UTC`.
  package static func utc(_ seconds: Int64) -> String {
    var seconds = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil else { return "an unreadable date" }
    return text(of: parts)
  }

  static func text(of parts: tm) -> String {
    let two = { (number: CInt) in number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) UTC"
  }
}
