import Glibc

/// What this machine takes for local time.
enum LocalTime {
  /// Seconds that local time is ahead of UTC now.
  static var utcOffsetSeconds: Int { utcOffsetSeconds(at: Int64(time(nil)) * 1000) }

  /// Seconds that local time is ahead of UTC at a moment, summer time and all.
  ///
  /// - Parameter moment: ms since 1970.
  /// - Returns: less than a day, below 0 where local time is behind.
  static func utcOffsetSeconds(at moment: Int64) -> Int {
    var seconds = time_t(moment / 1000)
    var local = tm()
    localtime_r(&seconds, &local)
    return local.tm_gmtoff
  }
}
