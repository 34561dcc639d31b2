import Glibc

/// What this machine takes for local time.
enum LocalTime {
  /// Seconds that local time is ahead of UTC now.
  static var utcOffsetSeconds: Int {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    return local.tm_gmtoff
  }
}
